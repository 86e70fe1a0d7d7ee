import { buildModel, copyTensors, type EvaluatedSplit, imageAt, meterOf, predictedClass, type Question, Random, RunSeries, type Search, searchPlan, type SeriesRecord, type SettingsChange, type Trainer } from '@core'
import { describe, expect, test } from 'vitest'
import { smallDataset } from '../../../fixtures/small-dataset'
import { chain, configOf } from '../../../fixtures/training'
import { ask, evaluated, type Recorded, recordRun } from './asked'

const small = smallDataset({ train: 1300, test: 1100 })
const dataset = { ...small, info: { ...small.info, sha256: { trainImages: '1'.repeat(64), trainLabels: '2'.repeat(64) } } }
const steps = 45
/** Every kind of change, in the middle of a run */
const changes: readonly (readonly [number, SettingsChange])[] = [
  [4, { optimizer: { learningRate: 0.05 } }], [9, { batchSize: 45, layers: { dropout1: { rate: 0.5 } } }], [14, { weightDecay: 0.01, batchSize: 20 }],
  [21, { orderSeed: 8 }], [28, { optimizer: { kind: 'momentum', learningRate: 0.05 } }], [33, { optimizer: { kind: 'adam', learningRate: 0.01 } }],
]
const images = [3, 77, 1099]
const paths = ['affine1.W', 'affine1.dW', 'affine2.b', 'relu1.out', 'relu1.dout', 'batchNormalization1.mean', 'tanh1.dx', 'softmaxWithLoss.y'] as const

/** What a run had at one step, measured by plain loops over its tensors and by its own evaluation. */
interface Logged {
  readonly tensors: Readonly<Record<string, { norm: number, meanAbs: number, zeroShare: number, updateRatio: number, cell: number } | null>>
  readonly accuracy: Readonly<Record<EvaluatedSplit, readonly number[]>>
  /** By unit of relu1 */
  readonly fires: readonly boolean[]
  readonly read: readonly number[]
  readonly loss: number
}

const cellAt = { row: 1, column: 2 }

function logOf(trainer: Trainer): Logged {
  const { model, ops } = trainer
  const known = (path: string): boolean => trainer.step > 0 || ['affine1.W', 'affine2.b', 'batchNormalization1.mean'].includes(path)
  const before = new Map(model.params.map(({ path, slot }) => [path, slot.before!.data]))
  const tensors = Object.fromEntries(paths.map((path) => {
    const { data: numbers, shape, columns } = model.tensor(path)!
    if (!known(path)) return [path, null]
    const data = Array.from(numbers)
    const [square, absolute] = [data.reduce((sum, x) => sum + x * x, 0), data.reduce((sum, x) => sum + Math.abs(x), 0)]
    const old = before.get(path)
    const change = old && trainer.step > 0 ? Math.sqrt(data.reduce((sum, x, i) => sum + (x - old[i]!) ** 2, 0)) / Math.sqrt(square) : NaN
    return [path, { norm: Math.sqrt(square), meanAbs: absolute / data.length, zeroShare: data.filter(x => x === 0).length / data.length, updateRatio: change, cell: shape.length < 2 ? data[cellAt.column]! : data[cellAt.row * columns + cellAt.column]! }]
  }))
  const { train, validation, test, activity } = evaluated(trainer)
  const scores = (score: typeof train | null): number[] => score ? [score.accuracy, ...score.correct.map((right, c) => right / score.counts[c]!)] : []
  const reader = buildModel(model.architecture, { rows: 1 })
  copyTensors(reader, model)
  const read = images.map((index) => {
    reader.input.value.data.set(imageAt(dataset.test, index))
    reader.predict(ops)
    return predictedClass(reader.out.value)
  })
  return { tensors, accuracy: { train: scores(train), validation: scores(validation), test: scores(test) }, fires: activity[0]!.fired.map(count => count > 0), read, loss: Math.fround(trainer.loss ?? NaN) }
}

/** A number by step; NaN where it is not known. */
type Curve = readonly number[]

