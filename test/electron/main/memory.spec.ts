import type { LostRun, MemoryAmounts, MetricsFrame, Pace, RunState, SharedDataset, TwinState, WireError } from '@contract'
import { type LabError, readWeights, type RunConfig, runMemory, Trainer, unitLook, writeWeights } from '@core'
import { type FileSystem, RunStore, runsFolder } from '@files'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Memory } from '../../../electron/main/memory'
import { Past } from '../../../electron/main/past'
import { RunComparison } from '../../../electron/main/run-comparison'
import { RunKeeper } from '../../../electron/main/run-keeper'
import { RunRecorder } from '../../../electron/main/run-recorder'
import { fastOps } from '../../fixtures/fast-ops'
import { runConfig } from '../../fixtures/run-config'
import { dataset as given, learnTo, type PlannedChange } from '../../fixtures/training'
import { fullDisk, newFolder } from './folder'
import { LearningThread } from './learning-thread'
import { until } from './until'

const dataset = given as SharedDataset
const megabyte = 2 ** 20
/** Takes 6 MB */
const config: RunConfig = runConfig({ dataset: 'small', layers: [12, 400, 400, 6], batchSize: 20, optimizer: 'momentum', learningRate: 0.01 })
/** Both together do not fit into the one, and do into the other. */
const [tight, ample] = [9 * megabyte, 64 * megabyte]

test('the network of these tests takes more than half of the smaller limit, and less than all of it', () => {
  const { bytes } = runMemory(config, dataset, fastOps())
  expect(bytes).toBeGreaterThan(tight / 2)
  expect(bytes).toBeLessThan(tight - megabyte)
})

/** The lab's main side with threads that learn. */
async function lab({ maxBytes = tight, folder = newFolder(), fs = fullDisk(() => false) }: { maxBytes?: number, folder?: string, fs?: FileSystem } = {}) {
  const threads: LearningThread[] = []
  const told = { states: [] as RunState[], frames: [] as MetricsFrame[], paused: [] as (MemoryAmounts | null)[], lost: [] as LostRun[], warnings: [] as string[], pastLost: [] as WireError[], twins: [] as (TwinState | null)[] }
  const startThread = (start: LearningThread['start']) => {
    threads.push(new LearningThread(start))
    return threads.at(-1)!
  }
  const sample = { name: 'sample', bytes: writeWeights(new Trainer(runConfig({ dataset: 'small', layers: [12, 5, 6] }), dataset).weights({ version: '1' })) }
  const onProblem = (cause: unknown) => { told.warnings.push((cause as LabError).code) }
  const runs = new RunStore(runsFolder(folder), { fs, onProblem })
  const recorder = new RunRecorder({ store: runs, onProblem })
  const twinRecorder = new RunRecorder({ store: runs, onProblem })
  const memory = new Memory(maxBytes)
  const common = { dataset, sample, version: '1', startThread, runs, recorder, twinRecorder, memory }
  const datasets = { load: () => Promise.resolve(dataset), left: () => undefined, trainedOn: () => Promise.resolve('small') }
  const past = new Past({ ...common, onTwin: twin => told.twins.push(twin), onTwinMetrics: () => undefined, onProgress: () => undefined, onLost: error => told.pastLost.push(error), onFinding: () => undefined, onLane: () => undefined, onHealth: () => undefined, onPath: () => undefined, onProblem })
  const comparison = new RunComparison({ ...common, datasets, onProgress: () => undefined })
  const keeper = new RunKeeper({
    ...common, datasets, past, threads: () => 1,
    events: { state: state => told.states.push(state), metrics: frame => told.frames.push(frame), lost: lost => told.lost.push(lost), warning: error => told.warnings.push(error.code), paused: amounts => told.paused.push(amounts) },
  })
  onTestFinished(async () => { await keeper.quit() })
  const of = (role: 'train' | 'replay') => threads.filter(({ start }) => start.role === role)
  const read = async () => (await keeper.ask('read', null))!.state
  const step = () => Math.max(told.states.at(-1)?.step ?? 0, told.frames.at(-1)?.step ?? 0)
  /** Learns up to a step at least, and goes on. */
  const learn = async (last: number, pace: Pace = 100) => {
    if (!told.states.length) told.states.push(await keeper.configure(config, pace))
    told.states.push(await keeper.forward('run:start', { pace }))
    await until(() => step() >= last)
  }
  /** Stops, and compares all that was learned with the same run that was never paused. */
  const expectUnbroken = async (changes: readonly PlannedChange[] = []) => {
    const id = (await recorder.id())!
    const { step } = await keeper.forward('run:pause', null)
    const { bytes } = await keeper.weights()
    await keeper.quit()
    const { series: { losses, firstStep }, record: { events } } = await runs.read(id)
    const [straight, expected]: [Trainer, number[]] = [new Trainer(config, dataset, { ops: fastOps() }), []]
    let trainer = straight
    for (let at = 1; at <= step; at++) {
      trainer = learnTo(trainer, at - 1, changes)
      expected.push(Math.fround(trainer.learn()))
    }
    expect([firstStep, events.map(({ step, change }) => [step, change])]).toEqual([1, changes])
    expect(firstDifference([...losses], expected)).toBeNull()
    expect(weightsIn(bytes)).toEqual(weightsIn(writeWeights(trainer.weights({ version: '1' }))))
    return { id, step }
  }
  return { keeper, past, comparison, runs, recorder, memory, threads, told, of, read, learn, step, expectUnbroken, folder }
}

