import { checkRunConfig, optimizers, parseLayers, Random, type RunConfig, type SettingsChange, type Snapshot, Trainer } from '@core'
import { describe, expect, test } from 'vitest'
import { smallDataset } from '../../fixtures/small-dataset'
import { runConfig } from '../../fixtures/run-config'

const dataset = smallDataset() // 230 images of 12 pixels, six classes
const chain = 'affine 9, batchNormalization, relu, dropout 0.3, affine 8, tanh, affine 6'
const configOf = (layers: string, more: object = {}): RunConfig =>
  checkRunConfig({ ...runConfig({ batchSize: 30, seed: 5 }), network: { layers: parseLayers(layers), loss: 'softmaxWithLoss' }, ...more })
const learn = (trainer: Trainer, steps: number): number[] => Array.from({ length: steps }, () => trainer.learn())
/** Everything that determines the next steps, to the bit. */
const stateOf = ({ position, loss, updates, tensors }: Snapshot) => ({ position, loss, updates, tensors: Object.fromEntries(tensors.map(({ path, data }) => [path, [...data]])) })

describe.each(optimizers)('a run by %s that is restored from a snapshot', (kind) => {
  test.each(['softmaxWithLoss', 'identityWithLoss'])('continues as if it had never stopped, bit for bit, with every kind of layer and %s', (loss) => {
    const base = configOf(chain, { optimizer: { kind, learningRate: 0.01 }, weightDecay: 0.001 })
    const config: RunConfig = { ...base, network: { ...base.network, loss: loss as RunConfig['network']['loss'] } }
    const random = new Random(7)
    const straight = new Trainer(config, dataset)
    learn(straight, 40)
    const wanted = stateOf(straight.snapshot())
    for (const step of [0, 1 + random.integer(38), 39]) {
      const before = new Trainer(config, dataset)
      learn(before, step)
      const snapshot = structuredClone(before.snapshot())
      const after = new Trainer(config, dataset)
      learn(after, 3) // its own state is replaced
      after.restore(snapshot)
      learn(after, 40 - step)
      expect(stateOf(after.snapshot())).toEqual(wanted)
    }
  })
})

test('a step that is done layer by layer is the same step, and a snapshot completes it first', () => {
  const config = configOf(chain)
  const [whole, parts] = [new Trainer(config, dataset), new Trainer(config, dataset)]
  learn(whole, 3)
  const stages: string[] = []
  while (parts.step < 2) {
    parts.advance()
    const { stage, done } = parts.progress!
    stages.push(`${done} ${stage.direction} ${stage.param ?? stage.layer}`)
  }
  const params = ['affine1.W', 'affine1.b', 'batchNormalization1.gamma', 'batchNormalization1.beta', 'affine2.W', 'affine2.b', 'affine3.W', 'affine3.b']
  const all = [...Array.from({ length: 8 }, (_, i) => `forward ${i}`), ...Array.from({ length: 8 }, (_, i) => `backward ${7 - i}`), ...params.map(path => `update ${path}`)].map((text, i) => `${i + 1} ${text}`)
  expect(stages).toEqual([...all, ...all])
  parts.advance()
  expect(stateOf(parts.snapshot())).toEqual(stateOf(whole.snapshot()))
})