const firstWith = (curve: Curve, holds: (value: number) => boolean): number => curve.findIndex(value => !Number.isNaN(value) && holds(value))

function expectFirst({ answer, learned, steps: most }: ReturnType<typeof ask>, curve: Curve, holds: (value: number) => boolean, digits = 6): void {
  const step = firstWith(curve, holds)
  expect(answer.step).toBe(step < 0 ? null : step)
  if (step >= 0) expect(answer.value).toBeCloseTo(curve[step]!, digits)
  expect(answer.fromStart).toBe(step >= 0 && step === firstWith(curve, () => true))
  expect(learned).toBeLessThanOrEqual(most)
}

const kinds = ['sgd', 'momentum', 'adagrad', 'rmsprop', 'adam'] as const

describe.each(kinds)('the past of a run with %s, every kind of layer and changes on the way', (kind) => {
  const log: Logged[] = []
  const run: Recorded = recordRun(configOf(chain, { optimizer: { kind, learningRate: 0.02 }, validation: 0.1 }), steps, { dataset, changes, at: trainer => log.push(logOf(trainer)) })
  const random = new Random(kinds.indexOf(kind) + 3)
  /** A value between two of a curve, which no rounding moves beyond one of them, and a direction */
  const threshold = (curve: Curve) => {
    const sorted = [...new Set(curve.filter(value => !Number.isNaN(value)))].sort((a, b) => a - b)
    const at = random.integer(sorted.length)
    return { value: at === 0 ? sorted[0]! - 1 : (sorted[at - 1]! + sorted[at]!) / 2, direction: random.integer(2) === 0 ? 'above' as const : 'below' as const }
  }
  const holdsFor = ({ value, direction }: ReturnType<typeof threshold>) => (x: number): boolean => direction === 'above' ? x >= value : x <= value

  test('is logged at every step', () => {
    expect([log.length, run.trainer.events.length >= changes.length - 1, run.known.checkpoints.at(-1)]).toEqual([steps + 1, true, 42])
  })

  test.each(paths)('tells when a figure or an element of %s passed a value', (path) => {
    for (const figure of ['norm', 'meanAbs', 'zeroShare', 'updateRatio', 'cell'] as const) {
      if (figure === 'updateRatio' && !['affine1.W', 'affine2.b'].includes(path)) continue
      const curve = log.map(({ tensors }) => tensors[path]?.[figure] ?? NaN)
      for (let i = 0; i < 3; i++) {
        const passed = threshold(curve)
        const quantity = figure === 'cell' ? { of: 'cell' as const, path, ...cellAt, ...path === 'affine2.b' || path.endsWith('mean') ? { row: 0 } : {} } : { of: 'tensor' as const, path, figure }
        expectFirst(ask({ ask: 'passed', quantity, ...passed }, run), curve, holdsFor(passed))
      }
    }
  })

  test('tells when an element changed its sign', () => {
    for (const path of ['affine1.W', 'affine2.b', 'affine1.dW'] as const) {
      const curve = log.map(({ tensors }) => tensors[path]?.cell ?? NaN)
      const sign = Math.sign(curve.find(value => !Number.isNaN(value) && value !== 0) ?? 0)
      const { answer } = ask({ ask: 'sign', quantity: { of: 'cell', path, ...cellAt, ...path === 'affine2.b' ? { row: 0 } : {} } }, run)
      const step = curve.findIndex(value => Math.sign(value) === -sign && sign !== 0)
      expect(answer.step).toBe(step < 0 ? null : step)
    }
  })

  test.each(['train', 'validation', 'test'] as const)('tells when the accuracy on %s images, and of one class, passed a value', (split) => {
    for (const wanted of [undefined, 0, 3, 5]) {
      const curve = log.map(({ accuracy }) => accuracy[split][wanted === undefined ? 0 : wanted + 1]!)
      for (let i = 0; i < 4; i++) {
        const passed = threshold(curve)
        const asked = ask({ ask: 'passed', quantity: { of: 'accuracy', split, ...wanted !== undefined && { class: wanted } }, ...passed }, run)
        expectFirst(asked, curve, holdsFor(passed), 12)
      }
    }
  })

  test.each(['train', 'validation', 'test'] as const)('measures the accuracy on all %s images, too', (split) => {
    const evaluator = run.trainer.createEvaluator()
    evaluator.begin({ train: Infinity, validation: Infinity, test: Infinity })
    let evaluation
    do evaluation = evaluator.advance()
    while (!evaluation)
    const meter = meterOf({ of: 'accuracy', split, full: true })
    expect(meter.measure(run.trainer)).toBeCloseTo(evaluation[split]!.accuracy, 12)
    meter.dispose()
  })

  test('tells when an image was first read as a class', () => {
    images.forEach((index, i) => {
      for (let wanted = 0; wanted < 6; wanted++) {
        const curve = log.map(({ read }) => read[i]!)
        expectFirst(ask({ ask: 'read', image: { split: 'test', index }, class: wanted }, run), curve, value => value === wanted)
        const pixels = imageAt(dataset.test, index)
        expectFirst(ask({ ask: 'read', image: { pixels }, class: wanted }, run), curve, value => value === wanted)
      }
    })
  })

  test('tells when a unit fired last', () => {
    for (let unit = 0; unit < 9; unit++) {
      const last = log.findLastIndex(({ fires }) => fires[unit])
      const { answer } = ask({ ask: 'died', layer: 'relu1', unit }, run)
      expect([answer.before, answer.step]).toEqual([last < 0 ? null : last, last === steps ? null : last + 1])
    }
  })

  test('tells which unit of a layer died first', () => {
    const lasts = log[0]!.fires.map((_, unit) => log.findLastIndex(({ fires }) => fires[unit]))
    const before = Math.min(...lasts)
    const { answer, learned } = ask({ ask: 'died', layer: 'relu1', unit: null }, run)
    expect(answer).toMatchObject(before === steps ? { step: null, before: steps } : before < 0 ? { step: 0, before: null, fromStart: true, unit: lasts.indexOf(before) } : { step: before + 1, before, unit: lasts.indexOf(before) })
    expect(learned).toBeLessThanOrEqual(steps)
  })

  test('tells a loss from the record, without learning', () => {
    const curve = log.map(({ loss }) => loss)
    for (let i = 0; i < 5; i++) {
      const passed = threshold(curve)
      const asked = ask({ ask: 'passed', quantity: { of: 'loss' }, ...passed }, run)
      expect(asked.searches).toEqual([])
      expectFirst(asked, curve, holdsFor(passed))
    }
  })
})