/** The weights of the last layer, which all others have led to. */
const weightsIn = (bytes: Uint8Array) => [...readWeights(bytes, 'w').tensors.at(-2)!.data]
const firstDifference = (a: readonly number[], b: readonly number[]) => {
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i).find(i => !Object.is(a[i], b[i]))
  return at === undefined ? null : { step: at + 1, found: a[at], expected: b[at] }
}
const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', (error: LabError) => error.code)

describe('a moment of the past that fits beside the run', () => {
  test('is shown while the run learns on', async () => {
    const { keeper, told, of, learn, step, expectUnbroken } = await lab({ maxBytes: ample })
    await learn(30)
    const moment = await keeper.visit(12)
    expect([moment.state.step, moment.exact, told.paused, of('train').length]).toEqual([12, true, [], 1])
    const before = step()
    await until(() => step() > before + 5)
    keeper.leavePast()
    await expectUnbroken()
  })

  test('stays while a unit is looked at elsewhere in the past', async () => {
    const { keeper, past, learn } = await lab({ maxBytes: ample })
    await learn(30)
    await keeper.visit(12)
    const trainer = learnTo(new Trainer(config, dataset, { ops: fastOps() }), 20)
    expect(await keeper.lookAtUnit({ layer: 'relu1', unit: 1, step: 20 })).toEqual(unitLook(trainer, 'relu1', 1))
    expect(past.shownStep).toBe(12)
    expect(await codeOf(keeper.lookAtUnit({ layer: 'relu1', unit: 1, step: 1_000_000 }))).toBe('past.range')
  })
})

