import { existsSync } from 'node:fs'
import type { LostRun, RunState, SharedDataset, Threads, WireError, WorkerStart } from '@contract'
import { checkpointOf, defaultConfig, LabError, markOf as datasetMarkOf, mnist, readCheckpoint, recordOf, Trainer, writeCheckpoint, writeWeights } from '@core'
import { type FileSystem, type RunStore, runsFolder } from '@files'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type KeeperOptions, RunKeeper } from '../../../electron/main/run-keeper'
import type { Thread } from '../../../electron/main/supervisor'
import { FakeThread, markOf, weightsOf } from './fake-thread'
import { infoOf } from '../../fixtures/dataset-info'
import { perceptron } from '../../fixtures/run-config'
import { configOf, dataset } from '../../fixtures/training'
import { fullDisk, newFolder } from './folder'
import { recordingIn } from './recorder'
import { StoredDatasets } from './stored-datasets'
import { until } from './until'

beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }) })
afterEach(() => { vi.useRealTimers() })

/** A disk on which writes wait while it is held. */
function slowDisk() {
  const usual = fullDisk(() => false)
  let held: Promise<void> = Promise.resolve()
  let waiting = 0
  return {
    fs: { ...usual, open: async (path: string, flags: string) => { waiting++; await held; waiting--; return await usual.open(path, flags) } },
    /** @returns function that releases the writes */
    hold: (): () => void => { let go = (): void => undefined; held = new Promise((done) => { go = done }); return go },
    busy: () => waiting > 0,
  }
}

/** Network 7 is training: the seeds identify the networks. */
async function startedRun({ mayEnd, folder = newFolder(), full = () => false, fs = fullDisk(full), stored = new StoredDatasets() }: { mayEnd?: KeeperOptions['mayEnd'], folder?: string, full?: () => boolean, fs?: FileSystem, stored?: StoredDatasets } = {}) {
  const threads: FakeThread[] = []
  const starts: Threads[] = []
  const firstRunIds: number[] = []
  const sent = { states: [] as RunState[], lost: [] as LostRun[], warnings: [] as WireError[], problems: [] as string[] }
  /** The run with which the next session would go on */
  let last: string | null = null
  const recording = () => recordingIn(folder, { fs, onProblem: cause => sent.problems.push((cause as LabError).code), onCurrent: (id) => { last = id } })
  const { runs, recorder, past, memory, pastThreads } = recording()
  const options: KeeperOptions = {
    dataset: await stored.datasets.mnist, datasets: stored.datasets, sample: { name: 'sample', bytes: weightsOf(0) }, version: 'test', runs, recorder, past, memory, ...mayEnd && { mayEnd }, timeoutMs: 1000, threads: () => 'auto',
    startThread: ({ pendingRequests, ...start }: Omit<WorkerStart, 'compiling'>): Thread => {
      starts.push(start.threads)
      firstRunIds.push(start.firstRunId)
      const thread = new FakeThread(pendingRequests)
      threads.push(thread)
      return thread
    },
    events: { state: state => sent.states.push(state), metrics: () => undefined, lost: lost => sent.lost.push(lost), warning: error => sent.warnings.push(error), paused: () => undefined },
  }
  const keeper = new RunKeeper(options)
  let latest = keeper
  /** The keeper of the next session, which has no run yet. */
  const restarted = async (): Promise<RunKeeper> => {
    await latest.quit()
    return latest = new RunKeeper({ ...options, ...recording() })
  }
  await keeper.startFirstRun(1)
  await keeper.configure(network(7), 1)
  /** Seed and latest step of every run on the disk, in the order of their seeds, once those before the current one are complete */
  const disk = async () => {
    await recorder.ended()
    await recorder.flush()
    const found = await Promise.all((await runs.list()).map(async ({ id, step }) => [(await runs.read(id)).record.config.seed, step] as const))
    return found.sort(([a], [b]) => a - b)
  }
  return { folder, keeper, restarted, recording, runs, recorder, pastThreads, threads, starts, firstRunIds, told: sent, thread: () => threads.at(-1)!, disk, last: () => last }
}

const network = (seed: number) => ({ ...defaultConfig, seed })

