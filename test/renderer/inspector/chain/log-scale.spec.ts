import { describe, expect, test } from 'vitest'
import { decadesOf, decadeText, type HeldScale, holdScale, placeOn, scaleFor } from '../../../../renderer/inspector/chain/log-scale'
import { numbersFor } from '../../../../renderer/lib/useNumbers'

const healthy = [0.988, 0.131, 0.279, 0.0951]
const vanishing = [1.92e-7, 5.13e-6, 2.92e-4, 0.00629, 0.292]

describe('the scale of a frame', () => {
  test('has whole decades, and at least four, so that a healthy network looks even', () => {
    expect(scaleFor(healthy)).toEqual({ from: -3, to: 1, zero: false, beyond: false })
    expect(scaleFor(vanishing)).toEqual({ from: -7, to: 0, zero: false, beyond: false })
    expect(scaleFor([])).toMatchObject({ from: -3, to: 1 })
    expect(scaleFor([1e300, 1e-44])).toMatchObject({ from: -44, to: 300 })
  })

  test('has places of their own for 0 and for what is not finite', () => {
    expect(scaleFor([0, ...healthy])).toMatchObject({ from: -3, to: 1, zero: true, beyond: false })
    expect(scaleFor([NaN, 1])).toMatchObject({ zero: false, beyond: true })
    expect(scaleFor([Infinity, 0])).toMatchObject({ from: -3, to: 1, zero: true, beyond: true })
  })
})

describe('a scale that is held', () => {
  const after = (frames: readonly (readonly number[])[]) => frames.reduce<HeldScale | null>(holdScale, null)!.scale
  const times = (count: number, values: readonly number[]) => Array.from({ length: count }, () => values)

  test('widens at once', () => {
    expect(after([healthy, vanishing])).toMatchObject({ from: -7, to: 1 })
    expect(after([healthy, [0, NaN]])).toMatchObject({ from: -3, to: 1, zero: true, beyond: true })
  })

  const wide = [...vanishing, 3]

  test('narrows by one decade at a time, after twenty frames that all need less', () => {
    expect(after([wide, ...times(19, healthy)])).toMatchObject({ from: -7, to: 1 })
    expect(after([wide, ...times(20, healthy)])).toMatchObject({ from: -6, to: 1 })
    expect(after([wide, ...times(200, healthy)])).toMatchObject({ from: -3, to: 1 })
  })

  test('keeps what is needed now and then', () => {
    const now = [...times(15, healthy), vanishing]
    expect(after([vanishing, ...now, ...now, ...now])).toMatchObject({ from: -7, to: 1 })
  })

  test('gives up the places of 0 and ∞ as slowly', () => {
    expect(after([[0, NaN, ...healthy], ...times(19, healthy)])).toMatchObject({ zero: true, beyond: true })
    expect(after([[0, NaN, ...healthy], ...times(20, healthy)])).toMatchObject({ zero: false, beyond: false })
  })
})

describe('a value', () => {
  const scale = scaleFor([0, NaN, ...vanishing])
  const place = (value: number) => placeOn(scale, value, 100)

  test('stands one decade below another that is ten times as large', () => {
    expect(place(1e-3) - place(1e-2)).toBeCloseTo(place(1e-6) - place(1e-5), 9)
    expect(place(1e-3)).toBeGreaterThan(place(1e-2))
  })

  test('of 0 stands below all others, ∞ and NaN above', () => {
    expect(place(0)).toBeGreaterThan(place(1e-7))
    expect([place(Infinity), place(NaN)].every(y => y < place(1))).toBe(true)
    expect([place(0), place(NaN)].every(y => y > 0 && y < 100)).toBe(true)
  })
})

describe('the decades', () => {
  test('have lines, and labels that do not touch', () => {
    for (const height of [44, 72, 112]) for (const values of [healthy, vanishing, [1e-38, 1e30]]) {
      const lines = decadesOf(scaleFor(values), height)
      const labels = lines.filter(({ labelled }) => labelled).map(({ y }) => y)
      expect(labels.length).toBeGreaterThanOrEqual(1)
      labels.slice(1).forEach((y, i) => expect(y - labels[i]!).toBeGreaterThanOrEqual(14 - 1e-9))
    }
    expect(decadesOf(scaleFor(healthy), 112).map(({ exponent }) => exponent)).toEqual([1, 0, -1, -2, -3])
  })

  test('are written as the numbers are', () => {
    expect([2, 1, 0, -1, -2, -3, -7, 12].map(exponent => decadeText(numbersFor('en'), exponent))).toEqual(['100', '10', '1', '0.1', '0.01', '1e−3', '1e−7', '1e12'])
  })
})