describe('a moment of the past that fits only without the run', () => {
  test('pauses the run, which goes on as if nothing had happened when the present is shown again', async () => {
    const { keeper, told, of, learn, step, expectUnbroken } = await lab()
    await learn(30)
    const { runId } = told.states.at(-1)!
    const moment = await keeper.visit(12)
    expect(moment).toMatchObject({ exact: true, state: { step: 12 } })
    expect([told.paused, of('train').map(({ terminated }) => terminated)]).toEqual([[{ wanted: 14, max: 9 }], [true]])
    const paused = told.states.at(-1)!
    expect(paused).toMatchObject({ runId, phase: 'idle', step: step() })
    expect(await keeper.forward('run:probe', { stats: true })).toMatchObject({ step: 12, runId: moment.state.runId })
    keeper.leavePast()
    const stats = await keeper.forward('run:probe', { stats: true }) // asked at once: it waits
    expect([stats.runId, stats.step >= paused.step]).toEqual([runId, true])
    await until(() => told.paused.length === 2)
    expect([told.paused.at(-1), told.states[told.states.indexOf(paused) + 1]]).toMatchObject([null, { runId, phase: 'running', pace: 100, step: paused.step }])
    await until(() => told.frames.at(-1)!.step > paused.step + 5)
    expect(told.frames.find(({ step }) => step > paused.step)?.firstStep).toBe(paused.step + 1)
    await expectUnbroken()
    expect([told.lost, told.warnings, told.pastLost]).toEqual([[], [], []])
  })

  test('makes room for the next one, and a newer wish ends an older one', async () => {
    const { keeper, told, of, learn, expectUnbroken, memory } = await lab()
    await learn(40)
    await keeper.visit(12)
    const [older, newer] = [codeOf(keeper.visit(35)), keeper.visit(20)]
    const stats = keeper.forward('run:probe', { stats: true })
    expect([await older, (await newer).state.step]).toEqual(['past.left', 20])
    expect([12, 20]).toContain((await stats).step) // of the one or of the other, but answered
    expect([told.paused.length, of('train').length, of('replay').length]).toEqual([1, 1, 1])
    expect(memory.leftFor('run')).toBeGreaterThan(0) // the past holds less than the limit
    keeper.leavePast()
    await expectUnbroken()
  })

  test('leaves a paused run paused, with its pace', async () => {
    const { keeper, told, learn, expectUnbroken } = await lab()
    await learn(30)
    await keeper.forward('run:pause', null)
    await keeper.forward('run:pace', { pace: 10 })
    await keeper.visit(12)
    keeper.leavePast()
    await until(() => told.paused.length === 2)
    expect(told.states.at(-1)).toMatchObject({ pace: 10 })
    expect(told.states.at(-1)!.phase).not.toBe('running')
    await expectUnbroken()
  })

  test('keeps what the run waits for to stop', async () => {
    const { keeper, told, learn, step, expectUnbroken } = await lab()
    await learn(20)
    await keeper.forward('run:stopWhen', { condition: { kind: 'step', step: step() + 60 } })
    const { stopWhen } = await keeper.forward('run:pace', { pace: 100 })
    await keeper.visit(12)
    keeper.leavePast()
    await until(() => told.states.at(-1)?.stopped != null)
    expect(told.states.at(-1)!.stopped).toMatchObject({ condition: stopWhen, step: (stopWhen as { step: number }).step })
    expect((await expectUnbroken()).step).toBe((stopWhen as { step: number }).step)
  })

  test('ends with a step of the present, which is one step', async () => {
    const { keeper, told, learn, expectUnbroken } = await lab()
    await learn(30)
    await keeper.visit(12)
    const { step } = told.states.at(-1)!
    keeper.leavePast()
    expect(await keeper.forward('run:step', { unit: 'batch' })).toMatchObject({ step: step + 1 })
    expect((await expectUnbroken()).step).toBe(step + 1)
  })

  test('ends with a change of the settings, which is made at the step of the run', async () => {
    const { keeper, told, learn, step, expectUnbroken } = await lab()
    await learn(30)
    await keeper.visit(12)
    const before = told.states.at(-1)!.step
    keeper.leavePast()
    const change = { optimizer: { kind: 'adam', learningRate: 0.001 } } as const
    const { events, phase } = await keeper.forward('run:change', change)
    expect(phase).toBe('running')
    const [event] = events
    expect(event!.step).toBeGreaterThanOrEqual(before)
    await until(() => step() > event!.step + 10)
    await expectUnbroken([[event!.step, change]])
  })

  test('is paused by a pause, too: the run stays where it is', async () => {
    const { keeper, told, learn, expectUnbroken } = await lab()
    await learn(30)
    await keeper.visit(12)
    const { step } = told.states.at(-1)!
    expect(await keeper.forward('run:pause', null)).toMatchObject({ step, phase: 'idle' })
    expect(told.paused).toHaveLength(1)
    keeper.leavePast()
    await until(() => told.paused.length === 2)
    expect((await expectUnbroken()).step).toBe(step)
  })

  test('loses nothing when the lab quits meanwhile: the next start opens at the step', async () => {
    const { keeper, told, learn, folder, recorder } = await lab()
    await learn(30)
    const id = (await recorder.id())!
    await keeper.visit(12)
    const { step } = told.states.at(-1)!
    expect(await keeper.quit()).toBe(true)
    const next = await lab({ folder })
    next.told.states.push(await next.keeper.startFirstRun('full', id))
    expect(next.told.states.at(-1)).toMatchObject({ step })
    await next.learn(step + 5)
    await next.expectUnbroken()
  })

  test('ends when its thread dies: the run goes on', async () => {
    const { keeper, told, of, learn, step, expectUnbroken } = await lab()
    await learn(30)
    await keeper.visit(12)
    const before = told.states.at(-1)!.step
    of('replay')[0]!.die()
    await until(() => told.paused.length === 2 && step() > before + 5)
    expect([told.pastLost.map(({ code }) => code), told.lost]).toEqual([['worker.died'], []])
    await expectUnbroken()
  })

  test('is followed by a new run in a new thread; the one before is complete', async () => {
    const { keeper, told, learn, runs, recorder } = await lab()
    await learn(30)
    const id = (await recorder.id())!
    await keeper.visit(12)
    const { step, runId } = told.states.at(-1)!
    const state = await keeper.configure({ ...config, seed: 5 }, 1)
    expect([state.step, state.runId > runId, told.paused.at(-1)]).toEqual([0, true, null])
    await recorder.ended()
    expect((await runs.read(id)).series.lastStep).toBe(step)
  })

  test('is followed by the run itself when the new one cannot be', async () => {
    const { keeper, told, learn, step, expectUnbroken } = await lab()
    await learn(30)
    await keeper.visit(12)
    const before = told.states.at(-1)!
    keeper.leavePast()
    expect(await codeOf(keeper.configure({ ...config, optimizer: { kind: 'adam', learningRate: 0.01 }, batchSize: 2000, network: runConfig({ layers: [12, 900, 900, 6] }).network }, 1))).toBe('train.memory')
    await until(() => step() > before.step + 5)
    expect(told.states.at(-1)!.runId).toBe(before.runId)
    await expectUnbroken()
  })

  test('is refused, and the run learns on, when its steps cannot be written', async () => {
    let full = false
    const { keeper, told, learn, step, recorder } = await lab({ fs: fullDisk(() => full) })
    await learn(30)
    await recorder.flush()
    full = true
    const before = step()
    await until(() => step() > before + 5)
    expect(await codeOf(keeper.visit(12))).toBe('past.memory')
    const then = step()
    await until(() => step() > then + 5)
    expect([told.paused, told.lost]).toEqual([[], []])
    full = false
  })

  test('tells of a run that cannot go on', async () => {
    const { keeper, told, of, learn } = await lab()
    await learn(30)
    await keeper.visit(12)
    keeper.leavePast()
    await until(() => of('train').length === 2)
    of('train')[1]!.die()
    await until(() => told.lost.length === 1)
    expect([told.paused.at(-1), keeper.lost?.run?.step]).toEqual([null, told.states.at(-1)!.step])
    expect(await codeOf(keeper.ask('read', null))).toBe('worker.died')
  })
})