describe('a learning run', () => {
  test('has a thread for its past as soon as it has one, so that the first visit does not wait; a demonstration has none', async () => {
    const { keeper, thread, pastThreads } = await startedRun()
    expect(pastThreads).toHaveLength(0)
    thread().learn(1)
    expect(pastThreads).toHaveLength(1)
    thread().learn(40)
    await keeper.configure(network(8), 1)
    thread().learn(5)
    expect(pastThreads).toHaveLength(1) // it is kept
    const other = await startedRun()
    await other.keeper.demonstrate(1)
    other.thread().learn(5)
    expect(other.pastThreads).toHaveLength(0)
  })

  test('is on the disk from its first step on, without a request of the window', async () => {
    const { keeper, thread, disk, recorder } = await startedRun()
    expect(await disk()).toEqual([])
    await keeper.forward('run:start', { pace: 'full' })
    thread().learn(40)
    await recorder.flush()
    expect(await disk()).toEqual([[7, 40]])
  })

  test('is not on the disk before the first step, nor after an end without one', async () => {
    const { keeper, disk, folder } = await startedRun()
    expect(await keeper.quit()).toBe(true)
    expect([await disk(), existsSync(runsFolder(folder))]).toEqual([[], false])
  })

  test('is complete on the disk when the lab quits, with what no frame had reported yet, and the thread has ended', async () => {
    const { keeper, thread, disk } = await startedRun()
    await keeper.forward('run:start', { pace: 'full' })
    thread().learn(40)
    thread().unsent = 3
    expect(await keeper.quit()).toBe(true)
    expect([await disk(), thread().terminated]).toEqual([[[7, 43]], true])
  })

  test('does not delay the end when the thread is silent', async () => {
    const { keeper, thread, disk } = await startedRun()
    await keeper.forward('run:step', { unit: 'batch' })
    thread().mute = true
    const ended = keeper.quit(500)
    await vi.advanceTimersByTimeAsync(500)
    expect(await ended).toBe(false)
    expect([thread().terminated, await disk()]).toEqual([true, [[7, 1]]])
  })

  test('continues when the disk is full, which is reported once, and is recorded as soon as there is room', async () => {
    let full = true
    const { keeper, thread, told, recorder, disk } = await startedRun({ full: () => full })
    await keeper.forward('run:start', { pace: 'full' })
    for (let step = 10; step <= 40; step += 10) {
      thread().learn(step)
      await recorder.flush()
    }
    expect(told.problems).toEqual(['file.full'])
    expect([told.lost, keeper.lost]).toEqual([[], null])
    full = false
    await recorder.flush()
    expect(await disk()).toEqual([[7, 40]])
  })

  test('that the disk refuses until the end is told to be incomplete', async () => {
    const { keeper } = await startedRun({ full: () => true })
    await keeper.forward('run:step', { unit: 'batch' })
    expect(await keeper.quit()).toBe(false)
  })

  describe('that the disk refuses is asked about', () => {
    const asking = async (full: () => boolean, mayEnds = true) => {
      const asked: [end: string, problem: string | undefined, mark: number][] = []
      const run = await startedRun({ full, mayEnd: async (end, problem, weights) => { asked.push([end, problem?.code, markOf((await weights()).bytes)]); return mayEnds } })
      await run.keeper.forward('run:step', { unit: 'batch' })
      await run.recorder.flush()
      return { ...run, asked }
    }

    test('before another one takes its place, which can then be refused', async () => {
      const { keeper, asked, thread } = await asking(() => true, false)
      await expect(keeper.configure(network(9), 1)).rejects.toMatchObject({ code: 'run.stays' })
      await expect(keeper.rewind()).rejects.toMatchObject({ code: 'run.stays' })
      expect(asked).toEqual([['run', 'file.full', 7], ['run', 'file.full', 7]])
      expect(await keeper.ask('read', null)).toMatchObject({ state: { step: 1 } })
      expect(thread().mark).toBe(7)
    })

    test('and ends where that is wanted', async () => {
      const { keeper, asked } = await asking(() => true)
      expect(await keeper.configure(network(9), 1)).toMatchObject({ step: 0 })
      expect(asked).toHaveLength(1)
    })

    test('before the lab quits', async () => {
      const { keeper, asked } = await asking(() => true, false)
      expect([await keeper.mayQuit(), asked]).toEqual([false, [['lab', 'file.full', 7]]])
    })

    test('only then: not where the disk takes it, or takes it again', async () => {
      let full = false
      const { keeper, asked } = await asking(() => full, false)
      expect(await keeper.mayQuit()).toBe(true)
      full = true
      await keeper.forward('run:step', { unit: 'batch' })
      full = false
      await keeper.configure(network(9), 1)
      expect([await keeper.mayQuit(), asked]).toEqual([true, []])
    })
  })

  test('that a disk that does not answer may not have is asked about before the lab quits', async () => {
    const slow = slowDisk()
    const mayEnd = vi.fn(() => Promise.resolve(false))
    const { keeper, recorder } = await startedRun({ fs: slow.fs, mayEnd })
    const go = slow.hold()
    await keeper.forward('run:step', { unit: 'batch' })
    const quits = keeper.mayQuit()
    await until(slow.busy)
    await vi.advanceTimersByTimeAsync(4_000)
    expect([await quits, mayEnd.mock.calls]).toEqual([false, [['lab', null, expect.any(Function)]]])
    go()
    await recorder.flush()
  })

  test('is told to be incomplete also when the disk takes longer than the end of the lab may', async () => {
    const slow = slowDisk()
    const { keeper, recorder } = await startedRun({ fs: slow.fs })
    const go = slow.hold()
    await keeper.forward('run:step', { unit: 'batch' })
    const ended = vi.fn()
    void keeper.quit().then(ended)
    await until(slow.busy)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(3_000) // the lab's own timeout is eight
    expect(ended.mock.calls).toEqual([[false]])
    go()
    await recorder.ended()
  })

  test('from a file is on the disk at once, since the file may be deleted; so it is when it is rewound', async () => {
    const { keeper, recorder, runs } = await startedRun()
    await keeper.open({ name: 'mine', bytes: weightsOf(12, 4) }, 1)
    await recorder.flush()
    expect((await runs.list()).map(({ step }) => step)).toEqual([12])
    await keeper.rewind()
    await recorder.flush()
    const listed = await runs.list()
    expect(listed.map(({ step }) => step)).toEqual([12, 12])
    expect((await runs.read(listed[0]!.id)).record).toMatchObject({ fromSeed: false, firstStep: 12, config: { seed: 4 } })
  })

  test('contains nothing of another run whose last frame is late', async () => {
    const { keeper, thread, told, disk, recorder } = await startedRun()
    const { runId } = thread().state!
    await keeper.configure(network(8), 1)
    await keeper.forward('run:step', { unit: 'batch' })
    thread().emit('message', { type: 'metrics', frame: { runId, step: 50, firstStep: 50, losses: Float32Array.of(1), epoch: 0, stepInEpoch: 1, samplesPerSecond: 1, evaluations: [] } })
    thread().emit('message', { type: 'state', state: { ...thread().state!, runId, step: 50 } })
    await recorder.flush()
    expect(await disk()).toEqual([[8, 1]])
    expect(told.states).toHaveLength(1) // the window decides for itself
  })
})

