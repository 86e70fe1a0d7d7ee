import type { ArgOf, ResultOf, RecordedRun, RunState, SharedDataset, TwinState } from '@contract'
import { checkpointOf, createReferenceOps, Curves, type LabError, Replay, type RunEvent, type Trainer, trainerOf, writeCheckpoint } from '@core'
import { RunStore, runsFolder, stateSha256 } from '@files'
import { describe, expect, onTestFinished, test } from 'vitest'
import { RunRecorder } from '../../../electron/main/run-recorder'
import { recordedRun } from '../../../electron/main/recorded-run'
import { TwinRun } from '../../../electron/main/twin-run'
import { idOf, recorded } from '../../fixtures/recorded-run'
import { dataset } from '../../fixtures/training'
import { newFolder } from './folder'

const ops = createReferenceOps('float32')
type Command = 'twin:begin' | 'twin:follow' | 'twin:read' | 'twin:end'

function learned(run: RecordedRun): Replay {
  const replay = new Replay(trainerOf(run.checkpoint, dataset, ops), { events: run.events, lossAt: at => run.losses[at - run.firstLoss] }, run.step)
  while (!replay.advance(() => false));
  return replay
}

/** A recorded run of 8 steps, and what makes a twin of it: the thread's own classes, without a thread. */
async function lab() {
  const runs = new RunStore(runsFolder(newFolder()), { timing: { writeMs: 1, syncMs: 0, retryMs: 1 } })
  const first = await recorded(runs, { more: { id: idOf(7) } })
  const problems: unknown[] = []
  const twinRecorder = new RunRecorder({ store: runs, onProblem: cause => problems.push(cause) })
  onTestFinished(async () => { await twinRecorder.end() })
  const heard: (TwinState | null)[] = []
  /** The thread’s twin, at once and without slices */
  let trainer: Trainer | null = null
  const runId = 900
  const stateOf = ({ config, events, step }: Trainer) => ({ runId, phase: 'running', config, events, step }) as unknown as RunState
  const learnTo = (step: number, changes: readonly RunEvent[]) => {
    const losses: number[] = []
    const firstStep = trainer!.step + 1
    while (trainer!.step < step) {
      const due = changes.find(event => event.step === trainer!.step && !trainer!.events.some(known => known.step === event.step))
      if (due) trainer = trainer!.change(due.change)
      losses.push(trainer!.learn())
    }
    twins.receive({ type: 'metrics', frame: { runId, step, firstStep, losses: Float32Array.from(losses), epoch: 0, stepInEpoch: 0, samplesPerSecond: 1, evaluations: [] } })
    twins.receive({ type: 'state', state: stateOf(trainer!) })
  }
  let current: string | null = first
  let beforeBegin = (): Promise<void> => Promise.resolve()
  const answers: { readonly [K in Command]: (arg: ArgOf<K>) => Promise<ResultOf<K>> } = {
    'twin:begin': async ({ run }) => {
      await beforeBegin()
      ;({ trainer } = learned(run))
      return { state: stateOf(trainer), differsAt: null }
    },
    'twin:follow': async ({ step, events }) => {
      await Promise.resolve()
      learnTo(step, events)
      return null
    },
    'twin:read': () => Promise.resolve(trainer && { state: stateOf(trainer), history: new Curves().read() }),
    'twin:end': () => {
      trainer = null
      return Promise.resolve(null)
    },
  }
  const asked: Command[] = []
  const twins = new TwinRun({
    runs, twinRecorder, dataset: dataset as unknown as SharedDataset, onTwin: state => heard.push(state), onTwinMetrics: () => undefined, onProblem: cause => problems.push(cause),
    recorder: { id: () => Promise.resolve(current), flush: () => Promise.resolve(), keep: () => undefined },
    past: { stateAt: (run) => {
      const { trainer, differsAt } = learned(run)
      return Promise.resolve({ bytes: writeCheckpoint(checkpointOf(trainer, { version: '1' })), differsAt, dropped: false })
    } },
    ask: async <K extends Command>(command: K, arg: ArgOf<K>) => {
      asked.push(command)
      return await answers[command](arg)
    },
  })
  const at = (step: number, more: Partial<RunState> = {}): RunState => ({ runId: 1, step, phase: 'running', events: [], ...more }) as RunState
  const begin = (step = 0, rate = 0.01) => twins.begin({ step, change: { optimizer: { learningRate: rate } }, name: 'slower' }, dataset as unknown as SharedDataset, at(8))
  /** Until it is where the first run is */
  const settle = async (step: number) => {
    await expect.poll(async () => (await twins.read())?.twin.state.step).toBe(step)
    await twinRecorder.flush()
  }
  return { runs, first, twins, heard, problems, asked, at, begin, settle, change: (id: string | null) => { current = id }, hold: (next: typeof beforeBegin) => { beforeBegin = next } }
}

