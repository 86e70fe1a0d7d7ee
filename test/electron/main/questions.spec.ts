import type { ArgOf, FindingProgress, HealthPoints, HealthQuery, LanePoints, PathPoints, PathQuery, ResultOf, SharedDataset } from '@contract'
import { cellsMeter, conditionOf, createReferenceOps, type Found, healthMeter, type HealthMoment, LabError, type Meter, meterOf, quantityOf, type Question, Scan, trainerOf } from '@core'
import { RunStore, runsFolder } from '@files'
import { describe, expect, test, vi } from 'vitest'
import { Questions } from '../../../electron/main/questions'
import { losses, recorded, stateAt } from '../../fixtures/recorded-run'
import { dataset } from '../../fixtures/training'
import { newFolder } from './folder'

type Command = 'find' | 'trace' | 'health' | 'path' | 'priceStep' | 'measureBeside' | 'stopMeasuring'

/** The thread of the past, at once and without slices. `hold` makes it wait before each answer. */
function thread() {
  const asked: { readonly command: Command, readonly from?: number, readonly to?: number, readonly checkpoint?: number }[] = []
  let hold = (): Promise<void> => Promise.resolve()
  let wish = 0
  const scan = <T>({ run, span }: ArgOf<'trace'> | ArgOf<'find'> | ArgOf<'health'> | ArgOf<'path'>, meter: Meter<T>, isMeasured: (step: number) => boolean, take: (step: number, value: T) => boolean) => {
    const lossAt = (step: number): number | undefined => run.losses[step - run.firstLoss]
    const made = new Scan(trainerOf(run.checkpoint, dataset, createReferenceOps('float32')), { past: { events: run.events, lossAt }, span, meter, isMeasured, take })
    while (!made.advance(() => false));
    return { differsAt: made.differsAt, backend: run.checkpoint.backend }
  }
  const answers: { readonly [K in Command]: (arg: ArgOf<K>) => ResultOf<K> } = {
    find: (arg) => {
      const holds = conditionOf(arg.question)
      let found: Found = { step: null, value: null, measured: null }
      const measured = scan(arg, meterOf(quantityOf(arg.question)!), () => true, (step, value) => {
        found = { ...found, measured: found.measured ?? step }
        if (holds(value)) found = { ...found, step, value }
        return holds(value) && arg.find === 'first'
      })
      return { found, ...measured }
    },
    trace: (arg) => {
      const points: [number, number][] = []
      const measured = scan(arg, meterOf(arg.quantity), step => (step - arg.span.from) % arg.every === 0, (step, value) => points.push([step, value]) < 0)
      return { steps: Uint32Array.from(points, ([step]) => step), values: Float32Array.from(points, ([, value]) => value), ...measured }
    },
    health: (arg) => {
      if (arg.units === 'relu9') throw new LabError('train.noTensor', 'no', { found: arg.units })
      const moments: HealthMoment[] = []
      const measured = scan(arg, healthMeter(arg.units), step => arg.steps.includes(step), (_, moment) => moments.push(moment) < 0)
      return { columns: moments.map(({ column }) => column), units: moments.flatMap(({ units }) => units ?? []), ...measured }
    },
    path: (arg) => {
      const points: (readonly number[])[] = []
      const measured = scan(arg, cellsMeter(arg.cells), step => arg.steps.includes(step), (step, values) => points.push([step, ...values]) < 0)
      const of = (i: number) => points.map(point => point[i]!)
      return { steps: Uint32Array.from(of(0)), x: Float32Array.from(of(1)), y: Float32Array.from(of(2)), ...measured }
    },
    priceStep: ({ quantity }) => {
      if (quantity.of === 'tensor' && quantity.path === 'affine9.W') throw new LabError('train.noTensor', 'no', { found: quantity.path })
      return { learnMs: 2, measureMs: 6 }
    },
    measureBeside: () => null,
    stopMeasuring: () => null,
  }
  return {
    asked, wait: (next: typeof hold) => { hold = next },
    ask: async <K extends Command>(command: K, arg: ArgOf<K>): Promise<ResultOf<K>> => {
      const of = arg as Partial<ArgOf<'find'>> | null
      asked.push({ command, ...of?.span && { from: of.span.from, to: of.span.to, checkpoint: of.run!.checkpoint.snapshot!.position.step } })
      const mine = command === 'priceStep' ? wish : ++wish
      await hold()
      if (mine !== wish) throw new LabError('past.stopped', 'stopped', {})
      return (answers[command] as (arg: ArgOf<K>) => ResultOf<K>)(arg)
    },
  }
}