describe('a replaced run', () => {
  test('stays on the disk when it had learned something, and is continued at its step', async () => {
    const { keeper, disk, runs, thread } = await startedRun()
    await keeper.forward('run:start', { pace: 'full' })
    thread().learn(250)
    await keeper.configure(network(8), 1)
    const { left } = keeper
    expect([left?.step, await disk()]).toEqual([250, [[7, 250]]])
    expect(await keeper.resume(left!.id, 1)).toMatchObject({ step: 250 })
    expect([thread().mark, keeper.left]).toEqual([7, null])
    await keeper.forward('run:step', { unit: 'batch' })
    await keeper.quit()
    expect((await runs.list()).map(({ step, lockedBy }) => [step, lockedBy])).toEqual([[251, null]])
  })

  test('is not there when it had learned nothing; the one before it still is', async () => {
    const { keeper, disk, thread } = await startedRun()
    await keeper.configure(network(8), 1)
    expect([keeper.left, await disk()]).toEqual([null, []])
    thread().learn(300)
    await keeper.configure(network(9), 1)
    await keeper.configure(network(10), 1)
    expect(keeper.left?.step).toBe(300)
  })

  test('of a few steps can be continued until the next one learns', async () => {
    const { keeper, disk } = await startedRun()
    await keeper.forward('run:step', { unit: 'batch' })
    await keeper.configure(network(8), 1)
    expect((await keeper.resume(keeper.left!.id, 1)).step).toBe(1)
    await keeper.configure(network(9), 1)
    await keeper.forward('run:step', { unit: 'batch' })
    expect([await disk(), keeper.left]).toEqual([[[9, 1]], null])
  })

  test('stays when the new one cannot be created, or its file is damaged', async () => {
    const { keeper } = await startedRun()
    const before = await keeper.forward('run:step', { unit: 'batch' })
    await expect(keeper.configure({ ...network(8), batchSize: 13 }, 1)).rejects.toMatchObject({ code: 'train.memory' })
    await expect(keeper.open({ name: 'x', bytes: new Uint8Array(3) }, 1)).rejects.toMatchObject({ code: expect.stringMatching(/^safetensors/) as string })
    expect(await keeper.ask('read', null)).toMatchObject({ state: before })
    expect(keeper.left).toBeNull()
  })

  test('is replaced even on a full disk, which is reported', async () => {
    let full = false
    const { keeper, told, thread, disk, recorder } = await startedRun({ full: () => full })
    thread().learn(5)
    await recorder.flush()
    thread().learn(6)
    full = true
    await keeper.configure(network(8), 1)
    expect(await keeper.quit()).toBe(true) // of the new one nothing had to be written
    expect(told.problems).toEqual(['file.full'])
    expect(await disk()).toEqual([[7, 5]])
  })

  test('is kept when it is rewound', async () => {
    const { keeper, thread, disk } = await startedRun()
    thread().learn(200)
    expect((await keeper.rewind()).step).toBe(0)
    await keeper.forward('run:step', { unit: 'batch' })
    await keeper.quit()
    expect(await disk()).toEqual([[7, 1], [7, 200]])
  })

  test('stays, however short it is, while a demonstration learns, which is not recorded; the next session goes on with it', async () => {
    const { keeper, thread, disk, last, runs } = await startedRun()
    await keeper.forward('run:step', { unit: 'batch' })
    expect(await keeper.demonstrate(1)).toMatchObject({ step: 0, config: defaultConfig })
    thread().learn(500)
    await keeper.forward('run:pause', null)
    expect(await disk()).toEqual([[7, 1]])
    expect(last()).toBe((await runs.list())[0]!.id)
    expect(await keeper.resume(keeper.left!.id, 1)).toMatchObject({ step: 1 })
    expect(await keeper.quit()).toBe(true)
    expect(await disk()).toEqual([[7, 1]])
  })

  test('and its successor swap places as often as one likes', async () => {
    const { keeper, thread, disk } = await startedRun()
    thread().learn(201)
    await keeper.configure(network(8), 1)
    thread().learn(202)
    for (const step of [201, 202, 201]) expect((await keeper.resume(keeper.left!.id, 1)).step).toBe(step)
    expect(await disk()).toEqual([[7, 201], [8, 202]])
  })
})