describe('a unit whose bias a few large steps push below zero', () => {
  const thousand = smallDataset({ train: 1000, seed: 2 })
  const fires: boolean[][] = []
  /** Plain loops: x = image · W + b for each image that is learned from */
  const firesNow = ({ model }: Trainer): boolean[] => {
    const [W, b] = [model.tensor('affine1.W')!, model.tensor('affine1.b')!]
    return Array.from(b.data, (bias, unit) => Array.from({ length: thousand.train.count }, (_, n) => {
      let sum = bias
      for (let d = 0; d < 12; d++) sum += thousand.train.images[n * 12 + d]! / 255 * W.data[d * b.size + unit]!
      return sum
    }).some(x => x > 0))
  }
  const run = recordRun(configOf('affine 12, relu, affine 6', { optimizer: { kind: 'sgd', learningRate: 0.1 }, batchSize: 1000 }), 40, {
    dataset: { ...thousand, info: { ...thousand.info, sha256: dataset.info.sha256 } },
    changes: [[20, { optimizer: { learningRate: 8 } }], [23, { optimizer: { learningRate: 0.01 } }]], at: trainer => fires.push(firesNow(trainer)),
  })

  test('died at the step after its last firing, which is found from the end', () => {
    const dead = fires[40]!.flatMap((alive, unit) => alive ? [] : [unit])
    expect(dead.length).toBeGreaterThan(0)
    expect(dead.length).toBeLessThan(12)
    for (const unit of dead) {
      const last = fires.findLastIndex(alive => alive[unit])
      expect(last).toBeGreaterThanOrEqual(20) // all were alive before the large steps
      expect(last).toBeLessThan(24)
      const { answer, searches } = ask({ ask: 'died', layer: 'relu1', unit }, run)
      expect(answer).toEqual({ step: last + 1, before: last, value: null, fromStart: false, first: 0, last: 40 })
      expect(searches.map(({ from, to }) => [from, to])).toEqual([[35, 40], [28, 35], [21, 28], ...last <= 21 ? [[14, 21]] : []])
    }
  })

  test('is found among all units of its layer, when it was the first', () => {
    const lasts = fires[0]!.map((_, unit) => fires.findLastIndex(alive => alive[unit]))
    const before = Math.min(...lasts)
    expect(ask({ ask: 'died', layer: 'relu1', unit: null }, run).answer).toEqual({ step: before + 1, before, value: null, fromStart: false, unit: lasts.indexOf(before), first: 0, last: 40 })
  })
})