describe('a fork from the past that fits only without the run', () => {
  test('becomes the run', async () => {
    const { keeper, told, of, learn, step, recorder, runs } = await lab()
    await learn(30)
    const parent = (await recorder.id())!
    await keeper.visit(12)
    const last = told.states.at(-1)!.step
    const state = await keeper.fork({ id: parent, step: 12, change: { optimizer: { learningRate: 0.02 } }, name: 'a fork' }, 'full')
    expect(state).toMatchObject({ step: 12, parent: { run: parent, step: 12 } })
    expect([told.paused.at(-1), of('train').filter(({ terminated }) => !terminated).length]).toEqual([null, 1])
    told.states.push(await keeper.forward('run:start', { pace: 'full' }))
    await until(() => step() > 15)
    await recorder.ended()
    expect((await runs.read(parent)).series.lastStep).toBe(last)
  })

  test('that fails leaves the run as it was', async () => {
    const { keeper, told, learn, step, recorder, expectUnbroken } = await lab()
    await learn(30)
    const id = (await recorder.id())!
    await keeper.visit(12)
    const before = told.states.at(-1)!
    expect(await codeOf(keeper.fork({ id, step: 12, change: { batchSize: 230, optimizer: { kind: 'adam' } }, name: '' }, 'full'))).toMatch(/memory/)
    keeper.leavePast()
    await until(() => step() > before.step + 5)
    await expectUnbroken()
  })
})