describe('when the thread dies', () => {
  const killed = async (step: number) => {
    const lab = await startedRun()
    await lab.keeper.forward('run:start', { pace: 'full' })
    if (step) lab.thread().learn(step)
    await lab.thread().terminate()
    await until(() => lab.told.lost.length > 0)
    return lab
  }

  test('the window is informed, with the run that is on the disk', async () => {
    const { told, keeper, runs } = await killed(40)
    expect(told.lost).toEqual([{ error: expect.objectContaining({ code: 'worker.died' }) as WireError, config: network(7), run: expect.objectContaining({ id: (await runs.list())[0]!.id, step: 40 }) as object }])
    expect(keeper.lost).toEqual(told.lost[0])
    await expect(keeper.ask('read', null)).rejects.toMatchObject({ code: 'worker.died' })
    await expect(keeper.forward('run:start', { pace: 1 })).rejects.toMatchObject({ code: 'worker.died' })
  })

  test('a new one continues the run', async () => {
    const { keeper, threads, thread, told, disk } = await killed(40)
    const state = await keeper.resume(told.lost[0]!.run!.id, 10)
    expect([state.step, keeper.lost, threads.length, thread().mark]).toEqual([40, null, 2, 7])
    await keeper.forward('run:step', { unit: 'batch' })
    expect(await keeper.quit()).toBe(true)
    expect(await disk()).toEqual([[7, 41]])
  })

  test('a new one starts over with the same settings, and the lost run stays on the disk', async () => {
    const { keeper, thread, told, disk } = await killed(240)
    const { step, config } = await keeper.configure(told.lost[0]!.config, 10)
    expect([step, config.seed, thread().mark]).toEqual([0, 7, 7])
    expect(await disk()).toEqual([[7, 240]])
  })

  test('the settings are those that the run had in the end', async () => {
    const { keeper, thread, told } = await startedRun()
    await keeper.forward('run:change', { batchSize: 50 })
    thread().emit('error', new Error('gone'))
    await until(() => told.lost.length > 0)
    expect(told.lost[0]!.config).toEqual({ ...network(7), batchSize: 50 })
  })

  test('before anything was learned only the settings remain', async () => {
    const { keeper, told } = await killed(0)
    expect(told.lost[0]?.run).toBeNull()
    expect((await keeper.configure(told.lost[0]!.config, 1)).config.seed).toBe(7)
  })

  test('during a demonstration nothing of that remains', async () => {
    const { keeper, thread, told } = await startedRun()
    await keeper.demonstrate(1)
    thread().learn(5)
    await thread().terminate()
    await until(() => told.lost.length > 0)
    expect(told.lost[0]?.run).toBeNull()
  })

  test('a manually configured network starts a new thread as well', async () => {
    const { keeper, disk } = await killed(40)
    await keeper.configure(network(9), 1)
    expect([keeper.lost, await disk()]).toEqual([null, [[7, 40]]])
  })

  test('a run that cannot be continued leaves the choice to start over', async () => {
    const { keeper, told, runs } = await killed(40)
    await runs.discard(told.lost[0]!.run!.id)
    await expect(keeper.resume(told.lost[0]!.run!.id, 1)).rejects.toMatchObject({ code: 'run.missing' })
    expect(keeper.lost).not.toBeNull()
    expect((await keeper.configure(told.lost[0]!.config, 1)).step).toBe(0)
    expect(keeper.lost).toBeNull()
  })

  test('falling silent counts as dying', async () => {
    const { keeper, thread, told } = await startedRun()
    thread().mute = true
    const answer = expect(keeper.ask('run:probe', {})).rejects.toMatchObject({ code: 'worker.timeout' })
    await vi.advanceTimersByTimeAsync(10_000)
    await answer
    await until(() => told.lost.length > 0)
    expect([told.lost[0]?.error.code, thread().terminated]).toEqual(['worker.timeout', true])
  })

  test('nothing is missing at the end: what it had sent is on the disk', async () => {
    const { keeper, disk } = await killed(40)
    expect(await keeper.quit()).toBe(true)
    expect(await disk()).toEqual([[7, 40]])
  })
})