describe('the unit of a layer that died first', () => {
  const known = { first: 0, last: 40, checkpoints: [0, 10, 20, 30], series: new RunSeries([]), imagesIn: () => 0 }
  /** @param lasts by unit, its last firing; -1: none */
  function search(lasts: readonly number[]) {
    const plan = searchPlan({ ask: 'died', layer: 'relu1', unit: null }, known)
    const searches: Search[] = []
    const search = plan.search()
    let next = search.next()
    while (!next.done) {
      const { value } = next
      searches.push(value)
      // a unit may fire at any step until its last one
      const lastFiring = lasts.map(last => last > value.from || (last === value.from && value.withStart) ? Math.min(last, value.to) : -1)
      next = search.next({ step: null, value: null, measured: value.to, lastFiring })
    }
    return { answer: next.value, searches: searches.map(({ from, to, atMost }) => [from, to, atMost]), steps: plan.steps }
  }

  test.each<[string, readonly number[], object, number]>([
    ['none, and the last span shows it', [40, 40, 40], { step: null, before: 40 }, 1],
    ['one in the last span', [40, 34, 40], { step: 35, before: 34, unit: 1 }, 1],
    ['the earlier one of two in a span', [40, 27, 24], { step: 25, before: 24, unit: 2 }, 2],
    ['the one in an earlier span, although others died later', [40, 27, 14, 33], { step: 15, before: 14, unit: 2 }, 3],
    ['the first one of two at the same step', [40, 14, 14], { step: 15, before: 14, unit: 1 }, 3],
    ['the one that fired at the first step only', [40, 0], { step: 1, before: 0, unit: 1 }, 4],
    ['one that never fired', [40, 14, -1, -1], { step: 0, before: null, fromStart: true, unit: 2 }, 4],
    ['at a span’s end, which belongs to the span before the next one', [40, 30, 40], { step: 31, before: 30, unit: 1 }, 2],
    ['all, one after the other', [7, 5, 9], { step: 6, before: 5, unit: 1 }, 4],
  ])('is %s', (name, lasts, answer, spans) => {
    const { answer: found, searches, steps } = search(lasts)
    expect(found, name).toMatchObject(answer)
    expect([searches.length, steps]).toEqual([spans, 40])
  })

  test('died at the latest right after the spans in which it is silent', () => {
    expect(search([40, 14, 33]).searches).toEqual([[30, 40, null], [20, 30, 31], [10, 20, 21]])
  })
})

