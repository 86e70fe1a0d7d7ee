import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeepTaughtRequest, RecordedRun, RunState, SharedDataset, TeachRequest } from '@contract'
import { checkpointOf, type LabError, type OptimizerName, optimizers, Replay, type RunRecord, type Taught, Teaching, Trainer, trainerOf, writeCheckpoint } from '@core'
import { RunStore, runsFolder, stateSha256 } from '@files'
import { afterAll, describe, expect, test } from 'vitest'
import { recordedRun } from '../../../electron/main/recorded-run'
import { Teacher } from '../../../electron/main/teach'
import { fastOps } from '../../fixtures/fast-ops'
import { randomRun } from '../../fixtures/random-run'
import { score } from '../../fixtures/recorded-run'
import { configOf, dataset, learnTo } from '../../fixtures/training'

const own = mkdtempSync(join(tmpdir(), 'lab-teach-'))
afterAll(() => { rmSync(own, { recursive: true, force: true }) })
const runs = new RunStore(runsFolder(own), { onProblem: (problem) => { throw problem } })
const keeping = { create: (record: RunRecord) => runs.create(record), shaOf: stateSha256 }

function learned(run: RecordedRun): Replay {
  const replay = new Replay(trainerOf(run.checkpoint, dataset, fastOps()), { events: run.events, lossAt: at => run.losses[at - run.firstLoss] }, run.step)
  while (!replay.advance(() => false));
  return replay
}
const asked: { readonly run: RecordedRun, readonly taught: Taught }[] = []
/** The thread for the past, without a thread. */
const past = {
  shownStep: null as number | null,
  stateAt: (run: RecordedRun) => {
    const { trainer, differsAt } = learned(run)
    return Promise.resolve({ bytes: writeCheckpoint(checkpointOf(trainer, { version: '1.2.3' })), differsAt, dropped: false })
  },
  teach: (run: RecordedRun, taught: Taught) => {
    asked.push({ run, taught })
    const { trainer, differsAt } = learned(run)
    const teaching = new Teaching(trainer, taught)
    return Promise.resolve({ effect: teaching.advance(() => false)!, differsAt })
  },
}
let current: string | null = null
const kept: string[] = []
const recorder = { id: () => Promise.resolve(current), flush: () => Promise.resolve(), keep: (id: string) => { kept.push(id) } }
let made = 0xa000
const teacher = new Teacher({ runs, recorder, past, version: '1.2.3', now: () => 7, newId: () => (++made).toString(16).padStart(32, '0') })

const pixels = Float32Array.from(dataset.test.images.subarray(12, 24), byte => byte / 255)
const image = { pixels, label: 4, times: 10 }
const wanted = (more: Partial<TeachRequest> = {}): TeachRequest => ({ ...image, dataset: 'small', ...more })
const stateOf = (more: Partial<RunState> = {}) => ({ runId: 3, step: 0, config: configOf(), events: [], dataset: dataset.info, origin: { from: 'seed' }, backend: 'x', ...more }) as unknown as RunState
const present = (more: Partial<RunState> = {}) => ({ state: stateOf(more), dataset: dataset as SharedDataset })
const load = (): Promise<SharedDataset> => Promise.reject(new Error('it is loaded'))
const keep = async (more: Partial<KeepTaughtRequest> = {}) => (await teacher.keep({ ...image, run: current, runId: 3, step: 0, ...more }, present(), load)).id
const refusal = (work: Promise<unknown>): Promise<LabError> => work.then(() => { throw new Error('not refused') }, (cause: unknown) => cause as LabError)

/** The state of a run on the disk at a step, learned again from its own folder. */
async function stateAt(id: string, step?: number): Promise<Replay> {
  const replay = learned(await recordedRun(await runs.read(id), at => runs.stateBefore(id, at), step))
  expect(replay.differsAt).toBeNull()
  return replay
}
const filesOf = (id: string) => Object.fromEntries(readdirSync(runs.folderOf(id), { recursive: true, withFileTypes: true }).filter(file => file.isFile()).map(file => [file.name, readFileSync(join(file.parentPath, file.name), 'base64')]))