describe('when two events coincide', () => {
  test('a thread that has just died counts as lost before its record is complete', async () => {
    const disk = slowDisk()
    const lab = await startedRun({ fs: disk.fs })
    const go = disk.hold()
    lab.thread().learn(40)
    await until(disk.busy)
    void lab.thread().terminate()
    expect(lab.keeper.lost).toMatchObject({ error: { code: 'worker.died' }, run: { step: 40 } })
    expect(lab.told.lost).toEqual([])
    go()
    await until(() => lab.told.lost.length > 0)
    expect(await lab.disk()).toEqual([[7, 40]])
  })

  // Cause: the loss of the thread was reported and kept after another run had started in a new thread.
  test('a run that was requested before the thread died, and starts after it, is not lost', async () => {
    const lab = await startedRun()
    lab.thread().learn(240)
    const saving = lab.keeper.weights() // the next run waits for it
    const next = lab.keeper.configure(network(9), 1)
    void lab.thread().terminate()
    await saving.catch(() => undefined)
    const { runId } = await next
    await lab.keeper.weights() // all pending work is done
    expect([lab.told.lost, lab.keeper.lost]).toEqual([[], null])
    expect(await lab.keeper.ask('read', null)).toMatchObject({ state: { runId } })
    expect(await lab.disk()).toEqual([[7, 240]])
  })

  test('a run that is requested right after the death replaces the lost one, and no loss is reported afterwards', async () => {
    const lab = await startedRun()
    lab.thread().learn(240)
    void lab.thread().terminate()
    await lab.keeper.configure(network(9), 1)
    const { length } = lab.told.lost
    await lab.keeper.weights()
    await new Promise(setImmediate)
    expect([lab.told.lost.length, lab.keeper.lost]).toEqual([length, null])
    expect(await lab.disk()).toEqual([[7, 240]])
  })

  // Cause: the lab ended while the run before was still being written.
  test('closing the lab waits for the run that was replaced', async () => {
    const disk = slowDisk()
    const lab = await startedRun({ fs: disk.fs })
    const go = disk.hold()
    await lab.keeper.forward('run:step', { unit: 'batch' })
    await until(disk.busy)
    await lab.keeper.configure(network(9), 1)
    const closing = lab.keeper.quit()
    go()
    expect(await closing).toBe(true)
    expect(await lab.disk()).toEqual([[7, 1]])
  })

  test('requests while the lab closes start no other thread', async () => {
    const lab = await startedRun()
    await lab.keeper.forward('run:step', { unit: 'batch' })
    const [closed, refused] = await Promise.allSettled([lab.keeper.quit(), lab.keeper.configure(network(9), 1), lab.keeper.rewind()])
    expect([closed, refused]).toMatchObject([{ value: true }, { reason: { code: 'train.noRun' } }])
    expect([lab.threads.length, lab.thread().terminated, await lab.disk()]).toEqual([1, true, [[7, 1]]])
  })
})

describe('compute threads', () => {
  test('follow the settings when the training thread starts', async () => {
    const { starts } = await startedRun()
    expect(starts).toEqual(['auto'])
  })

  test('change during a run, and the window is informed', async () => {
    const { keeper, told } = await startedRun()
    const before = await keeper.forward('run:step', { unit: 'batch' })
    await keeper.setThreads(2)
    expect(told.states.at(-1)).toEqual({ ...before, threads: 2 })
  })

  test('may change when the training thread is lost', async () => {
    const { keeper, thread, told } = await startedRun()
    await thread().terminate()
    await until(() => told.lost.length > 0)
    await expect(keeper.setThreads(2)).resolves.toBeUndefined()
  })

  test('that cannot be started are reported as a warning; the run continues', async () => {
    const { keeper, thread, told } = await startedRun()
    thread().warn(new LabError('worker.noSimd', 'no SIMD', { found: 'reference-float32' }))
    expect(told.warnings.map(({ code }) => code)).toEqual(['worker.noSimd'])
    expect(keeper.lost).toBeNull()
  })
})

// Runs were numbered by wall-clock time: after a correction of the clock the window mistook a new thread's runs for old ones.
test('every thread numbers its runs above those of the previous one, whatever the clock says', async () => {
  const { keeper, thread, firstRunIds } = await startedRun()
  vi.spyOn(Date, 'now').mockReturnValue(0)
  for (let i = 0; i < 3; i++) {
    thread().terminate()
    await until(() => keeper.lost !== null)
    await keeper.configure(network(8 + i), 1)
  }
  vi.restoreAllMocks()
  expect(firstRunIds).toHaveLength(4)
  for (const [i, first] of firstRunIds.slice(1).entries()) expect(first - firstRunIds[i]!).toBeGreaterThanOrEqual(1_000_000)
})

/** A run of 12 steps on the disk, with its last checkpoint at step 10. @returns its id */
async function onDisk(runs: RunStore, name = '', id = 'a'.repeat(32)): Promise<string> {
  const config = { ...configOf('affine 8, relu, affine 6'), dataset: 'mnist' }
  const trainer = new Trainer(config, { ...dataset, info: { ...dataset.info, id: 'mnist' } })
  const bytes = () => writeCheckpoint(checkpointOf(trainer, { version: '1' }))
  const first = bytes()
  const losses = Float32Array.from({ length: 12 }, () => trainer.learn())
  const writer = await runs.create({ ...recordOf(readCheckpoint(first, '0'), { id, name, created: 1, parent: null }) })
  await writer.checkpoint(0, first)
  writer.append({ kind: 'losses', firstStep: 1, losses })
  await writer.close()
  return writer.id
}

