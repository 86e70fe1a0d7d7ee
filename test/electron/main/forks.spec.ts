import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordedRun, SharedDataset } from '@contract'
import { checkpointOf, type OptimizerName, optimizers, Random, Replay, type RunEvent, type RunRecord, type SettingsChange, trainerOf, writeCheckpoint } from '@core'
import { RunStore, runsFolder, stateSha256 } from '@files'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forkRun } from '../../../electron/main/forks'
import { recordedRun } from '../../../electron/main/recorded-run'
import { fastOps } from '../../fixtures/fast-ops'
import { changeBy, randomRun, type RandomRun } from '../../fixtures/random-run'
import { dataset, learnTo } from '../../fixtures/training'

const own = mkdtempSync(join(tmpdir(), 'lab-forks-'))
afterAll(() => { rmSync(own, { recursive: true, force: true }) })
const problems: unknown[] = []
const runs = new RunStore(runsFolder(own), { onProblem: problem => problems.push(problem) })

function learned(run: RecordedRun): Replay {
  const replay = new Replay(trainerOf(run.checkpoint, dataset, fastOps()), { events: run.events, lossAt: at => run.losses[at - run.firstLoss] }, run.step)
  while (!replay.advance(() => false));
  return replay
}

/** The thread for the past, without a thread. */
const past = {
  stateAt: (run: RecordedRun) => {
    const { trainer, differsAt } = learned(run)
    return Promise.resolve({ bytes: writeCheckpoint(checkpointOf(trainer, { version: '1.2.3' })), differsAt, dropped: false })
  },
}
const kept: string[] = []
const recorder = { id: () => Promise.resolve(null), flush: () => Promise.resolve(), keep: (id: string) => { kept.push(id) } }
let made = 0xf000
const fork = async (id: string, step: number, change: SettingsChange = {}, name = 'a fork') =>
  (await forkRun({ id, step, change, name }, () => Promise.resolve(dataset as SharedDataset), { runs, recorder, past, now: () => 7, newId: () => (++made).toString(16).padStart(32, '0') })).id

/** The state of a run on the disk at a step, learned again from its own folder. */
async function stateAt(id: string, step?: number): Promise<Replay> {
  const replay = learned(await recordedRun(await runs.read(id), at => runs.stateBefore(id, at), step))
  expect(replay.differsAt).toBeNull()
  return replay
}
/** What becomes of a run when it goes on like another one from there. */
const goneOn = ({ trainer }: Replay, steps: number, events: readonly RunEvent[]): string => {
  let now = trainer
  for (const event of events.filter(event => event.step > trainer.step)) now = learnTo(now, event.step).repeat(event)
  return stateSha256(learnTo(now, steps).snapshot())
}

const keeping = { create: (record: RunRecord) => runs.create(record), shaOf: stateSha256 }

describe('a fork without a change', () => {
  test.each(optimizers.map((kind, i) => [kind, i + 1] as const))('is its parent, bit for bit, at all later steps: %s', async (kind: OptimizerName, seed) => {
    const random = new Random(seed)
    const { record: { id, events }, steps, states } = await randomRun(keeping, kind, seed)
    const places = [0, steps, ...events.slice(0, 2).map(({ step }) => step), ...Array.from({ length: 6 }, () => random.integer(steps + 1))]
    for (const step of places) {
      const child = await fork(id, step)
      expect((await runs.read(child)).record, `step ${step}`).toMatchObject({ name: 'a fork', created: 7, parent: { run: id, step, name: expect.any(String) as string, created: expect.any(Number) as number }, events: events.filter(event => event.step <= step), bookmarks: [], pinned: false })
      const replay = await stateAt(child)
      expect([step, replay.step, stateSha256(replay.trainer.snapshot())]).toEqual([step, step, states[step]])
      expect(goneOn(replay, steps, events), `from step ${step}`).toBe(states[steps])
    }
    expect(kept).toContain(id)
  }, 60_000)
})