/** A run of 30 steps with checkpoints at 0, 10 and 20, as the run in training, and what its past is asked. */
async function asking({ last = 30 } = {}) {
  const runs = new RunStore(runsFolder(newFolder()))
  const id = await recorded(runs, { steps: [0, 10, 20], last })
  const there = thread()
  const pauses: [Command, boolean][] = []
  const [findings, lanes, health, problems]: [FindingProgress[], LanePoints[], HealthPoints[], unknown[]] = [[], [], [], []]
  const paths: PathPoints[] = []
  let current: string | null = id
  const questions = new Questions({
    runs, dataset: dataset as SharedDataset, tell: there.ask, now: () => 0,
    measure: (command, arg, mayPause) => {
      if (command === 'health' || command === 'path') pauses.push([command, mayPause?.({ wanted: 1, max: 1 }) ?? true])
      return there.ask(command, arg)
    },
    recorder: { id: () => Promise.resolve(current), flush: () => Promise.resolve() },
    onFinding: progress => findings.push(progress), onLane: points => lanes.push(points), onHealth: points => health.push(points), onPath: points => paths.push(points), onProblem: cause => problems.push(cause),
  })
  return { runs, id, questions, ...there, findings, lanes, health, paths, problems, pauses, measure: (query: Partial<HealthQuery> = {}) => questions.measureHealth({ from: 0, to: 30, columns: 100, scale: 'linear', ...query }, dataset as SharedDataset), find: (question: Question) => questions.find(question, dataset as SharedDataset), forgetRun: () => { current = null } }
}

const norms = Array.from({ length: 41 }, (_, step) => Math.sqrt(stateAt(step).snapshot.tensors.find(({ path }) => path === 'affine1.W')!.data.reduce((sum, x) => sum + x * x, 0)))
const norm = { of: 'tensor', path: 'affine1.W', figure: 'norm' } as const