describe('a question that fits only without the run', () => {
  const question = { ask: 'passed', quantity: { of: 'tensor', path: 'affine2.W', figure: 'norm' }, direction: 'above', value: 1000 } as const

  test('says so in its price, pauses the run, and is answered', async () => {
    const { keeper, told, learn, step, expectUnbroken } = await lab()
    await learn(30)
    expect(await keeper.questions.price(question, dataset)).toMatchObject({ seconds: null, pauses: { wanted: 14, max: 9 } })
    expect(told.paused).toEqual([])
    const before = step()
    const found = keeper.questions.find(question, dataset)
    await until(() => told.paused.length === 1)
    const stats = keeper.forward('run:probe', { stats: true })
    expect(await found).toMatchObject({ step: null, exact: true })
    expect((await stats).step).toBeGreaterThanOrEqual(before) // a view of the present waited
    await until(() => told.paused.length === 2 && step() > before + 5)
    await expectUnbroken()
  })

  test('is refused beside a moment that is shown, when both do not fit even without the run', async () => {
    const { keeper, told, learn, expectUnbroken } = await lab()
    await learn(30)
    await keeper.visit(12)
    expect(await codeOf(keeper.questions.find(question, dataset))).toBe('past.memory')
    expect([told.paused.length, (await keeper.forward('run:probe', { stats: true })).step]).toEqual([1, 12])
    keeper.leavePast()
    await expectUnbroken()
  })

  test('ends when the run is to go on; so does a lane', async () => {
    const { keeper, told, learn, expectUnbroken } = await lab()
    await learn(300, 'full')
    // At once, since a short lane soon ends by itself
    const isPaused = new Promise<void>((done) => { told.paused.push = (...amounts) => { done(); return Array.prototype.push.apply(told.paused, amounts) } })
    const { id } = await keeper.questions.lane({ of: 'tensor', path: 'affine2.W', figure: 'norm' }, dataset)
    await isPaused
    await keeper.forward('run:start', { pace: 100 })
    expect(told.paused).toHaveLength(2)
    expect([told.warnings, keeper.questions.all.map(lane => lane.id)]).toEqual([['past.laneStopped'], [id]])
    await expectUnbroken()
  })
})

describe('the comparison of two runs', () => {
  test('that fits only without the run pauses it meanwhile', async () => {
    const { keeper, told, learn, step, recorder, comparison, of } = await lab()
    await learn(15)
    await keeper.forward('run:pause', null)
    const a = (await recorder.id())!
    await keeper.fork({ id: a, step: 10, change: { optimizer: { learningRate: 0.02 } }, name: 'a fork' }, 100)
    told.states.push(await keeper.forward('run:start', { pace: 100 }))
    await until(() => step() > 30)
    const [child, before] = [(await recorder.id())!, step()]
    expect(await comparison.difference({ a, b: child })).toMatchObject({ step: 11, exact: true })
    await until(() => told.paused.at(-1) === null && step() > before)
    expect(of('train').filter(({ terminated }) => !terminated)).toHaveLength(1)
  })
})

describe('a run that grows', () => {
  test('ends the thread of the past that no longer fits beside it', async () => {
    const { keeper, learn, of, step, memory, expectUnbroken } = await lab({ maxBytes: 13 * megabyte })
    await learn(30)
    await keeper.visit(12)
    keeper.leavePast()
    expect([of('train').length, of('replay').map(({ terminated }) => terminated)]).toEqual([1, [false]])
    const change = { optimizer: { kind: 'adam', learningRate: 0.001 } } as const // 7.3 MB
    const { events } = await keeper.forward('run:change', change)
    expect([of('train').length, of('replay').map(({ terminated }) => terminated)]).toEqual([1, [true]])
    expect(memory.leftFor('run')).toBe(13 * megabyte)
    const { step: at } = events[0]!
    await until(() => step() > at + 5)
    await expectUnbroken([[at, change]])
  })
})

