import { createReferenceOps, type Dataset, type HealthColumn, healthOf, type LabError, type Ops, type Question, type Snapshot, type Span, Trainer, type UnitColumn, unitsOf } from '@core'
import type { RecordedRun, SpanProgress } from '@contract'
import { describe, expect, test } from 'vitest'
import { Questions } from '../../../electron/worker/questions'
import { TrainingLoop } from '../../../electron/worker/training-loop'
import { Visits } from '../../../electron/worker/visits'
import { checkpointIn, configOf, dataset } from '../../fixtures/training'
import { FakeClock } from './fake-clock'

const ops = createReferenceOps('float32')

/** A run of 60 steps with a checkpoint at its beginning and at step 30, and the norm of a tensor and the health at each step. */
function recorded() {
  let trainer = new Trainer(configOf('affine 7, relu, affine 6'), dataset, { ops })
  const checkpoints = [checkpointIn(trainer)]
  const values = new Float32Array(60)
  const norms: number[] = []
  const norm = () => Math.sqrt(Array.from(trainer.model.tensor('affine1.W')!.data).reduce((sum, x) => sum + x * x, 0))
  norms.push(norm())
  const snapshots: Snapshot[] = [trainer.snapshot()]
  const [columns, units]: [HealthColumn[], UnitColumn[]] = [[], []]
  for (let step = 0; step < 60; step++) {
    if (step === 20) trainer = trainer.change({ optimizer: { kind: 'adam', learningRate: 0.01 } })
    values[step] = trainer.learn()
    norms.push(norm())
    snapshots.push(trainer.snapshot())
    columns.push(healthOf(trainer)!)
    units.push(unitsOf(trainer, 'relu1')!)
    if (step === 29) checkpoints.push(checkpointIn(trainer))
  }
  const run = (checkpoint: number, to: number): RecordedRun => ({ name: 'a run', checkpoint: checkpoints[checkpoint]!, step: to, origin: { from: 'seed' }, parent: null, events: trainer.events, firstLoss: 1, losses: values, evaluations: [] })
  return { run, norms, snapshots, columns, units }
}

/** The thread of the past. A mini-batch takes as long as wanted. */
function thread({ stepMs = 0, isWanted = (): boolean => false } = {}) {
  const clock = new FakeClock()
  let built = 0
  const timed: Ops = { ...ops, softmaxLoss: (...given) => {
    clock.time += stepMs
    return ops.softmaxLoss(...given)
  }, arena: () => {
    built++
    return ops.arena()
  } }
  const loop = new TrainingLoop(clock, { prepareFor: () => undefined }, 900, { metrics: () => undefined, checkpoint: () => undefined, state: () => undefined }, { version: '1' })
  const visits = new Visits({ clock, version: '1', show: plan => loop.switchTo(plan, 'full'), onProgress: () => undefined })
  const progress: SpanProgress[] = []
  const questions = new Questions({ clock, isWanted, visited: () => visits.ended(), onProgress: made => progress.push(made) })
  const sources = { dataset, ops: timed }
  const settle = async () => {
    for (let i = 0; i < 200; i++) {
      clock.advanceTo(clock.time)
      await new Promise((next) => { setImmediate(next) })
    }
  }
  return { clock, loop, visits, questions, progress, sources, settle, built: () => built }
}

const span = (from: number, to: number): Span => ({ from, to, withStart: from === 0 })
const quantity = { of: 'tensor', path: 'affine1.W', figure: 'norm' } as const
const passed = (value: number): Question => ({ ask: 'passed', quantity, direction: 'above', value })