describe('a question to the run’s past', () => {
  test('is answered exactly by learning from the checkpoint before', async () => {
    const { find, asked } = await asking()
    const value = (norms[16]! + norms[17]!) / 2
    const direction = norms[17]! > norms[16]! ? 'above' : 'below'
    const step = norms.findIndex(norm => direction === 'above' ? norm >= value : norm <= value)
    const answer = await find({ ask: 'passed', quantity: norm, direction, value })
    expect(answer).toMatchObject({ step, exact: true, first: 0, last: 30 })
    expect(answer.value).toBeCloseTo(norms[step]!, 5)
    expect(asked).toEqual([{ command: 'find', from: 0, to: 30, checkpoint: 0 }, { command: 'stopMeasuring' }])
  })

  test('of a unit’s last firing takes one checkpoint after the other, from the end', async () => {
    const { find, asked, findings } = await asking()
    const answer = await find({ ask: 'died', layer: 'relu1', unit: 0 })
    const spans = asked.filter(({ command }) => command === 'find')
    expect(spans.slice(0, 1)).toEqual([{ command: 'find', from: 20, to: 30, checkpoint: 20 }])
    if (answer.step === null) expect([spans.length, answer.before]).toEqual([1, 30])
    expect(findings[0]).toEqual({ done: 0, of: 30, seconds: null, atMost: null })
  })

  test('about an accuracy says on how many images it was measured', async () => {
    const { find, asked } = await asking()
    const { images } = await find({ ask: 'passed', quantity: { of: 'accuracy', split: 'test' }, direction: 'above', value: 1e-9 })
    expect(images).toEqual({ measured: dataset.info.counts.test, full: null }) // fewer than 1,000: the curve shows the same
    expect(asked.filter(({ command }) => command === 'trace')).toEqual([])
  })

  test('that the record answers starts no thread', async () => {
    const { find, questions, asked } = await asking()
    const loss = stateAt(7).snapshot.loss!
    const answer = await find({ ask: 'passed', quantity: { of: 'loss' }, direction: 'below', value: loss })
    expect(answer.step).toBe(Array.from({ length: 30 }, (_, i) => i + 1).find(step => Math.fround(stateAt(step).snapshot.loss!) <= loss)!)
    expect(await questions.price({ ask: 'notFinite' }, dataset as SharedDataset)).toEqual({ steps: 0, seconds: 0, times: 0, pauses: null })
    expect(asked).toEqual([])
  })

  test('has a price, from the measured time of a step', async () => {
    const { questions } = await asking()
    expect(await questions.price({ ask: 'died', layer: 'relu1', unit: 0 }, dataset as SharedDataset)).toEqual({ steps: 30, seconds: 0.24, times: 4, pauses: null })
    await expect(questions.price({ ask: 'passed', quantity: { ...norm, path: 'affine9.W' }, direction: 'above', value: 1 }, dataset as SharedDataset)).rejects.toMatchObject({ code: 'train.noTensor' })
  })

  test('ends when it is cancelled, when another one is asked, and with its run', async () => {
    const { find, questions, wait, forgetRun, asked } = await asking()
    for (const end of [() => questions.cancel(), () => { questions.forget() }, () => find({ ask: 'notFinite' })]) {
      let go = (): void => undefined
      wait(() => new Promise((next) => { go = next }))
      const failed = find({ ask: 'died', layer: 'relu1', unit: 1 }).catch((cause: unknown) => cause)
      await vi.waitUntil(() => asked.at(-1)?.command === 'find', 10_000)
      wait(() => Promise.resolve())
      const ended = end()
      go()
      await ended
      expect(await failed).toMatchObject({ code: 'past.stopped' })
    }
    forgetRun()
    await expect(find({ ask: 'notFinite' })).rejects.toMatchObject({ code: 'past.none' })
  })

  test('is not exact when a loss on the way is not the recorded one', async () => {
    const { runs, find } = await asking()
    const writer = (await runs.open((await runs.list())[0]!.id)).writer
    writer.append(losses(31, 9, 9))
    await writer.close()
    expect((await find({ ask: 'died', layer: 'relu1', unit: 0 })).exact).toBe(false)
  })
})

