import { expand, type RunConfig } from '../../../core'
import type { Evidence } from '../../../core/diagnosis/evidence'
import type { LayerObservation, LayerStart, StepObservation } from '../../../core/diagnosis/observation'
import { blockDefinition } from '../../../core/layers/registry'
import type { Evaluation, UnitActivity } from '../../../core/train/evaluation'
import { evaluation } from '../../fixtures/evaluation'

/** Names of the blocks of a network: affine1, relu1, …, the loss last. */
export function namesOf({ network: { layers, loss } }: RunConfig): readonly string[] {
  const counts = new Map<string, number>()
  return [...layers.map(({ kind }) => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    return `${kind}${counts.get(kind)!}`
  }), loss]
}

const affineOf = (config: RunConfig): readonly string[] => namesOf(config).filter(name => name.startsWith('affine'))

/** Ten equal steps. @param of what each layer did, by its place among those with weights */
export function steps(config: RunConfig, of: Partial<LayerObservation> | ((i: number) => Partial<LayerObservation>), loss = 2.3): readonly StepObservation[] {
  const layers = affineOf(config).map((layer, i): LayerObservation => ({ layer, ratio: 0.01, gradient: 1e-3, gradientNorm: 0.1, othersStill: false, ...typeof of === 'function' ? of(i) : of }))
  return Array.from({ length: 10 }, (_, i) => ({ step: i + 1, loss, layers }))
}

/** The beginning of each layer with weights. */
export const starts = (config: RunConfig, of: (i: number) => Partial<LayerStart>): readonly LayerStart[] =>
  affineOf(config).map((layer, i) => ({ layer, units: 50, variance: i === 0 ? NaN : 1, equal: false, ...of(i) }))

/** What the units of a layer did for a hundred images. @param dead share of units that never fire, for ReLU */
export const activity = (layer: string, { dead = 0, saturated = 0, extreme = 0 }: { dead?: number, saturated?: number, extreme?: number }): UnitActivity =>
  ({ layer, images: 100, fired: layer.startsWith('relu') ? Array.from({ length: 100 }, (_, i) => i < 100 * dead ? 0 : 50) : [], saturated, extreme })

/** An evaluation with units' activity. */
export const active = (step: number, units: readonly UnitActivity[], accuracies: NonNullable<Parameters<typeof evaluation>[1]> = {}): Evaluation => ({ ...evaluation(step, accuracies), activity: units })

/** The evidence of a run in which nothing is wrong, with changes. */
export const evidenceOf = (config: RunConfig, patch: Partial<Evidence> = {}): Evidence => ({
  config, layers: namesOf(config).map((name, i) => ({ name, definition: blockDefinition(config.network.layers[i]?.kind ?? name), units: 50 })),
  classes: Array.from({ length: 10 }, (_, i) => String(i)), largestInput: 1, missing: [], fromFile: false, changed: false, step: 700, early: false, epochs: 1,
  start: starts(config, () => ({})), fromStart: true, loss: 1, lossBefore: 2.3, recent: steps(config, {}), evaluation: evaluation(700), first: evaluation(0, { train: 0.1, test: 0.1 }),
  earlier: null, largestRate: config.optimizer.learningRate, overshot: null, best: null, divergence: null, ...patch,
})

/** A chain of affine layers with one kind of activation between them. */
export const chain = (hidden: number, activation: 'relu' | 'sigmoid'): RunConfig['network'] =>
  ({ layers: expand({ layers: [784, ...Array.from({ length: hidden }, () => 50), 10], activation }).layers, loss: 'softmaxWithLoss' })
