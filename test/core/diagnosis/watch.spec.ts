import { describe, expect, test } from 'vitest'
import { createReferenceOps, type Evaluation, parseLayers, type RunConfig, Trainer, Watch, wholeSize } from '../../../core'
import { isObserved } from '../../../core/diagnosis/observation'
import { smallDataset } from '../../fixtures/small-dataset'
import { runConfig } from '../../fixtures/run-config'

const dataset = smallDataset({ train: 600, test: 300 })
const ops = createReferenceOps('float32')

/** A small network's settings: six classes of 4×3 images. */
const small = (layers: string, changes: Partial<RunConfig> = {}): RunConfig =>
  ({ ...runConfig({ batchSize: 50, learningRate: 0.5, seed: 3 }), network: { layers: parseLayers(layers), loss: 'softmaxWithLoss' }, ...changes })

function evaluate(trainer: Trainer): Evaluation {
  const evaluator = trainer.createEvaluator()
  evaluator.begin(wholeSize)
  for (;;) {
    const evaluation = evaluator.advance()
    if (evaluation) return evaluation
  }
}

/** A watched training; it is evaluated at its start and every 10 steps. */
function watched(config: RunConfig, steps: number, watch?: Watch, trainer = new Trainer(config, dataset, { ops })): { readonly trainer: Trainer, readonly watch: Watch } {
  const eye = watch ?? new Watch(trainer)
  if (trainer.step === 0) eye.evaluated(evaluate(trainer))
  for (let i = 0; i < steps && !trainer.divergence; i++) {
    trainer.learn()
    eye.learned(trainer)
    if (!trainer.divergence && trainer.step % 10 === 0) eye.evaluated(evaluate(trainer))
  }
  return { trainer, watch: eye }
}

const rulesOf = ({ findings }: Watch): readonly string[] => findings.map(({ rule }) => rule)

describe('a watch', () => {
  test('says nothing of a healthy run', () => {
    const { watch, trainer } = watched(small('affine 16, relu, affine 6'), 120)
    expect(evaluate(trainer).test.accuracy).toBeGreaterThan(0.9)
    expect(watch.findings).toEqual([])
  })

  test('names a learning rate that is too large, and advises a smaller one with the same seeds', () => {
    const config = small('affine 16, relu, affine 6', { optimizer: { kind: 'sgd', learningRate: 60 } })
    const { watch: { findings: [first] } } = watched(config, 30)
    expect(first).toMatchObject({ rule: 'stepTooLarge', cure: { kind: 'new', config: { seed: 3, batchSize: 50, optimizer: { learningRate: 0.07 } } } })
    expect(first!.step).toBeLessThanOrEqual(10)
  })

  test('names a learning rate that is too small, and advises a larger one in this run', () => {
    const config = small('affine 16, relu, affine 6', { optimizer: { kind: 'sgd', learningRate: 1e-6 } })
    const { trainer, watch } = watched(config, 30)
    const [first] = watch.findings
    expect(first).toMatchObject({ rule: 'stepTooSmall', severity: 'warn', cure: { kind: 'change' } })
    if (first?.cure?.kind === 'change') watch.changed(trainer.change(first.cure.change))
    expect(watch.findings).toEqual([])
  })

  test('looks at each of the first 10 steps, then at ever fewer', () => {
    const observed = Array.from({ length: 2000 }, (_, i) => i + 1).filter(isObserved)
    expect(observed.slice(0, 15)).toEqual([...Array.from({ length: 10 }, (_, i) => i + 1), 20, 50, 100, 150, 200])
    expect(observed.slice(-4)).toEqual([900, 1000, 1500, 2000])
    expect(observed).toHaveLength(10 + 5 + 8 + 2)
  })

  test('lists vanishing gradients with the first layer and how many times smaller they are', () => {
    const layers = `${Array.from({ length: 5 }, () => 'affine 12, sigmoid').join(', ')}, affine 6`
    const { watch } = watched(small(layers, { init: 'small' }), 30)
    expect(rulesOf(watch)).toContain('vanishing')
    expect(watch.findings[0]).toMatchObject({ rule: 'vanishing', layer: 'affine1', facts: { first: 'affine1', last: 'affine6' }, cure: { kind: 'new', config: { init: 'he', network: { layers: parseLayers(layers.replaceAll('sigmoid', 'relu')) } } } })
    const { step, at, facts: { firstNorm, lastNorm } } = watch.findings[0]!
    expect([step < at, at <= 30, Number(firstNorm) < 1e-3 * Number(lastNorm)]).toEqual([true, true, true]) // the numbers of a later step than the first
  })
})