describe('a lane', () => {
  const settle = (isDone: () => boolean) => vi.waitUntil(isDone, 10_000)

  test('has points at checkpoints first, then at every step', async () => {
    const { questions, lanes } = await asking()
    const lane = await questions.lane(norm, dataset as SharedDataset)
    expect(lane).toMatchObject({ first: 0, last: 30, every: 1, quantity: norm })
    await settle(() => lanes.at(-1)?.done === 1)
    expect(lanes.slice(0, 3).map(({ steps }) => [...steps])).toEqual([[0, 1], [10, 11], [20, 21]])
    const points = new Map(lanes.flatMap(({ steps, values }) => Array.from(steps, (step, i) => [step, values[i]!] as const)))
    expect([...points.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 31 }, (_, i) => i))
    for (const [step, value] of points) expect(value).toBeCloseTo(norms[step]!, 5)
    expect([...questions.all[0]!.points.steps]).toEqual([0, 0, 1, 1, ...Array.from({ length: 8 }, (_, i) => i + 2), 10, 10, 11, 11, ...Array.from({ length: 8 }, (_, i) => i + 12), 20, 20, 21, 21, ...Array.from({ length: 9 }, (_, i) => i + 22)])
  })

  test('goes on after a question, which comes first', async () => {
    const { questions, lanes, find, asked } = await asking()
    await questions.lane(norm, dataset as SharedDataset)
    const answer = await find({ ask: 'died', layer: 'relu1', unit: 0 })
    expect(answer.last).toBe(30)
    await settle(() => lanes.at(-1)?.done === 1)
    expect(lanes.at(-1)!.done).toBe(1)
    await settle(() => asked.at(-1)?.command === 'stopMeasuring')
  })

  test('continues to the newest step when it is asked for again, and there are two at most', async () => {
    const { runs, questions, lanes } = await asking({ last: 25 })
    const { id } = await questions.lane(norm, dataset as SharedDataset)
    await settle(() => lanes.at(-1)?.done === 1)
    const { writer } = await runs.open((await runs.list())[0]!.id)
    for (let step = 26; step <= 30; step++) writer.append(losses(step, stateAt(step).snapshot.loss!))
    await writer.close()
    expect(await questions.lane(norm, dataset as SharedDataset)).toMatchObject({ id, last: 30 })
    await settle(() => lanes.at(-1)?.last === 30 && lanes.at(-1)?.done === 1)
    expect([...lanes.at(-1)!.steps].at(-1)).toBe(30)
    const second = await questions.lane({ ...norm, path: 'affine2.dW' }, dataset as SharedDataset)
    await expect(questions.lane({ ...norm, path: 'affine2.W' }, dataset as SharedDataset)).rejects.toMatchObject({ code: 'past.lanes' })
    await questions.endLane(second.id)
    expect(questions.all.map(lane => lane.id)).toEqual([id])
    questions.forget()
    expect(questions.all).toEqual([])
  })
})