describe('what was taught', () => {
  test.each(optimizers.map((kind, i) => [kind, 40 + i] as const))('is kept as a run of its own, which is learned again bit for bit: %s', async (kind: OptimizerName, seed) => {
    const { record: { id }, steps, states } = await randomRun(keeping, kind, seed)
    current = id
    const before = filesOf(id)
    const step = Math.floor(steps / 2)
    const frame = await teacher.try(wanted({ step }), present())
    expect(frame).toMatchObject({ run: id, runId: 3, step, differsAt: null, test: { images: 90 } })
    const child = await keep({ step })
    const { record, checkpoints } = await runs.read(child)
    const taught = { pixels: Array.from(dataset.test.images.subarray(12, 24), byte => byte.toString(16).padStart(2, '0')).join(''), label: 4, times: 10 }
    expect(record).toMatchObject({ name: '', parent: { run: id, step }, created: 7 })
    expect(record.events.at(-1)).toEqual({ step, change: {}, taught })
    expect(checkpoints.map(({ step }) => step)).toEqual([step])

    const straight = (await stateAt(id, step)).trainer
    expect(stateSha256(straight.snapshot())).toBe(states[step])
    straight.teach(taught)
    const wantedSha = stateSha256(straight.snapshot())
    const now = await stateAt(child)
    expect([now.step, stateSha256(now.trainer.snapshot())]).toEqual([step, wantedSha])
    expect(stateSha256(learnTo(now.trainer, step + 20).snapshot())).toBe(stateSha256(learnTo(straight, step + 20).snapshot()))
    // what teaching said is what was kept
    const [most] = frame.moved
    const again = (await stateAt(child)).trainer.model.tensor(most!.path)!
    expect(again.data[most!.row === null ? most!.column : most!.row * again.columns + most!.column]).toBe(most!.after)
    // from its very beginning, too, and its parent is as it was
    const recorded = await recordedRun(await runs.read(child), () => runs.stateBefore(id, 0), step)
    expect(stateSha256(learned({ ...recorded, events: record.events }).trainer.snapshot())).toBe(wantedSha)
    expect(filesOf(id)).toEqual(before)
    expect(kept).toContain(id)
  }, 60_000)

  test('stands in the list with its class and how often', async () => {
    const { record: { id } } = await randomRun(keeping, 'sgd', 60)
    current = id
    const child = await keep({ step: 100 })
    const listed = (await runs.list()).find(entry => entry.id === child)!
    expect(listed.taught.at(-1)).toEqual({ step: 100, label: dataset.info.classes[4], times: 10 })
    expect(listed.parent).toMatchObject({ run: id, step: 100 })
  })

  test('has the accuracies of the taught network from its first step on, not those of its parent', async () => {
    const { record: { id } } = await randomRun(keeping, 'momentum', 62)
    current = id
    const { writer } = await runs.open(id)
    for (const at of [20, 90]) writer.append(score(at, 'test', 9))
    await writer.close()
    const { test: taught } = await teacher.try(wanted({ step: 90 }), present())
    const lessons = asked.length
    const child = await keep({ step: 90 })
    expect(asked).toHaveLength(lessons) // what was measured is not measured again
    const { series } = await runs.read(child)
    expect(series.scores.filter(({ split }) => split === 'test').map(({ step, score: { images, accuracy } }) => [step, images, accuracy])).toEqual([[20, 10, 0.9], [90, 90, taught!.after / 90]])
    expect((await runs.list()).find(entry => entry.id === child)!.testAccuracy).toBe(taught!.after / 90)
    const other = await keep({ step: 90, times: 3 })
    expect(asked).toHaveLength(lessons + 1) // for another lesson they are not known
    expect((await runs.read(other)).series.scores.at(-1)).toMatchObject({ step: 90, split: 'test', score: { images: 90 } })
  })
})

describe('the step at which an image is taught', () => {
  test('is the one that is asked for, else the moment that is shown, else the latest', async () => {
    const { record: { id }, steps } = await randomRun(keeping, 'adam', 61)
    current = id
    const stepOf = async (more: Partial<TeachRequest> = {}) => (await teacher.try(wanted(more), present())).step
    expect(await stepOf({ step: 30 })).toBe(30)
    expect(await stepOf()).toBe(steps)
    past.shownStep = 55
    expect([await stepOf(), await stepOf({ step: 0 })]).toEqual([55, 0])
    past.shownStep = null
    expect(await refusal(teacher.try(wanted({ step: steps + 1 }), present()))).toMatchObject({ code: 'past.range' })
  })
})

describe('a run that has learned nothing', () => {
  test('is taught from its first weights, with its present settings, and kept without a parent', async () => {
    current = null
    const config = configOf(undefined, { optimizer: { kind: 'adam', learningRate: 0.02 } })
    const state = { config, events: [{ step: 0, change: { optimizer: { kind: 'adam' as const, learningRate: 0.02 } } }] }
    const frame = await teacher.try(wanted(), present(state))
    expect(frame).toMatchObject({ run: null, runId: 3, step: 0 })
    const { id } = await teacher.keep({ ...image, run: null, runId: 3, step: 0 }, present(state), load)
    const straight = new Trainer(config, dataset, { ops: fastOps() })
    straight.teach(asked.at(-1)!.taught)
    expect(stateSha256((await stateAt(id)).trainer.snapshot())).toBe(stateSha256(straight.snapshot()))
    expect((await runs.read(id)).record).toMatchObject({ parent: null, config, fromSeed: true })
    expect((await runs.read(id)).record.events).toHaveLength(1)
  })

  test('cannot be kept once another run has begun', async () => {
    current = null
    expect(await refusal(teacher.keep({ ...image, run: null, runId: 2, step: 0 }, present(), load))).toMatchObject({ code: 'teach.gone' })
  })

  test('is told apart from one that is not recorded', async () => {
    current = null
    expect(await refusal(teacher.try(wanted(), present({ step: 40 })))).toMatchObject({ code: 'past.none' })
  })
})

test('an image of another dataset is refused by the name of the run’s', async () => {
  expect(await refusal(teacher.try(wanted({ dataset: 'mnist' }), present()))).toMatchObject({ code: 'teach.dataset', details: { wanted: dataset.info.name } })
})