describe('settings that are changed in mid-run', () => {
  const changes: readonly [string, SettingsChange][] = [
    ['the learning rate', { optimizer: { learningRate: 0.003 } }],
    ['the momentum', { optimizer: { momentum: 0.5 } }],
    ['the optimizer', { optimizer: { kind: 'adam', learningRate: 0.002 } }],
    ['a smaller batch', { batchSize: 11 }],
    ['a larger batch', { batchSize: 70 }],
    ['weight decay', { weightDecay: 0.01 }],
    ['the dropout rate', { layers: { dropout1: { rate: 0.6 } } }],
    ['the order', { orderSeed: 99 }],
  ]
  const config = configOf(chain, { optimizer: { kind: 'momentum', learningRate: 0.02 } })

  test.each(changes)('%s: the run goes on at its position, and a restored one with the same events is equal', (_, change) => {
    const first = new Trainer(config, dataset)
    learn(first, 5)
    const at = first.snapshot().position
    const second = first.change(change)
    expect(second.events).toEqual([{ step: 5, change }])
    expect(second.snapshot().position).toEqual(change.orderSeed === undefined ? at : { step: 5, epoch: 1, seen: 0 })
    learn(second, 4)
    const kept = structuredClone(second.snapshot())
    learn(second, 10)
    const other = new Trainer(second.config, dataset)
    other.restore(kept)
    learn(other, 10)
    expect(stateOf(other.snapshot())).toEqual(stateOf(second.snapshot()))
    const unchanged = new Trainer(config, dataset)
    learn(unchanged, 19)
    expect(stateOf(unchanged.snapshot())).not.toEqual(stateOf(second.snapshot()))
  })

  test('leave the images of the latest update as they were', () => {
    const trainer = new Trainer(config, dataset)
    learn(trainer, 3)
    const images = [...trainer.latestImages!]
    expect(images).toHaveLength(30)
    trainer.change({ batchSize: 11 })
    expect([...trainer.latestImages!]).toEqual(images)
  })

  test.each<[string, SettingsChange]>([
    ['to what they are', { optimizer: { kind: 'momentum', learningRate: 0.02, momentum: 0.9 }, batchSize: 30, weightDecay: 0, orderSeed: 5, layers: { dropout1: { rate: 0.3 } } }],
    ['to nothing', {}],
  ])('%s are no event', (_, change) => {
    const trainer = new Trainer({ ...config, orderSeed: 5 }, dataset)
    learn(trainer, 3)
    const before = stateOf(trainer.snapshot())
    expect(trainer.change(change)).toBe(trainer)
    expect([stateOf(trainer.snapshot()), trainer.events]).toEqual([before, []])
  })

  test('need other memory only for more rows than there is memory for', () => {
    const trainer = new Trainer({ ...config, batchSize: 200 }, dataset)
    expect(trainer.change({ batchSize: 50 })).toBe(trainer)
    expect(trainer.change({ batchSize: 200 })).toBe(trainer)
    const whole = trainer.change({ batchSize: 500 }) // all 230 images
    expect(whole).not.toBe(trainer)
    expect([whole.change({ batchSize: 10_000 }), whole.stepsPerEpoch]).toEqual([whole, 1])
    learn(whole, 1)
    expect([whole.rows, whole.epoch, whole.events.length]).toEqual([230, 1, 4])
  })

  test('are in the weights file, and a run from the file has them', () => {
    const trainer = new Trainer(config, dataset)
    learn(trainer, 3)
    const { config: written, architecture } = trainer.change({ layers: { dropout1: { rate: 0.6 } }, batchSize: 40, optimizer: { learningRate: 0.5 } }).weights({ version: '1' })
    expect([written!.network.layers[3], architecture.layers[3], written!.batchSize, written!.optimizer!.learningRate]).toEqual([{ kind: 'dropout', rate: 0.6 }, { kind: 'dropout', rate: 0.6 }, 40, 0.5])
  })

  test('stay when the run is rewound: it begins with the settings that are shown', () => {
    const trainer = new Trainer(config, dataset)
    learn(trainer, 3)
    const changed = trainer.change({ batchSize: 70, optimizer: { kind: 'adam', learningRate: 0.002 } })
    learn(changed, 3)
    changed.rewind()
    expect([changed.events, changed.step]).toEqual([[], 0])
    const fresh = new Trainer(changed.config, dataset)
    learn(changed, 5)
    learn(fresh, 5)
    expect(stateOf(changed.snapshot())).toEqual(stateOf(fresh.snapshot()))
  })

  test('are made also where old and new do not fit side by side, with the same result', () => {
    const results = [Infinity, 1 + new Trainer(config, dataset).change({ batchSize: 70 }).bytes].map((max) => {
      const trainer = new Trainer(config, dataset)
      learn(trainer, 5)
      const next = trainer.change({ batchSize: 70 }, max)
      learn(next, 5)
      return stateOf(next.snapshot())
    })
    expect(results[1]).toEqual(results[0])
  })

  test('are refused beyond the memory, and the run stays', () => {
    const trainer = new Trainer(config, dataset)
    learn(trainer, 3)
    const before = stateOf(trainer.snapshot())
    expect(() => trainer.change({ batchSize: 70 }, trainer.bytes)).toThrow(expect.objectContaining({ code: 'train.memory' }) as Error)
    learn(trainer, 1)
    const twin = new Trainer(config, dataset)
    learn(twin, 4)
    expect([before.position.step, stateOf(trainer.snapshot()), trainer.events]).toEqual([3, stateOf(twin.snapshot()), []])
  })

  test.each<[SettingsChange, string]>([
    [{ optimizer: { learningRate: -1 } }, 'config.learningRate'], [{ batchSize: 1 }, 'network.batchSize'], [{ batchSize: 0 }, 'config.batchSize'],
    [{ layers: { dropout1: { rate: 1 } } }, 'network.setting'], [{ layers: { dropout9: { rate: 0.1 } } }, 'network.unknownLayer'], [{ layers: { affine1: { units: 3 } } }, 'network.fixedSetting'],
  ])('%j is refused with %s, and the run stays', (change, code) => {
    const trainer = new Trainer(config, dataset)
    learn(trainer, 3)
    const before = stateOf(trainer.snapshot())
    expect(() => trainer.change(change)).toThrow(expect.objectContaining({ code }) as Error)
    expect([stateOf(trainer.snapshot()), trainer.events]).toEqual([before, []])
  })
})