describe('a twin of a run', () => {
  test('is a run on the disk that can be learned again to the bit, with its parent named', async () => {
    const { runs, first, begin, twins, at, settle, problems } = await lab()
    const { id, parent, before, after } = await begin()
    await settle(8)
    twins.follow(at(30))
    await settle(30)
    await twins.end()
    const run = await runs.read(id)
    expect(run.record).toMatchObject({ name: 'slower', parent: { run: first, step: 0 }, events: [{ step: 0, change: { optimizer: { learningRate: 0.01 } } }] })
    expect([parent, after.optimizer.learningRate]).toEqual([{ run: first, step: 0 }, 0.01])
    expect({ ...before, optimizer: null }).toEqual({ ...after, optimizer: null })
    expect(run.series.losses).toHaveLength(30)
    const replay = learned(await recordedRun(run, step => runs.stateBefore(id, step)))
    expect([replay.step, replay.differsAt]).toEqual([30, null])
    const byHand = trainerOf((await recordedRun(await runs.read(first), step => runs.stateBefore(first, step), 0)).checkpoint, dataset, ops).change({ optimizer: { learningRate: 0.01 } })
    while (byHand.step < 30) byHand.learn()
    expect(stateSha256(replay.trainer.snapshot())).toBe(stateSha256(byHand.snapshot()))
    expect(problems).toEqual([])
  })

  test('follows what was said last, and says when it ends', async () => {
    const { begin, twins, at, settle, heard, asked } = await lab()
    await begin()
    for (const step of [9, 10, 11, 12, 13]) twins.follow(at(step))
    await settle(13)
    expect(asked.filter(command => command === 'twin:follow').length).toBeLessThan(5)
    await twins.end()
    expect([heard.at(-1), twins.id, await twins.read()]).toEqual([null, null, null])
  })

  test('may leave the run on its way; the curves until there are its own, too', async () => {
    const { runs, begin, settle } = await lab()
    const { id } = await begin(5)
    await settle(8)
    const { record, series } = await runs.read(id)
    expect([record.parent?.step, series.losses.length]).toEqual([5, 8])
  })

  test('ends before the next one begins; both stay on the disk', async () => {
    const { runs, begin, twins, settle } = await lab()
    const first = await begin()
    await settle(8)
    const second = await begin(0, 0.5)
    expect(second.id).not.toBe(first.id)
    expect(twins.id).toBe(second.id)
    await settle(8)
    const { writer } = await runs.open(first.id) // nobody holds it any more
    await writer.close()
  })

  test('with two things changed, or other batches, is refused; the one before goes on', async () => {
    const { twins, at, runs, begin, settle } = await lab()
    const { id } = await begin()
    const refused = (change: Parameters<typeof twins.begin>[0]['change']) => twins.begin({ step: 0, change }, dataset as unknown as SharedDataset, at(8)).catch((cause: unknown) => (cause as LabError).code)
    expect(await refused({ weightDecay: 0.1, optimizer: { learningRate: 0.5 } })).toBe('twin.one')
    expect(await refused({})).toBe('twin.one')
    expect(await refused({ batchSize: 5 })).toBe('twin.batches')
    expect(await refused({ weightDecay: -1 })).toBe('config.weightDecay')
    expect(await runs.list()).toHaveLength(2)
    twins.follow(at(20))
    await settle(20)
    expect(twins.id).toBe(id)
  })

  test('is given up when another run begins meanwhile; nothing of it stays', async () => {
    const { begin, twins, hold, runs, asked } = await lab()
    hold(async () => { await twins.end() })
    await expect(begin()).rejects.toMatchObject({ code: 'past.left' })
    expect(await runs.list()).toHaveLength(1)
    expect(asked).toEqual(['twin:begin', 'twin:end'])
  })

  test('that no run is there for is refused', async () => {
    const { begin, change } = await lab()
    change(null)
    await expect(begin()).rejects.toMatchObject({ code: 'past.none' })
  })
})
