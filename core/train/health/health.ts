import { Summaries } from '../tensor-stats'
import { tensorAt } from '../probe'
import type { Trainer } from '../trainer'
import type { BlockHealth, HealthColumn } from './column'
import { magnitudesOf, magnitudesOfChange } from './magnitudes'

/** The part of a trainer that is read here. */
export type HealthTrainer = Pick<Trainer, 'model' | 'ops' | 'step' | 'latestStep' | 'updated' | 'divergence'>

/**
 * The step that activations and gradients led to; null before the first one, and while a step is computed layer by layer. After
 * a divergence it is the one that was undone.
 */
export function measuredStep({ step, latestStep, divergence }: Pick<HealthTrainer, 'step' | 'latestStep' | 'divergence'>): number | null {
  if (latestStep === null || (latestStep === step && !divergence)) return null
  return latestStep + 1
}

/** The magnitudes of all blocks' numbers, as of the latest mini-batch; null as {@link measuredStep}. */
export function healthOf(trainer: HealthTrainer): HealthColumn | null {
  const step = measuredStep(trainer)
  if (step === null) return null
  const summaries = new Summaries(trainer.ops)
  return { step, blocks: trainer.model.layers.map((_, at) => blockHealth(trainer, at, summaries)) }
}

function blockHealth({ model, ops, updated }: HealthTrainer, at: number, summaries: Summaries): BlockHealth {
  const { name } = model.layers[at]!
  const { activation, gradient: gradientPart, weight } = model.definitions[at]!.aspects
  const gradient = tensorAt(model, `${name}.${gradientPart}`)
  const slot = updated ? model.params.find(({ path }) => path === `${name}.${weight}`)?.slot : undefined
  const norm = slot && Math.sqrt(summaries.of(slot.value).squares)
  return {
    name,
    activation: magnitudesOf(tensorAt(model, `${name}.${activation}`)), gradient: magnitudesOf(gradient),
    update: slot?.before ? magnitudesOfChange(slot.value, slot.before) : null,
    gradientNorm: Math.sqrt(summaries.of(gradient).squares),
    ratio: slot?.before && norm ? ops.distance(slot.value, slot.before) / norm : null,
  }
}
