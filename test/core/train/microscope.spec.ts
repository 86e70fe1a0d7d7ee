import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Activation, buildModel, createReferenceOps, drawElements, gradientCheckSteps, heldPass, initialize, Microscope, type MicroscopeReading, microscopeHs, type Model, type Precision, Random, setTensors, valleyOf, type WeightPlace, WorstElements } from '@core'
import { describe, expect, test } from 'vitest'
import { perceptron } from '../../fixtures/run-config'
import { expectNear } from '../numbers'

/** Output of generate.py: NumPy in float64. */
interface GoldenWeight extends WeightPlace {
  readonly gradient: number
  /** Third derivative, computed in longdouble */
  readonly third: number
  readonly slopes: readonly { readonly h: number, readonly above: number, readonly below: number, readonly slope: number }[]
  readonly kinks: readonly { readonly row: number, readonly unit: number, readonly offset: number }[]
}
interface GoldenNetwork {
  readonly activation: Activation
  readonly rows: number
  readonly layers: readonly number[]
  readonly x: readonly number[]
  readonly t: readonly number[]
  readonly loss: number
  readonly params: Readonly<Record<string, readonly number[]>>
  readonly weights: readonly GoldenWeight[]
}
const { networks } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../fixtures/golden/microscope/microscope.json'), 'utf8')) as { readonly networks: readonly GoldenNetwork[] }

function modelOf({ activation, rows, layers, x, t, params }: GoldenNetwork, precision: Precision): Model {
  const model = buildModel(perceptron(layers, activation), { rows, precision })
  setTensors(model, Object.entries(params).map(([path, data]) => ({ path, data })))
  model.input.value.data.set(x)
  model.target.value.data.set(t)
  return model
}
const sidesOf = (make: (precision: Precision) => Model) => ({
  float64: { model: make('float64'), ops: createReferenceOps('float64') }, float32: { model: make('float32'), ops: createReferenceOps('float32') },
})
const microscopeOn = (network: GoldenNetwork) => new Microscope(sidesOf(precision => modelOf(network, precision)), heldPass)

function finished<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const next = steps.next()
    if (next.done) return next.value
  }
}
const weights = networks.flatMap(network => network.weights.map(weight => ({ name: `${network.activation} ${weight.path}[${weight.row}, ${weight.column}]`, network, weight })))
const epsilon = 2 ** -52

describe.each(weights)('the microscope on $name', ({ network, weight }) => {
  const reading: MicroscopeReading = finished(microscopeOn(network).measure(weight))

  test('has NumPy’s loss, gradient and numeric slopes', () => {
    expectNear([reading.loss.float64, reading.gradient.float64], [network.loss, weight.gradient], 1e-14) // a few roundings of numbers below 2
    for (const { h, above, below, slope } of weight.slopes) {
      const at = reading.slopes.find(other => other.h === h)!
      expectNear([at.float64.above, at.float64.below], [above, below], 8 * epsilon)
      expectNear([at.float64.slope], [slope], 8 * epsilon / h) // sums in another order, divided by h
    }
  })

  test('finds the kinks where the input of the ReLU above is 0', () => {
    const own = reading.kinks.map(({ layer, row, unit, offset }) => ({ layer, row, unit, offset }))
    expect(own.map(({ layer, row, unit }) => ({ layer, row, unit }))).toEqual(weight.kinks.map(({ row, unit }) => ({ layer: 'relu1', row, unit })))
    expectNear(own.map(({ offset }) => offset), weight.kinks.map(({ offset }) => offset), 1e-12) // the input is a straight line: interpolation is exact but for rounding
    for (const { h, kinks } of reading.slopes) expect(kinks, `${h}`).toBe(new Set(weight.kinks.filter(({ offset }) => Math.abs(offset) < h).map(({ row, unit }) => `${row} ${unit}`)).size)
  })

  // h²/6·f‴ = ε/2·f/h has its least sum at h³ = 3/2·ε·f/f‴. The constants differ from case to case, and enter with their third root: a factor of 30 is half a decade.
  test.each([['float64', 2 ** -53], ['float32', 2 ** -24]] as const)('has the bottom of the valley in %s where the theory has it, within a decade', (precision, unit) => {
    const wanted = Math.cbrt(3 * unit * network.loss / Math.abs(weight.third))
    const nearestKink = Math.abs(weight.kinks[0]?.offset ?? Infinity)
    const { best, sources } = valleyOf(reading, precision)
    const within = Math.min(wanted, nearestKink, 0.1)
    expect(Math.abs(Math.log10(reading.slopes[best!]!.h / within)), `${reading.slopes[best!]!.h} and ${within}`).toBeLessThan(1)
    expect(sources[best!]).toBe('bottom')
    expect(sources.at(-1)).toBe(precision === 'float32' ? 'lost' : 'rounding')
  })
})