describe('a fork', () => {
  let parent: RandomRun
  beforeAll(async () => { parent = await randomRun(keeping, 'adam', 77) })

  test.each(Array.from({ length: 12 }, (_, i) => i + 1))('with any change goes on as its parent would have with it, and so does a fork of it: seed %i', async (seed) => {
    const random = new Random(seed)
    const { record: { id }, states } = parent
    const [step, change, later] = [random.integer(100), changeBy(random), changeBy(random)]
    const child = await fork(id, step, change)
    const atFork = await stateAt(child, step)
    const straight = (await stateAt(id, step)).trainer.change(change)
    expect(stateSha256(atFork.trainer.snapshot()), JSON.stringify(change)).toBe(stateSha256(straight.snapshot()))
    // it learns 15 steps, which are recorded
    const { writer } = await runs.open(child)
    writer.append({ kind: 'losses', firstStep: step + 1, losses: Float32Array.from({ length: 15 }, () => atFork.trainer.learn()) })
    await writer.close()
    const grandchild = await fork(child, step + 9, later)
    expect((await runs.read(grandchild)).record.parent).toEqual({ run: child, step: step + 9, name: 'a fork', created: 7 })
    const expected = learnTo(straight, step + 9).change(later)
    expect(stateSha256((await stateAt(grandchild)).trainer.snapshot()), JSON.stringify(later)).toBe(stateSha256(expected.snapshot()))
    // any step of all three, from the grandchild's folder alone
    for (const at of [0, random.integer(step + 1), Math.max(0, step - 1)]) if (at < step) expect(stateSha256((await stateAt(grandchild, at)).trainer.snapshot())).toBe(states[at])
  })

  test('has the curves until then, and no more', async () => {
    const { record: { id } } = parent
    const { series } = await runs.read(id)
    const forked = (await runs.read(await fork(id, 50))).series
    expect([forked.firstStep, forked.lastStep, [...forked.losses]]).toEqual([1, 50, [...series.losses.subarray(0, 50)]])
    expect((await runs.read(await fork(id, 0))).series.lastStep).toBeNull()
  })

  test('of a run whose checkpoint there is damaged comes from the one before, and from the beginning when all are', async () => {
    const { record: { id, events }, steps, states } = await randomRun(keeping, 'momentum', 5000)
    const { checkpoints } = await runs.read(id)
    const damaged = (step: number) => { writeFileSync(join(runs.folderOf(id), 'checkpoints', `${step}.safetensors`), 'x') }
    damaged(checkpoints.at(-1)!.step)
    expect(goneOn(await stateAt(await fork(id, steps - 1)), steps, events)).toBe(states[steps])
    for (const { step } of checkpoints) damaged(step)
    const child = await fork(id, 30)
    expect(stateSha256((await stateAt(child)).trainer.snapshot())).toBe(states[30])
    expect(problems).not.toEqual([])
  })

  test('needs its parent no more', async () => {
    const { record: { id }, states, steps } = await randomRun(keeping, 'rmsprop', 6000)
    const child = await fork(id, steps - 10, { optimizer: { learningRate: 0.002 } })
    const grandchild = await fork(child, 40)
    await runs.remove(id)
    await runs.remove(child)
    for (const step of [0, 7, 40]) expect(stateSha256((await stateAt(grandchild, step)).trainer.snapshot())).toBe(states[step])
  })

  test('with the same settings as before has no change of its own', async () => {
    const { record: { id, config, events } } = parent
    const child = await fork(id, 0, { optimizer: { learningRate: config.optimizer.learningRate }, weightDecay: config.weightDecay })
    expect((await runs.read(child)).record.events).toEqual(events.filter(({ step }) => step === 0))
  })
})

describe('a fork is refused, and nothing is left of it,', () => {
  test.each<[string, number, SettingsChange, string]>([
    ['at a step that the run does not have', 100_000, {}, 'past.range'],
    ['with a rate that is no rate', 10, { optimizer: { learningRate: -1 } }, 'config.learningRate'],
    ['with a setting of a layer that is fixed', 10, { layers: { affine1: { units: 3 } } }, 'network.fixedSetting'],
  ])('%s', async (_, step, change, code) => {
    const { record: { id } } = await randomRun(keeping, 'sgd', 7000 + step)
    const before = (await runs.list()).length
    await expect(fork(id, step, change)).rejects.toMatchObject({ code })
    expect((await runs.list()).length).toBe(before)
  })

  test('without a run', async () => {
    await expect(forkRun({ step: 1, change: {} }, () => Promise.resolve(dataset as SharedDataset), { runs, recorder, past })).rejects.toMatchObject({ code: 'past.none' })
    await expect(fork('b'.repeat(32), 1)).rejects.toMatchObject({ code: 'run.missing' })
  })
})