describe('a recorded run', () => {
  test('is continued at its latest step, in the place of the current one, and belongs to this program then', async () => {
    const { keeper, runs, told } = await startedRun()
    const id = await onDisk(runs)
    expect(await keeper.resume(id, 10)).toMatchObject({ step: 12, origin: { from: 'seed' } })
    expect((await runs.list())[0]!.lockedBy).toBe(process.pid)
    expect(told.warnings).toEqual([])
    const again = await keeper.resume(id, 10) // it is the current one
    expect(again.step).toBe(12)
    expect(await keeper.quit()).toBe(true)
    expect((await runs.list())[0]!.lockedBy).toBeNull()
  })

  test('records what it learns from then on', async () => {
    const { keeper, thread, runs } = await startedRun()
    const id = await onDisk(runs)
    await keeper.resume(id, 10)
    thread().learn(13)
    await keeper.quit()
    expect((await runs.read(id)).series.lastStep).toBe(13)
  })

  test('of the last session is where this one begins; without it, with the default network', async () => {
    const { runs, told, restarted } = await startedRun()
    const id = await onDisk(runs)
    expect(await (await restarted()).startFirstRun(1, id)).toMatchObject({ step: 12 })
    expect(await (await restarted()).startFirstRun(1, 'b'.repeat(32))).toMatchObject({ step: 0, config: defaultConfig })
    expect(told.warnings).toEqual([]) // it may have been deleted on purpose
    expect(await (await restarted()).startFirstRun(1, await onDisk(runs, 'unusable', 'c'.repeat(32)))).toMatchObject({ step: 0, config: defaultConfig })
    expect(told.warnings).toMatchObject([{ code: 'train.memory' }])
  })

  test('that cannot be continued leaves the current run and the lock as they were', async () => {
    const { keeper, runs, thread } = await startedRun()
    const before = thread().state
    const id = await onDisk(runs, 'unusable')
    await expect(keeper.resume(id, 10)).rejects.toMatchObject({ code: 'train.memory' })
    await expect(keeper.resume('b'.repeat(32), 10)).rejects.toMatchObject({ code: 'run.missing' })
    expect([thread().state, (await runs.list())[0]!.lockedBy]).toEqual([before, null])
  })

  test('whose losses differ from the recorded ones goes on, with a warning', async () => {
    const { keeper, runs, told } = await startedRun()
    await keeper.resume(await onDisk(runs, 'differs'), 10)
    expect(told.warnings).toMatchObject([{ code: 'run.inexact', details: { file: 'differs', step: 7 } }])
  })
})

describe('a fork', () => {
  const slower = { optimizer: { learningRate: 0.01 } }

  test('of a run in the list is the current run, paused at its step; the parent stays as it is', async () => {
    const { keeper, runs } = await startedRun()
    const id = await onDisk(runs, 'First')
    const before = await runs.read(id)
    expect(await keeper.fork({ id, step: 5, change: slower, name: 'Slower' }, 10)).toMatchObject({ step: 5, phase: 'idle', parent: { run: id, step: 5 }, events: [{ step: 5, change: slower }] })
    const fork = (await runs.list()).find(({ name }) => name === 'Slower')!
    expect(fork).toMatchObject({ parent: { run: id, step: 5 }, step: 5, lockedBy: process.pid })
    expect((await runs.read(id)).record).toEqual(before.record)
  })

  test('of the current run ends its recording, and is recorded from then on', async () => {
    const { keeper, thread, runs } = await startedRun()
    const id = await onDisk(runs)
    await keeper.resume(id, 10)
    await keeper.fork({ step: 12, change: {} }, 10)
    thread().learn(13)
    await keeper.quit()
    const [fork] = await runs.list()
    expect([fork!.parent, (await runs.read(fork!.id)).series.lastStep, (await runs.read(id)).series.lastStep]).toMatchObject([{ run: id, step: 12 }, 13, 12])
    expect((await runs.list()).map(({ lockedBy }) => lockedBy)).toEqual([null, null])
  })

  test('that the training thread refuses leaves the current run, and nothing of itself', async () => {
    const { keeper, runs, thread, told } = await startedRun()
    const before = thread().state
    const id = await onDisk(runs)
    await expect(keeper.fork({ id, step: 5, change: slower, name: 'unusable' }, 10)).rejects.toMatchObject({ code: 'train.memory' })
    await expect(keeper.fork({ id, step: 13, change: slower }, 10)).rejects.toMatchObject({ code: 'past.range' })
    await expect(keeper.fork({ step: 0, change: slower }, 10)).rejects.toMatchObject({ code: 'past.none' })
    expect([thread().state, (await runs.list()).map(run => run.id), told.warnings]).toEqual([before, [id], []])
  })

  test('of a run that is not learned again to the bit goes on, with a warning', async () => {
    const { keeper, runs, told } = await startedRun()
    await keeper.fork({ id: await onDisk(runs, 'differs'), step: 5, change: {}, name: 'Fork' }, 10)
    expect(told.warnings).toMatchObject([{ code: 'run.inexact', details: { file: 'Fork', step: 7 } }])
  })
})