test('after a divergence the state is that of a snapshot, the optimizer included', () => {
  const config = checkRunConfig({ ...runConfig({ layers: [12, 50, 50, 50, 6], batchSize: 20, optimizer: 'momentum', learningRate: 5 }) })
  const trainer = new Trainer(config, dataset)
  while (!trainer.divergence) trainer.learn()
  const twin = new Trainer(config, dataset)
  learn(twin, trainer.step)
  expect(stateOf(trainer.snapshot())).toEqual(stateOf(twin.snapshot()))
})

// Cause: a state that was kept just before the step whose loss was not finite belongs to the weights that led to it.
test.each(['before each step', 'before the last step'])('after a divergence the update that led to it is undone, also when a state was kept %s', (when) => {
  const config = configOf('affine 50, batchNormalization, affine 50, affine 50, affine 6', { optimizer: { kind: 'momentum', learningRate: 50 } })
  const [plain, kept] = [new Trainer(config, dataset), new Trainer(config, dataset)]
  while (!plain.divergence) plain.learn()
  while (!kept.divergence) {
    if (when === 'before each step' || kept.step === plain.step + 1) kept.keepNext()
    kept.learn()
  }
  expect([kept.divergence, kept.step, kept.updated, kept.nonFinite]).toEqual([plain.divergence, plain.step, false, plain.nonFinite])
  expect(stateOf(kept.snapshot())).toEqual(stateOf(plain.snapshot()))
  expect(kept.replayable!.from.position.step).toBeLessThanOrEqual(kept.replayable!.step)
})

test.each<[string, SettingsChange]>([
  ['in its memory', { optimizer: { learningRate: 1e-9, momentum: 0 } }],
  ['in other memory', { optimizer: { kind: 'adam', learningRate: 0.001 }, batchSize: 30 }],
])('after a divergence a change of the settings continues from the last finite state, %s', (_, change) => {
  const config = checkRunConfig({ ...runConfig({ layers: [12, 50, 50, 50, 6], batchSize: 20, optimizer: 'momentum', learningRate: 5 }) })
  const diverged = new Trainer(config, dataset)
  while (!diverged.divergence) diverged.learn()
  expect(() => diverged.change({ batchSize: 20 }).learn()).toThrow(expect.objectContaining({ code: 'train.diverged' }) as Error) // no change
  const { step } = diverged
  const mended = diverged.change(change)
  expect([mended.divergence, mended.updated, mended.events]).toEqual([null, false, [{ step, change }]])
  const trainer = new Trainer(config, dataset)
  learn(trainer, step)
  const twin = trainer.change(change)
  expect([learn(mended, 5), mended.updated]).toEqual([learn(twin, 5), true])
  expect(stateOf(mended.snapshot())).toEqual(stateOf(twin.snapshot()))
})

test('a rewound run begins with the settings at work, and its recipe says so', () => {
  const trainer = new Trainer(configOf(chain), dataset)
  learn(trainer, 4)
  trainer.change({ optimizer: { learningRate: 0.02 }, orderSeed: 8 })
  learn(trainer, 4)
  trainer.rewind()
  expect(trainer.recipe).toEqual({ config: trainer.config, events: [] })
  const fresh = new Trainer(trainer.config, dataset)
  learn(trainer, 9)
  learn(fresh, 9)
  expect(stateOf(trainer.snapshot())).toEqual(stateOf(fresh.snapshot()))
})