describe('a twin', () => {
  const wanted = { step: 10, change: { optimizer: { learningRate: 0.02 } }, name: 'twin' } as const

  test('that does not fit beside the run is refused, and the run learns on', async () => {
    const { keeper, told, learn, expectUnbroken, of } = await lab()
    await learn(30)
    expect(await codeOf(keeper.beginTwin(wanted))).toBe('past.memory')
    expect([told.paused, told.twins, of('train').length]).toEqual([[], [], 1])
    await expectUnbroken()
  })

  test('stays when a moment does not fit beside both, which is refused', async () => {
    const { keeper, told, learn, expectUnbroken } = await lab({ maxBytes: 15 * megabyte })
    await learn(30)
    await keeper.beginTwin(wanted)
    expect(await codeOf(keeper.visit(12))).toBe('past.memory')
    expect([told.paused, keeper.twin.id === null]).toEqual([[], false])
    await expectUnbroken()
  })

  test('ends when the run grows and needs its memory', async () => {
    const { keeper, told, learn, step, expectUnbroken } = await lab({ maxBytes: 13 * megabyte })
    await learn(30)
    await keeper.beginTwin(wanted)
    const change = { optimizer: { kind: 'adam', learningRate: 0.001 } } as const
    const { events } = await keeper.forward('run:change', change)
    expect([told.twins.at(-1), told.warnings]).toEqual([null, ['twin.stopped']])
    const { step: at } = events[0]!
    await until(() => step() > at + 5)
    await expectUnbroken([[at, change]])
  })
})

describe('a copy of the run that is taught an image', () => {
  const image = { pixels: Float32Array.from(given.test.images.subarray(0, 12), byte => byte / 255), label: 3, times: 10 }
  const wanted = { ...image, dataset: 'small' }

  test('leaves the run as one that was never asked, bit for bit, while it learns at full speed and after it was kept', async () => {
    const { keeper, runs, told, learn, step, expectUnbroken } = await lab({ maxBytes: ample })
    await learn(30, 'full')
    const first = await keeper.teach(wanted)
    const before = step()
    const second = await keeper.teach({ ...wanted, step: first.step })
    expect({ ...second, differsAt: null }).toEqual(first)
    const { id } = await keeper.keepTaught({ ...image, run: first.run, runId: first.runId, step: first.step })
    await until(() => step() > before + 5)
    const unbroken = await expectUnbroken()
    expect(unbroken.id).toBe(first.run)
    const kept = await runs.read(id)
    expect(kept.record).toMatchObject({ parent: { run: first.run, step: first.step }, events: [{ step: first.step, change: {}, taught: { label: 3, times: 10 } }] })
    expect([told.paused, told.lost, told.warnings, told.pastLost]).toEqual([[], [], [], []])
  }, 120_000) // what was learned at full speed meanwhile is learned again, and compared

  test('pauses the run where both do not fit, and the run goes on as if nothing had happened', async () => {
    const { keeper, told, learn, expectUnbroken } = await lab()
    await learn(30)
    const { step } = await keeper.teach(wanted)
    expect(step).toBeGreaterThanOrEqual(30)
    await until(() => told.paused.length === 2)
    expect(told.paused).toMatchObject([{ max: 9 }, null])
    await until(() => told.frames.at(-1)!.step > step + 5)
    await expectUnbroken()
    expect([told.lost, told.warnings, told.pastLost]).toEqual([[], [], []])
  })

  test('is refused where it does not fit beside the moment that is shown, which stays', async () => {
    const { keeper, past, told, learn } = await lab()
    await learn(30)
    await keeper.visit(12)
    expect(await codeOf(keeper.teach(wanted))).toBe('past.memory')
    expect([past.shownStep, told.pastLost]).toEqual([12, []])
  })

  test('is dropped when nobody wants it any more: the moment that is shown stays, and so does the next wish', async () => {
    const { keeper, past, of, memory, learn } = await lab({ maxBytes: ample })
    await learn(60)
    await keeper.visit(12)
    const held = ample - memory.leftFor('run')
    const left = codeOf(keeper.teach({ ...wanted, times: 100 }))
    await until(() => of('replay').at(-1)!.asked.includes('teach'))
    keeper.cancelTeaching()
    expect(await left).toBe('past.left')
    expect(past.shownStep).toBe(12)
    keeper.cancelTeaching() // nothing is being taught: no wish ends
    const [visited, other] = [keeper.visit(20), () => { keeper.cancelTeaching() }]
    other()
    expect((await visited).state.step).toBe(20)
    expect(await keeper.teach(wanted)).toMatchObject({ step: 20, after: { label: expect.any(Number) as number } })
    expect(ample - memory.leftFor('run')).toBeGreaterThanOrEqual(held)
  })
})