describe('the path of two numbers', () => {
  const cells = [{ path: 'affine1.W', row: 3, column: 2 }, { path: 'affine2.b', row: 0, column: 1 }] as const
  const path = (questions: Questions, wanted: PathQuery['cells'] = cells) => questions.measurePath({ cells: wanted }, dataset as SharedDataset)

  test('comes span after span, and is the recorded one', async () => {
    const { questions, paths, pauses } = await asking()
    expect(await path(questions)).toEqual({ id: 1 })
    await vi.waitUntil(() => paths.at(-1)?.done === 1, 10_000)
    const found = paths.flatMap(({ steps, x, y }) => Array.from(steps, (step, i) => ({ step, x: x[i]!, y: y[i]! })))
    expect(found.map(({ step }) => step).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
    for (const { step, x, y } of found) {
      const { tensors } = stateAt(step).snapshot
      expect([x, y]).toEqual([tensors.find(({ path }) => path === 'affine1.W')!.data[3 * 5 + 2], tensors.find(({ path }) => path === 'affine2.b')!.data[1]])
    }
    expect(pauses).toEqual(paths.map(() => ['path', false])) // the run is not paused for it
  })

  test('is measured for the newest wish alone, and not at all when nobody looks', async () => {
    const { questions, paths } = await asking()
    const [first, second] = [path(questions), path(questions, [cells[1], cells[0]])]
    await expect(first).rejects.toMatchObject({ code: 'past.stopped' })
    expect(await second).toEqual({ id: 2 })
    await vi.waitUntil(() => !questions.isBusy, 10_000)
    expect(new Set(paths.map(({ id }) => id))).toEqual(new Set([2]))
    await path(questions)
    await questions.endPath()
    await vi.waitUntil(() => !questions.isBusy, 10_000)
    expect(paths.at(-1)).toMatchObject({ id: 3, steps: new Uint32Array(), done: 1 })
  })
})

describe('the health of the past', () => {
  const settle = (isDone: () => boolean) => vi.waitUntil(isDone, 10_000)
  const stepsOf = (points: readonly HealthPoints[]) => points.map(({ columns }) => columns.map(({ step }) => step))
  const upTo = (last: number, first = 1) => Array.from({ length: last + 1 - first }, (_, i) => first + i)

  test('comes in columns, each learned again from the checkpoint before', async () => {
    const { measure, health, asked } = await asking()
    expect(await measure({ units: 'relu1' })).toEqual({ id: 1, from: 1, to: 30, columns: 30 })
    await settle(() => health.at(-1)?.done === 1)
    expect(stepsOf(health)).toEqual([upTo(10), upTo(20, 11), upTo(30, 21)])
    expect(health.map(({ id, done, units }) => [id, done, units.map(({ step }) => step)])).toEqual([[1, 1 / 3, upTo(10)], [1, 2 / 3, upTo(20, 11)], [1, 1, upTo(30, 21)]])
    const { columns: [first] } = health[0]!
    expect(first!.blocks.map(({ name }) => name)).toEqual(['affine1', 'relu1', 'affine2', 'softmaxWithLoss'])
    await settle(() => asked.at(-1)?.command === 'stopMeasuring')
    expect(asked).toEqual([...[0, 10, 20].map(from => ({ command: 'health', from, to: from + 10, checkpoint: from })), { command: 'stopMeasuring' }])
  })

  test('is measured for the newest query alone, and for none when the view is closed', async () => {
    const { questions, measure, health } = await asking()
    const first = measure({ to: 9 })
    const second = measure({ from: 12, to: 14 })
    await expect(first).rejects.toMatchObject({ code: 'past.stopped' })
    expect(await second).toEqual({ id: 2, from: 12, to: 14, columns: 3 })
    await measure({ from: 5, to: 6 })
    await settle(() => !questions.isBusy)
    expect(health.filter(({ columns }) => columns.length > 0).map(({ id, columns }) => [id, columns.map(({ step }) => step)])).toEqual([[3, [5, 6]]])
    expect(health.filter(({ id }) => id === 2)).toEqual([{ id: 2, columns: [], units: [], done: 1, isStopped: true }]) // no more will come
    await measure()
    await questions.endHealth()
    await settle(() => !questions.isBusy)
    expect(health.filter(({ id }) => id === 4)).toEqual([{ id: 4, columns: [], units: [], done: 1, isStopped: true }])
  })

  test('goes on after a question, which comes first, and takes turns with a lane', async () => {
    const { questions, measure, find, health, lanes } = await asking()
    await measure()
    await questions.lane(norm, dataset as SharedDataset)
    expect((await find({ ask: 'died', layer: 'relu1', unit: 0 })).last).toBe(30)
    await settle(() => !questions.isBusy)
    expect(stepsOf(health).flat().sort((a, b) => a - b)).toEqual(upTo(30))
    expect(lanes.at(-1)!.done).toBe(1)
  })

  test('ends with its run, and when the memory is needed', async () => {
    const { questions, measure, health, forgetRun, problems, wait } = await asking()
    let release = (): void => undefined
    wait(() => new Promise<void>((next) => { release = next }))
    await measure()
    questions.forget()
    release()
    wait(() => Promise.resolve())
    await settle(() => !questions.isBusy)
    await measure()
    expect(await questions.end()).toBe(true)
    expect(stepsOf(health).flat()).toEqual([])
    expect([health.at(-1)!.done, problems]).toEqual([1, []])
    forgetRun()
    await expect(measure()).rejects.toMatchObject({ code: 'past.none' })
  })

  test('tells why it ended; the run never pauses for it', async () => {
    const { questions, measure, health, problems, pauses } = await asking()
    await measure({ units: 'relu9' })
    await settle(() => !questions.isBusy)
    expect(problems).toEqual([expect.objectContaining({ code: 'train.noTensor' })])
    expect(health).toEqual([{ id: 1, columns: [], units: [], done: 1, isStopped: true }])
    expect(pauses).toEqual([['health', false]])
  })
})