describe('a span of the past that is measured', () => {
  const { run, norms, snapshots, columns, units } = recorded()
  const step = norms.findIndex((norm, i) => i > 10 && norm > Math.max(...norms.slice(0, i)))
  const value = norms[step]! - 1e-4

  test('is searched up to the first step that holds, over a change that needs other memory', async () => {
    const { questions, sources, progress, settle } = thread({ stepMs: 4 })
    const found = questions.find({ run: run(0, 60), span: span(0, 60), beside: false, question: passed(value), find: 'first' }, sources)
    await settle()
    expect(await found).toMatchObject({ found: { step: norms.findIndex(norm => norm >= value), measured: 0 }, differsAt: null, backend: 'reference-float32' })
    expect(progress.length).toBeGreaterThan(0)
    expect(progress.map(({ step }) => step)).toEqual(progress.map((_, i) => 3 * (i + 1))) // slices of 10 ms with steps of 4 ms
  })

  test('is traced at every n-th step and at its last one', async () => {
    const { questions, sources, settle } = thread()
    const traced = questions.trace({ run: run(1, 60), span: span(30, 60), beside: false, quantity, every: 7 }, sources)
    await settle()
    const { steps, values } = await traced
    expect([...steps]).toEqual([37, 44, 51, 58, 60])
    values.forEach((value, i) => { expect(value).toBeCloseTo(norms[steps[i]!]!, 5) })
  })

  test('has its health at the steps that are asked for, bit for bit, over a change that needs other memory', async () => {
    const { questions, sources, settle } = thread()
    const steps = [1, 2, 3, 19, 20, 21, 30, 31, 60]
    const measured = questions.health({ run: run(0, 60), span: span(0, 60), beside: false, steps, units: 'relu1' }, sources)
    await settle()
    expect(await measured).toEqual({ columns: steps.map(step => columns[step - 1]), units: steps.map(step => units[step - 1]), differsAt: null, backend: 'reference-float32' })
    const without = questions.health({ run: run(1, 40), span: { ...span(30, 40), withStart: true }, beside: false, steps: [30, 35, 40] }, sources)
    await settle()
    expect(await without).toMatchObject({ columns: [columns[34], columns[39]], units: [] }) // a kept state has no gradients
    await expect(questions.health({ run: run(0, 1), span: span(0, 1), beside: false, steps: [1], units: 'relu9' }, sources)).rejects.toMatchObject({ code: 'train.noTensor' })
  })

  test('has the path of two numbers at the steps that are asked for, bit for bit', async () => {
    const { questions, sources, settle } = thread()
    const cells = [{ path: 'affine1.W', row: 11, column: 6 }, { path: 'affine2.b', row: 0, column: 5 }] as const
    const measured = questions.path({ run: run(0, 60), span: span(0, 60), beside: false, steps: [1, 20, 21, 60], cells }, sources)
    await settle()
    const { steps, x, y } = await measured
    const valueAt = (step: number, path: string, index: number) => snapshots[step]!.tensors.find(tensor => tensor.path === path)!.data[index]
    expect([...steps]).toEqual([1, 20, 21, 60])
    expect([...x]).toEqual([1, 20, 21, 60].map(step => valueAt(step, 'affine1.W', 11 * 7 + 6)))
    expect([...y]).toEqual([1, 20, 21, 60].map(step => valueAt(step, 'affine2.b', 5)))
    await expect(questions.path({ run: run(0, 1), span: span(0, 1), beside: false, steps: [1], cells: [cells[0], { ...cells[1], column: 6 }] }, sources)).rejects.toMatchObject({ code: 'train.noTensor' })
  })

  test('rests half as long as it worked while the run learns, also when that changes', async () => {
    const { questions, sources, clock, progress } = thread({ stepMs: 4 })
    const pass = async (ms: number) => {
      clock.advanceTo(clock.time + ms)
      for (let i = 0; i < 5; i++) await new Promise((next) => { setImmediate(next) })
      return progress.length
    }
    const traced = questions.trace({ run: run(0, 60), span: span(0, 60), beside: true, quantity, every: 1 }, sources)
    expect([progress.length, await pass(5), await pass(1), await pass(5), await pass(1)]).toEqual([1, 1, 2, 2, 3]) // slices of 12 ms
    questions.setBeside(false)
    expect([await pass(6), await pass(0), await pass(0)]).toEqual([4, 5, 6])
    for (let i = 0; i < 20; i++) await pass(0)
    expect((await traced).steps).toHaveLength(61)
  })

  test('lets a message in after a mini-batch', async () => {
    const { questions, sources, progress, settle } = thread({ stepMs: 1, isWanted: () => true })
    const traced = questions.trace({ run: run(1, 34), span: span(30, 34), beside: false, quantity, every: 1 }, sources)
    await settle()
    await traced
    expect(progress.map(({ step }) => step)).toEqual([31, 32, 33])
  })

  test('waits while a moment is visited, then goes on', async () => {
    const { questions, visits, sources, progress, settle, loop } = thread({ stepMs: 4 })
    const traced = questions.trace({ run: run(0, 60), span: span(0, 60), beside: false, quantity, every: 1 }, sources)
    const visit = visits.to(run(0, 40), sources)
    let measured = -1
    void visit.then(() => { measured = progress.length })
    await settle()
    expect((await visit).state.step).toBe(40)
    expect(measured).toBeLessThan(3)
    expect((await traced).steps).toHaveLength(61)
    expect(loop.run.trainer.snapshot()).toEqual(snapshots[40]) // the moment that is shown is its own
  })

  test('ends for a newer one, and when nothing more is wished for', async () => {
    const { questions, sources, settle } = thread({ stepMs: 4 })
    const failed = [0, 1].map(() => questions.trace({ run: run(0, 60), span: span(0, 60), beside: false, quantity, every: 1 }, sources).catch((cause: unknown) => (cause as LabError).code))
    const last = questions.find({ run: run(1, 60), span: span(30, 60), beside: false, question: passed(0), find: 'last' }, sources)
    await settle()
    expect(await Promise.all(failed)).toEqual(['past.stopped', 'past.stopped'])
    expect((await last).found).toMatchObject({ step: 60, measured: 31 })
    const stopped = questions.trace({ run: run(0, 60), span: span(0, 60), beside: false, quantity, every: 1 }, sources).catch((cause: unknown) => (cause as LabError).code)
    questions.stop()
    await settle()
    expect(await stopped).toBe('past.stopped')
  })

  test('uses the memory of the one before, if the settings are the same', async () => {
    const { questions, sources, settle, built } = thread()
    const trace = async (checkpoint: number, from: number, to: number) => {
      const before = built()
      const traced = questions.trace({ run: run(checkpoint, to), span: span(from, to), beside: false, quantity, every: 1 }, sources)
      await settle()
      const { values } = await traced
      values.forEach((value, i) => { expect(value).toBeCloseTo(norms[from === 0 ? i : from + 1 + i]!, 5) })
      return built() - before
    }
    expect(await trace(0, 0, 15)).toBeGreaterThan(0)
    expect(await trace(0, 5, 15)).toBe(0)
    expect(await trace(1, 30, 60)).toBeGreaterThan(0)
    expect(await trace(1, 40, 60)).toBe(0)
  })

  test('has a price: the time of a step, and of measuring it', () => {
    const { questions, sources } = thread({ stepMs: 4 })
    expect(questions.price({ run: run(1, 60), span: span(60, 60), beside: false, quantity }, sources)).toEqual({ learnMs: 4, measureMs: 0 })
    const { measureMs } = questions.price({ run: run(1, 60), span: span(60, 60), beside: false, quantity: { of: 'accuracy', split: 'test' } }, sources)
    expect(measureMs).toBe(4) // 90 images are one batch
    expect(() => questions.price({ run: run(1, 60), span: span(60, 60), beside: false, quantity: { ...quantity, path: 'affine9.W' } }, sources)).toThrow(expect.objectContaining({ code: 'train.noTensor' }))
  })

  test('of another dataset is refused', async () => {
    const { questions, sources } = thread()
    const other: Dataset = { ...dataset, info: { ...dataset.info, sha256: { trainImages: '3'.repeat(64), trainLabels: '2'.repeat(64) } } }
    await expect(questions.trace({ run: run(0, 9), span: span(0, 9), beside: false, quantity, every: 1 }, { ...sources, dataset: other })).rejects.toMatchObject({ code: 'checkpoint.otherDataset' })
  })
})