describe('the past of the run', () => {
  /** The run on the disk, of 12 steps, is the current one. */
  async function withPast() {
    const there = await startedRun()
    await there.keeper.resume(await onDisk(there.runs), 10)
    return there
  }

  test('is shown by a thread of its own: views ask that one until it is left, and everything else the training thread', async () => {
    const { keeper, thread, pastThreads } = await withPast()
    expect((await keeper.visit(5)).state.step).toBe(5)
    expect(pastThreads).toHaveLength(1)
    const asked = async () => {
      const before = [thread().asked.length, pastThreads[0]!.asked.length]
      await keeper.forward('draw:predict', { source: 'run', pixels: new Float32Array(784) }).catch(() => undefined)
      await keeper.forward('run:pace', { pace: 100 })
      return [thread().asked.slice(before[0]), pastThreads[0]!.asked.slice(before[1])]
    }
    expect(await asked()).toEqual([['run:pace'], ['draw:predict']])
    keeper.leavePast()
    expect(await asked()).toEqual([['draw:predict', 'run:pace'], []])
  })

  test('has the steps that the run has reached', async () => {
    const { keeper } = await withPast()
    await expect(keeper.visit(13)).rejects.toMatchObject({ code: 'past.range', details: { step: 13, first: 0, last: 12 } })
    expect((await keeper.visit(12)).state.step).toBe(12)
    expect((await keeper.visit(0)).state.step).toBe(0)
  })

  test('of a run that has learned nothing is none', async () => {
    const { keeper } = await startedRun()
    await expect(keeper.visit(0)).rejects.toMatchObject({ code: 'past.none' })
  })

  test('a newer wish ends an older one, and a new run ends them all', async () => {
    const { keeper } = await withPast()
    const first = keeper.visit(3).catch((cause: unknown) => cause)
    const second = keeper.visit(4)
    expect(await first).toMatchObject({ code: 'past.left', details: { step: 3 } })
    expect((await second).state.step).toBe(4)
    const third = keeper.visit(7).catch((cause: unknown) => cause)
    await keeper.rewind()
    expect(await third).toMatchObject({ code: 'past.left' })
  })

  test('is shown again by another thread when that one has died; the run goes on', async () => {
    const { keeper, told, pastThreads } = await withPast()
    await keeper.visit(5)
    await pastThreads[0]!.terminate()
    expect((await keeper.visit(6)).state.step).toBe(6)
    expect([pastThreads.length, told.lost]).toEqual([2, []])
  })

  test('ends with the program', async () => {
    const { keeper, pastThreads } = await withPast()
    await keeper.visit(5)
    await keeper.quit()
    expect(pastThreads[0]!.terminated).toBe(true)
  })
})

test('before the first run there is nothing to read, save or change', async () => {
  const starts = vi.fn()
  const keeper = new RunKeeper({
    dataset: { info: mnist } as SharedDataset, datasets: new StoredDatasets().datasets, sample: { name: 'sample', bytes: weightsOf(0) }, version: 'test', ...recordingIn(newFolder()), threads: () => 'auto', startThread: starts,
    events: { state: starts, metrics: starts, lost: starts, warning: starts, paused: starts },
  })
  await expect(keeper.ask('read', null)).rejects.toMatchObject({ code: 'train.noRun' })
  await expect(keeper.weights()).rejects.toMatchObject({ code: 'train.noRun' })
  await keeper.setThreads(2)
  expect(await keeper.quit()).toBe(true)
  await expect(keeper.startFirstRun(1)).rejects.toMatchObject({ code: 'train.noRun' })
  expect(starts).not.toHaveBeenCalled()
})

test('a request to a lost thread reports why it is lost', async () => {
  const { keeper, thread, told } = await startedRun()
  await thread().terminate()
  await until(() => told.lost.length > 0)
  await expect(keeper.ask('read', null)).rejects.toMatchObject({ code: 'worker.died', details: { found: told.lost[0]!.error.message } })
})

test('the weights for a file come with their own network and step', async () => {
  const { keeper } = await startedRun()
  await keeper.forward('run:step', { unit: 'batch' })
  const { bytes, step, config } = await keeper.weights()
  expect([markOf(bytes), step, config]).toEqual([7, 1, network(7)])
})