test('every h can be shown in full, four in each decade', () => {
  expect([microscopeHs[0], microscopeHs[1], microscopeHs[4], microscopeHs.at(-1), microscopeHs.length]).toEqual([0.1, 0.0562, 0.01, 1e-12, 45])
})

describe('the error over h', () => {
  test('comes from the curve above the bottom, from rounding below it, and from a ReLU where one switches', () => {
    const [sigmoid, relu] = networks.map(network => finished(microscopeOn(network).measure(network.weights[1]!))) as [MicroscopeReading, MicroscopeReading]
    const sourceAt = (reading: MicroscopeReading, precision: Precision, h: number) => valleyOf(reading, precision).sources[microscopeHs.indexOf(h)]
    expect([1e-1, 1e-3, 1e-8, 1e-12].map(h => sourceAt(sigmoid, 'float64', h))).toEqual(['truncation', 'truncation', 'rounding', 'rounding'])
    expect([1e-3, 1e-6, 1e-12].map(h => sourceAt(sigmoid, 'float32', h))).toEqual(['rounding', 'rounding', 'lost'])
    expect([1e-1, 1e-2, 1e-3].map(h => sourceAt(relu, 'float64', h))).toEqual(['kink', 'kink', 'truncation']) // the nearest one is at 0.0021
  })

  test('is none where the loss does not depend on the weight', () => {
    const [network] = networks as [GoldenNetwork]
    const still = { ...network, x: network.x.map((value, i) => i % 6 === 2 ? 0 : value) } // no ink at pixel 2
    const reading = finished(microscopeOn(still).measure({ path: 'affine1.W', row: 2, column: 1 }))
    expect([reading.gradient.float64, valleyOf(reading, 'float64').best, new Set(valleyOf(reading, 'float32').sources)]).toEqual([0, null, new Set(['none'])])
  })
})

describe('a gradient of 0 is told from', () => {
  const relu = networks.find(({ activation }) => activation === 'relu')!
  const [inputs, units] = relu.layers as [number, number]
  const [pixel, unit] = [2, 1]
  const place = { path: 'affine1.W', row: pixel, column: unit }
  /** The ReLU's input by hand: b + Σ x·W, with pixel 2 blank where `isBlank` says so */
  const blanked = (isBlank: (row: number) => boolean) => relu.x.map((value, i) => i % inputs === pixel && isBlank(Math.floor(i / inputs)) ? 0 : value)
  const fires = (row: number, x = relu.x) => relu.params['affine1.b']![unit]! + Array.from({ length: inputs }, (_, i) => x[row * inputs + i]! * relu.params['affine1.W']![i * units + unit]!).reduce((sum, product) => sum + product) > 0
  const zeroOf = (change: Partial<GoldenNetwork>, at: WeightPlace = place) => {
    const { gradient, zero } = finished(microscopeOn({ ...relu, ...change }).measure(at))
    return [gradient.float64, zero]
  }
  const dead = { params: { ...relu.params, 'affine1.b': relu.params['affine1.b']!.map((b, j) => j === unit ? -100 : b) } }

  test('a blank pixel, a unit that fires for no image, and what that unit feeds', () => {
    expect(zeroOf({ x: blanked(() => true) })).toEqual([0, { of: 'pixel', input: pixel }])
    expect(zeroOf(dead)).toEqual([0, { of: 'unit', layer: 'relu1', unit }])
    expect(zeroOf(dead, { path: 'affine1.b', row: 0, column: unit })).toEqual([0, { of: 'unit', layer: 'relu1', unit }])
    expect(zeroOf(dead, { path: 'affine2.W', row: unit, column: 0 })).toEqual([0, { of: 'input', input: unit }])
  })

  test('a pixel that is blank in just those images for which the unit fires', () => {
    // blank pixels change which images it fires for: until none is left that has ink there
    let x = relu.x
    for (let i = 0; i < relu.rows; i++) x = x.map((value, at) => at % inputs === pixel && fires(Math.floor(at / inputs), x) ? 0 : value)
    expect(new Set(Array.from({ length: relu.rows }, (_, row) => fires(row, x)))).toEqual(new Set([true, false]))
    expect(zeroOf({ x })).toEqual([0, { of: 'either', input: pixel, layer: 'relu1', unit }])
    // the bias has no input that could be blank
    expect(zeroOf({ x }, { path: 'affine1.b', row: 0, column: unit })[1]).toBeNull()
  })

  test('nothing where it is not 0', () => {
    expect(zeroOf({})[1]).toBeNull()
  })
})