describe('how the past is searched', () => {
  const log: Logged[] = []
  const gaps = new Set([6, 7, 30])
  const run = recordRun(configOf(chain, { optimizer: { kind: 'sgd', learningRate: 0.3 } }), 40, { dataset, every: 8, hasLoss: step => !gaps.has(step), at: trainer => log.push(logOf(trainer)) })

  test('the first recorded accuracy that holds ends the search, which begins with the steps just before it', () => {
    const recorded = [10, 20, 30, 40].map(step => log[step]!.accuracy.test[0]!)
    const value = Math.max(...recorded)
    const at = 10 * (recorded.indexOf(value) + 1)
    const { searches, learned } = ask({ ask: 'passed', quantity: { of: 'accuracy', split: 'test' }, direction: 'above', value }, run)
    expect(searches[0]).toMatchObject(at === 10 ? { from: 0, to: 10, atMost: 10 } : { from: at - 10, to: at, atMost: at })
    expect(searches.every(({ to }) => to <= at)).toBe(true)
    expect(learned).toBeLessThanOrEqual(at)
  })

  test('missing losses are learned again, up to the first recorded one that holds', () => {
    const value = Math.max(...log.slice(1).map(({ loss }) => loss)) + 1
    const { searches, answer } = ask({ ask: 'passed', quantity: { of: 'loss' }, direction: 'above', value }, run)
    expect([answer.step, searches.map(({ from, to }) => [from, to])]).toEqual([null, [[0, 40]]])
    const loss6 = log[6]!.loss
    const below = log.slice(1, 6).every(({ loss }) => loss > loss6)
    const found = ask({ ask: 'passed', quantity: { of: 'loss' }, direction: 'below', value: loss6 }, run).answer
    if (below) expect(found.step).toBe(6)
    expect(found.step).toBe(log.findIndex(({ loss }) => loss <= loss6))
  })

  test('a last firing goes back from one checkpoint to the next, and no further than needed', () => {
    const { searches, answer } = ask({ ask: 'died', layer: 'relu1', unit: 0 }, run)
    expect(answer).toMatchObject({ step: null, before: 40 })
    expect(searches.map(({ from, to }) => [from, to])).toEqual([[32, 40]])
  })

  test('of the losses that were not finite tells the first one, with the step to which the run went back', () => {
    const { series } = run.known
    expect(ask({ ask: 'notFinite' }, run).answer).toMatchObject({ step: null, value: null, before: null })
    const records: readonly SeriesRecord[] = [
      { kind: 'losses', firstStep: 1, losses: new Float32Array(20).fill(1) }, { kind: 'diverged', step: 19, at: 21, loss: 'Infinity' },
      { kind: 'event', event: { step: 19, change: { optimizer: { learningRate: 0.1 } } } }, { kind: 'losses', firstStep: 20, losses: new Float32Array(20).fill(1) }, { kind: 'diverged', step: 39, at: 41, loss: 'NaN' },
    ]
    const known = { ...run.known, series: new RunSeries(records) }
    expect(ask({ ask: 'notFinite' }, { ...run, known })).toMatchObject({ answer: { step: 21, value: Infinity, before: 19 }, searches: [], steps: 0 })
    expect(series.divergences).toEqual([])
  })

  test('a tensor, an element or a unit that the network lacks is refused', () => {
    const refused = (question: Question): unknown => {
      try { return ask(question, run) }
      catch (cause) { return (cause as { code?: string }).code }
    }
    for (const question of [
      { ask: 'passed', quantity: { of: 'tensor', path: 'affine9.W', figure: 'norm' }, direction: 'above', value: 1 },
      { ask: 'passed', quantity: { of: 'tensor', path: 'relu1.out', figure: 'updateRatio' }, direction: 'above', value: 1 },
      { ask: 'sign', quantity: { of: 'cell', path: 'affine1.W', row: 12, column: 0 } },
      { ask: 'sign', quantity: { of: 'cell', path: 'affine2.b', row: 0, column: 8 } },
      { ask: 'sign', quantity: { of: 'cell', path: 'affine2.b', row: 1, column: 0 } },
      { ask: 'died', layer: 'relu1', unit: 9 }, { ask: 'died', layer: 'tanh1', unit: 0 }, { ask: 'died', layer: 'tanh1', unit: null }, { ask: 'died', layer: 'relu9', unit: null },
    ] as const) expect(refused(question), JSON.stringify(question)).toBe('train.noTensor')
  })
})
