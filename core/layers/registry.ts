import { ConfigError } from '../errors'
import { cut } from '../found'
import { affine } from './affine'
import type { BlockDefinition, LayerDefinition } from './definition'
import { batchNormalization } from './batch-normalization'
import { dropout } from './dropout'
import { identityWithLoss } from './identity-with-loss'
import type { LossDefinition } from './loss'
import { relu } from './relu'
import { sigmoid } from './sigmoid'
import { softmaxWithLoss } from './softmax-with-loss'
import { tanh } from './tanh'

/** Kinds of layers by name. */
export type LayerRegistry = ReadonlyMap<string, LayerDefinition>

const kinds = new Map<string, LayerDefinition>([affine, relu, sigmoid, tanh, dropout, batchNormalization].map(definition => [definition.kind, definition]))
const losses = new Map<string, LossDefinition>([softmaxWithLoss, identityWithLoss].map(definition => [definition.kind, definition]))

/** The kinds that every network may use. */
export const layerKinds: LayerRegistry = kinds

/**
 * Adds a kind of layer for every network; to use it in some networks only, give those a registry of their own.
 * @returns a function that removes it
 */
export function registerLayer(definition: LayerDefinition): () => void {
  kinds.set(definition.kind, definition)
  return () => { kinds.delete(definition.kind) }
}

/** @throws ConfigError network.kind when there is no such kind */
export function layerDefinition(kind: string, registry: LayerRegistry = layerKinds): LayerDefinition {
  const definition = registry.get(kind)
  if (!definition) throw new ConfigError('network.kind', `unknown layer ${cut(kind)}`, { found: cut(kind), allowed: [...registry.keys()].join(', ') })
  return definition
}

/** @throws ConfigError network.loss when there is no such loss */
export function lossDefinition(kind: string): LossDefinition {
  const definition = losses.get(kind)
  if (!definition) throw new ConfigError('network.loss', `unknown loss ${cut(kind)}`, { found: cut(kind), allowed: [...losses.keys()].join(', ') })
  return definition
}

/** A layer or a loss. @throws ConfigError network.kind */
export const blockDefinition = (kind: string, registry?: LayerRegistry): BlockDefinition => losses.get(kind) ?? layerDefinition(kind, registry)