describe('the loss along a weight', () => {
  const network = networks[1]!
  const place = { path: 'affine1.b', row: 0, column: 1 }

  test('passes through the loss at the weight, has backpropagation’s slope there, and its kinks', () => {
    const microscope = microscopeOn(network)
    const reading = finished(microscope.measure(place))
    const { points, kinks } = finished(microscope.along(place, 'float64', 0.05, 101))
    expect([points.length, points[0]!.offset, points[100]!.offset, points[50]]).toEqual([101, -0.05, 0.05, { offset: 0, loss: reading.loss.float64 }])
    const [right, middle] = [points[52]!, points[50]!]
    expect((right.loss - middle.loss) / right.offset).toBeCloseTo(reading.gradient.float64, 3) // a curve with f″ below 1, over 2e-3
    const wanted = reading.kinks.filter(({ offset }) => Math.abs(offset) < 0.05).toSorted((a, b) => a.offset - b.offset)
    expect(kinks.map(({ layer, row, unit }) => ({ layer, row, unit }))).toEqual(wanted.map(({ layer, row, unit }) => ({ layer, row, unit })))
    expectNear(kinks.map(({ offset }) => offset), wanted.map(({ offset }) => offset), 1e-12)
  })

  test('is a staircase in float32 where h is near the last place', () => {
    const { points } = finished(microscopeOn(network).along(place, 'float32', 1e-7, 101))
    expect(new Set(points.map(({ loss }) => loss)).size).toBeLessThan(20)
  })

  test('leaves the weight and what was computed as they were, also when it is stopped half-way', () => {
    const sides = sidesOf(precision => modelOf(network, precision))
    const microscope = new Microscope(sides, heldPass)
    const state = () => (['float64', 'float32'] as const).map(precision => [...sides[precision].model.params.flatMap(({ slot }) => [...slot.value.data, ...slot.grad.data]), ...sides[precision].model.layers.flatMap(({ out }) => [...out.data])])
    const before = state()
    for (const steps of [microscope.measure(place), microscope.along(place, 'float64', 0.1), microscope.along(place, 'float32', 0.1)]) {
      for (let i = 0; i < 5; i++) steps.next()
      steps.return(undefined as never)
      expect(state()).toEqual(before)
    }
    finished(microscope.measure(place))
    expect(state()).toEqual(before)
  })
})

test('the microscope finds the largest gradient, of all parameters or of one, and knows its weights', () => {
  const microscope = microscopeOn(networks[0]!)
  const sizes = (path: string) => networks[0]!.weights.filter(weight => weight.path === path).map(({ gradient }) => Math.abs(gradient))
  const found = microscope.largest('affine1.b')
  expect(found).toMatchObject({ path: 'affine1.b', row: 0 })
  for (const size of sizes('affine1.b')) expect(Math.abs(finished(microscope.measure(found)).gradient.float64)).toBeGreaterThanOrEqual(size)
  expect(microscope.largest().path).toMatch(/^affine2/) // sigmoids shrink what arrives below
  expect([{ path: 'affine1.W', row: 5, column: 3 }, { path: 'affine1.W', row: 6, column: 0 }, { path: 'affine1.b', row: 0, column: 3 }, { path: 'affine1.b', row: 1, column: 0 }, { path: 'affine3.W', row: 0, column: 0 }].map(place => microscope.has(place))).toEqual([true, false, true, false, false])
})