test('a number of threads that cannot change without a run is not reported', async () => {
  const { keeper, thread, told } = await startedRun()
  const { length } = told.states
  const { runId } = thread().state!
  vi.spyOn(thread(), 'postMessage').mockImplementation(({ id }) => { queueMicrotask(() => { thread().emit('message', { type: 'reply', id, reply: { ok: true, value: null } }) }) })
  await keeper.setThreads(2)
  vi.spyOn(thread(), 'postMessage').mockImplementation(({ id }) => { queueMicrotask(() => { thread().emit('message', { type: 'reply', id, reply: { ok: true, value: { ...thread().state!, runId: runId + 1 } } }) }) })
  await keeper.setThreads(3)
  expect(told.states).toHaveLength(length)
})

describe('a run on another dataset', () => {
  const bands = { ...infoOf({ id: 'bands-1', rows: 2, columns: 3, classes: 4, train: 70, test: 14 }), name: 'Bands' }
  const shoes = { ...bands, id: 'shoes-2', name: 'Shoes', sha256: { trainImages: 'c'.repeat(64) } }
  const stored = () => new StoredDatasets([bands, shoes].map(info => ({ id: info.id, info, problem: null })))
  const on = (dataset: string, seed: number) => ({ ...network(seed), dataset })
  const problem = new LabError('dataset.changed', 'changed', { name: 'Bands', file: 'train-images.idx', found: 'x' })

  test('is loaded once, given to the thread, and kept in memory for the next run on it', async () => {
    const disk = stored()
    const { keeper } = await startedRun({ stored: disk })
    expect(await keeper.configure(on('bands-1', 8), 1)).toMatchObject({ dataset: bands, config: { dataset: 'bands-1' } })
    expect(keeper.dataset.info).toBe(bands)
    disk.entries = [] // deleted under the run
    expect(await keeper.configure(on('bands-1', 9), 1)).toMatchObject({ dataset: bands, config: { seed: 9 } })
    expect(await keeper.rewind()).toMatchObject({ dataset: bands })
    expect(disk.loads).toEqual(['bands-1'])
    expect(await keeper.configure(network(10), 1)).toMatchObject({ dataset: mnist })
  })

  test('that cannot be loaded is refused by name, and the old run goes on', async () => {
    const disk = stored()
    const { keeper, thread } = await startedRun({ stored: disk })
    disk.entries = disk.entries.map(entry => ({ ...entry, problem }))
    const before = thread().asked.length
    await expect(keeper.configure(on('bands-1', 8), 1)).rejects.toBe(problem)
    await expect(keeper.configure(on('none-9', 8), 1)).rejects.toMatchObject({ code: 'dataset.unknown' })
    expect([thread().asked.length, keeper.dataset.info]).toEqual([before, mnist])
    expect(await keeper.ask('read', null)).toMatchObject({ state: { config: { seed: 7 } } })
  })

  test('begins in the order of the requests, whichever dataset is loaded first', async () => {
    const disk = stored()
    const { keeper } = await startedRun({ stored: disk })
    let go = (): void => undefined
    disk.held = new Promise((done) => { go = done })
    const slow = keeper.configure(on('bands-1', 8), 1)
    const quick = keeper.configure(network(9), 1)
    go()
    expect((await slow).runId).toBeLessThan((await quick).runId)
    expect([keeper.dataset.info, await keeper.ask('read', null)]).toMatchObject([mnist, { state: { config: { seed: 9 } } }])
  })

  test('that the thread refuses leaves the dataset of the old run', async () => {
    const { keeper } = await startedRun({ stored: stored() })
    await expect(keeper.configure({ ...on('bands-1', 8), batchSize: 13 }, 1)).rejects.toMatchObject({ code: 'train.memory' })
    expect(keeper.dataset.info).toBe(mnist)
  })

  test('continues after the thread has died, from memory, although its files are gone', async () => {
    const disk = stored()
    const lab = await startedRun({ stored: disk })
    await lab.keeper.configure(on('bands-1', 8), 1)
    disk.entries = []
    await lab.thread().terminate()
    await until(() => lab.told.lost.length > 0)
    expect(await lab.keeper.configure(lab.told.lost[0]!.config, 1)).toMatchObject({ dataset: bands, config: { seed: 8, dataset: 'bands-1' } })
  })

  test('opened from a file of an unknown dataset is refused; the file and the run stay', async () => {
    const lab = await startedRun({ stored: stored() })
    const trained = { architecture: perceptron([6, 4]), config: null, step: 3, metrics: {}, classes: [], version: '1', tensors: [{ path: 'affine1.W', data: new Float32Array(24) }, { path: 'affine1.b', data: new Float32Array(4) }] }
    const bytes = writeWeights({ ...trained, dataset: datasetMarkOf({ ...shoes, sha256: { trainImages: 'd'.repeat(64) } }) })
    await expect(lab.keeper.open({ name: 'a', bytes }, 1)).rejects.toMatchObject({ code: 'weights.unknownDataset', details: { name: 'Shoes' } })
    expect(await lab.keeper.ask('read', null)).toMatchObject({ state: { config: { seed: 7 } } })
    expect(await lab.keeper.open({ name: 'b', bytes: writeWeights({ ...trained, dataset: datasetMarkOf(shoes) }) }, 1)).toMatchObject({ dataset: shoes, step: 3 })
  })
})
