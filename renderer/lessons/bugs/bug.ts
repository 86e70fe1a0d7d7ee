import { type Affine, type Layer, layerDefinition, layerKinds, type LayerRegistry, type LossDefinition, lossDefinition, type LossLayer } from '@core'
import type { WrongLine } from './listings'
import type { Steps } from './steps'

/** Where a bug can be seen. The tests hold each case to exactly these. */
export interface Reveals {
  /** The loss after 300 steps is above what healthy runs have */
  readonly loss: boolean
  /** Parameters that fail the gradient check: 'affine1.W' */
  readonly check: readonly string[]
  /** Tensors whose numbers in the graph are not what their formula says: 'relu1.dx'; a parameter: what its update makes of it; 't': the target of the label */
  readonly numbers: readonly string[]
}

/** A network with one bug. */
export interface Bug {
  /** Must not change, since it identifies the case in saved progress */
  readonly id: string
  /** Sizes of the hidden layers */
  readonly hidden: readonly number[]
  /** Name of the layer, or 'step' */
  readonly guilty: string
  /** The lines of its listing that are wrong: two where their order is */
  readonly lines: readonly WrongLine[]
  /** Another line of the listing that can be mended to the same effect */
  readonly alternative?: WrongLine
  readonly reveals: Reveals
  /** What is built with the bug; left out: as in core */
  readonly registry?: LayerRegistry
  readonly loss?: LossDefinition
  readonly Steps?: typeof Steps
}

/** Core's kinds, but one layer is created by `create`. @param name 'affine2' */
export function registryWith(name: string, create: (units: number) => Layer): LayerRegistry {
  const kind = name.replace(/\d+$/, '')
  const usual = layerDefinition(kind)
  return new Map(layerKinds).set(kind, { ...usual, create: (asked, spec) => asked === name ? create(Number(spec['units'])) : usual.create(asked, spec) })
}

/** Core's softmax-with-loss, but created by `create`. */
export const lossWith = (create: () => LossLayer): LossDefinition => ({ ...lossDefinition('softmaxWithLoss'), create })

/** Paths of the parameters of affine layers: W and b of each. */
export const paramsOf = (...layers: readonly Affine['name'][]): readonly string[] => layers.flatMap(name => [`${name}.W`, `${name}.b`])