describe('the whole-network check', () => {
  test('lists the elements that differ most, kinks apart, and those of a planted fault are among them', () => {
    const network = networks[0]!
    const ops = createReferenceOps('float64')
    const model = modelOf(network, 'float64')
    const wrong = { ...ops, sumRows: (...[db, dy]: Parameters<typeof ops.sumRows>) => { ops.sumRows(db, dy); if (db.size === 4) db.data[2]! += 0.5 } } // affine1.db[2]
    const worst = new WorstElements(3)
    for (const { latest } of gradientCheckSteps(model, wrong)) worst.take(latest)
    expect(worst.list).toHaveLength(3)
    expect(worst.list[0]).toMatchObject({ path: 'affine1.b', index: 2, isKink: false })
    const differences = worst.list.map(({ numeric, backprop }) => Math.abs(numeric - backprop))
    expect(differences[0]).toBeCloseTo(0.5, 8) // the central difference's own error
    expect(differences).toEqual(differences.toSorted((a, b) => b - a))
  })

  test('ranks a difference that is not a number first, and leaves kinks out', () => {
    const worst = new WorstElements(2)
    const element = (index: number, numeric: number, isKink = false) => ({ path: 'affine1.W', index, numeric, backprop: 0, isKink })
    for (const each of [element(0, 1), element(1, 9, true), element(2, 3), element(3, NaN), element(4, 2)]) worst.take(each)
    expect(worst.list.map(({ index }) => index)).toEqual([3, 2])
  })

  test('of some elements compares only these, to the same numbers', () => {
    const make = () => {
      const model = buildModel(perceptron([5, 4, 3], 'relu'), { rows: 2, precision: 'float64' })
      initialize(model, 'he', 1)
      const random = new Random(3)
      model.input.value.data.forEach((_, i, data) => { data[i] = random.next() })
      return model
    }
    const only = drawElements(make(), 12, 7)
    expect([only.length, new Set(only).size, [...only]]).toEqual([12, 12, [...only].sort((a, b) => a - b)])
    expect([...drawElements(make(), 12, 7)]).toEqual([...only])
    expect([...drawElements(make(), 12, 8)]).not.toEqual([...only])
    const ops = createReferenceOps('float64')
    const all = [...gradientCheckSteps(make(), ops)].map(({ latest }) => latest)
    const some = [...gradientCheckSteps(make(), ops, { only })]
    expect(some.map(({ latest }) => latest)).toEqual([...only].map(i => all[i]))
    expect(some.map(({ done, total }) => [done, total])).toEqual([...only].map((_, i) => [i + 1, 12]))
  })
})

test('a loss that is not a finite number has no slope, and still a weight to show', () => {
  const [network] = networks as [GoldenNetwork]
  const microscope = microscopeOn({ ...network, params: { ...network.params, 'affine2.b': [NaN, 0, 0] } })
  const place = microscope.largest()
  expect(microscope.has(place)).toBe(true)
  const reading = finished(microscope.measure(place))
  expect([valleyOf(reading, 'float64').best, new Set(valleyOf(reading, 'float64').sources)]).toEqual([null, new Set(['notFinite'])])
})

test('finds the weight that needs to move least for a ReLU to switch, where one follows at once', () => {
  const model = (precision: Precision) => {
    const model = buildModel(perceptron([2, 2, 2], 'relu'), { rows: 2, precision })
    setTensors(model, [{ path: 'affine1.W', data: [2, -1, 0.5, 1] }, { path: 'affine1.b', data: [0.5, 0.25] }, { path: 'affine2.W', data: [1, 0, 0, 1] }, { path: 'affine2.b', data: [0, 0] }])
    model.input.value.data.set([0.5, 1, 4, 0])
    model.target.value.data.set([0, 1])
    return model
  }
  const microscope = new Microscope(sidesOf(model), heldPass)
  // z = [2, 0.75] and [8.5, −3.75]; z/x is least for 0.75/1, before 3.75/4 and 0.75/0.5
  expect(microscope.nearestKink('affine1.W')).toEqual({ path: 'affine1.W', row: 1, column: 1 })
  expect(microscope.nearestKink('affine1.b')).toEqual({ path: 'affine1.b', row: 0, column: 1 })
  expect(microscope.nearestKink('affine2.W')).toBeNull()
})
