import { type Checkpoint, Random, Replay, type RunConfig, type SettingsChange, type Snapshot, Trainer, trainerOf } from '@core'
import { describe, expect, test } from 'vitest'
import { chain, checkpointIn, configOf, dataset } from '../../fixtures/training'

/** Every kind of change, in the middle of a run */
const changes: readonly (readonly [number, SettingsChange])[] = [
  [4, { optimizer: { learningRate: 0.02 } }], [9, { batchSize: 45, layers: { dropout1: { rate: 0.5 } } }], [9, { weightDecay: 0.01 }], [15, { optimizer: { kind: 'adam' } }], [21, { orderSeed: 8 }], [21, { optimizer: { kind: 'momentum', learningRate: 0.05 } }],
]

interface Recorded { readonly trainer: Trainer, readonly losses: readonly number[], readonly checkpoints: readonly Checkpoint[], readonly snapshots: readonly Snapshot[] }

/** A run that is recorded: all losses, and a checkpoint at every third step. */
function recorded(config: RunConfig, steps: number, planned = changes): Recorded {
  let trainer = new Trainer(config, dataset)
  const losses: number[] = []
  const checkpoints = [checkpointIn(trainer)]
  /** By step, each after the changes at that step */
  const snapshots: Snapshot[] = []
  while (trainer.step < steps && !trainer.divergence) {
    for (const [step, change] of planned) if (step === trainer.step) trainer = trainer.change(change)
    snapshots[trainer.step] = trainer.snapshot()
    losses.push(Math.fround(trainer.learn()))
    while (checkpoints.at(-1)!.snapshot.position.step > trainer.step) checkpoints.pop() // a divergence undid that step
    if (trainer.step % 3 === 0) checkpoints.push(checkpointIn(trainer))
  }
  snapshots[trainer.step] = trainer.snapshot()
  return { trainer, losses, checkpoints, snapshots }
}

const pastOf = ({ trainer, losses }: Recorded) => ({ events: trainer.events, lossAt: (step: number) => losses[step - 1] })

function visit(run: Recorded, step: number, past = pastOf(run), slices = () => true): Replay {
  const from = run.checkpoints.findLast(({ snapshot }) => snapshot.position.step <= step)!
  const replay = new Replay(trainerOf(from, dataset, run.trainer.ops), past, step)
  while (!replay.advance(slices));
  return replay
}

describe('a step of the past', () => {
  test.each(['sgd', 'momentum', 'adagrad', 'rmsprop', 'adam'] as const)('is the run’s own to the bit, with %s, every kind of layer and changes on the way', (kind) => {
    const run = recorded(configOf(chain, { optimizer: { kind, learningRate: 0.01 } }), 30)
    expect(run.trainer.events.length).toBeGreaterThanOrEqual(changes.length - 1) // the change to the same optimizer is none
    const random = new Random(7)
    for (let i = 0; i < 12; i++) {
      const step = random.integer(31)
      const again = visit(run, step)
      expect([again.step, again.differsAt]).toEqual([step, null])
      expect(again.trainer.snapshot(), `step ${step}`).toEqual(run.snapshots[step])
    }
    expect(visit(run, 30).trainer.snapshot()).toEqual(run.trainer.snapshot())
  })

  test('has the settings after the changes that were made at it', () => {
    const run = recorded(configOf(), 30)
    expect(visit(run, 9).trainer.config).toMatchObject({ batchSize: 45, weightDecay: 0.01 })
    expect(visit(run, 8).trainer.config).toMatchObject({ batchSize: 30, weightDecay: 0 })
    expect(visit(run, 15).trainer.config.optimizer.kind).toBe('adam')
  })

  test('is reached in slices of at least one mini-batch', () => {
    const run = recorded(configOf(), 12, [])
    const replay = new Replay(trainerOf(run.checkpoints[0]!, dataset, run.trainer.ops), pastOf(run), 10)
    let slices = 1
    while (!replay.advance(() => true)) slices++
    expect([slices, replay.step]).toEqual([10, 10])
  })

  test('that is the checkpoint’s own needs no step', () => {
    const run = recorded(configOf(), 6, [])
    const replay = new Replay(trainerOf(run.checkpoints[1]!, dataset, run.trainer.ops), pastOf(run), 3)
    expect([replay.advance(() => true), replay.step]).toEqual([true, 3])
  })

  test('names the first step whose loss is not the recorded one', () => {
    const run = recorded(configOf(), 12, [])
    const wrong = { ...pastOf(run), lossAt: (step: number) => step === 8 || step === 10 ? run.losses[step - 1]! + 1 : run.losses[step - 1] }
    expect(visit(run, 12, wrong).differsAt).toBe(null) // no checkpoint lies before those steps: 12 is one itself
    expect(visit(run, 11, wrong).differsAt).toBe(10)
    const unknown = { ...pastOf(run), lossAt: () => undefined }
    expect(visit(run, 11, unknown).differsAt).toBeNull()
  })

  test('before a divergence is reached, and the changes after it too', () => {
    const config = configOf('affine 50, relu, affine 50, relu, affine 50, relu, affine 6', { seed: 1, batchSize: 20, optimizer: { kind: 'momentum', learningRate: 5 } })
    const wild = recorded(config, 100, [])
    expect(wild.trainer.divergence).not.toBeNull()
    const { step } = wild.trainer
    expect(visit(wild, step).trainer.snapshot()).toEqual(wild.trainer.snapshot())
    const tamed = wild.trainer.change({ optimizer: { kind: 'sgd', learningRate: 1e-6 } })
    const losses = wild.losses.slice(0, step)
    while (tamed.step < step + 5) losses.push(Math.fround(tamed.learn()))
    const run = { ...wild, trainer: tamed, losses }
    expect(visit(run, step + 5).trainer.snapshot()).toEqual(tamed.snapshot())
    expect(visit(run, step + 5).differsAt).toBeNull()
  })
})
