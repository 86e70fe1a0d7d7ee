import { describe, expect, test } from 'vitest'
import type { TimeAxis } from '../../../../renderer/inspector/health/time-axis'
import { goneSince, ordered, unitPicture } from '../../../../renderer/inspector/health/unit-map'

const column = (step: number, shares: readonly number[], of: 'fired' | 'saturated' = 'fired') => ({ step, of, shares: Uint8Array.from(shares) })
/** Unit 0 dies at step 30, unit 1 fires less and less, unit 2 dies at 20, unit 3 was silent for a while */
const columns = [column(10, [9, 255, 7, 0]), column(20, [5, 90, 0, 0]), column(30, [0, 40, 0, 80])]

describe('a unit', () => {
  test('is gone since the first step from which on it never fired again', () => {
    expect([0, 1, 2, 3].map(unit => goneSince(columns, unit))).toEqual([30, null, 20, null])
  })

  test('whose curve is flat is gone when it is saturated for nearly all images', () => {
    const flat = [column(1, [240, 255], 'saturated'), column(2, [250, 243], 'saturated'), column(3, [251, 242], 'saturated')]
    expect([0, 1].map(unit => goneSince(flat, unit))).toEqual([2, null])
  })
})

describe('units', () => {
  test('are sorted by index, by how often they fire now, and by when they died', () => {
    expect(ordered(columns, 'index')).toEqual([0, 1, 2, 3])
    expect(ordered(columns, 'now')).toEqual([0, 2, 1, 3])
    expect(ordered(columns, 'since')).toEqual([2, 0, 1, 3])
  })

  test('that are saturated most come first', () => {
    expect(ordered([column(1, [3, 200, 90], 'saturated')], 'now')).toEqual([1, 2, 0])
  })

  test('are none before the first column', () => {
    expect(ordered([], 'since')).toEqual([])
  })
})

test('the map has a row for each unit, in order, and is transparent where nothing is known', () => {
  const axis: TimeAxis = { scale: 'linear', from: 0, to: 60, width: 6 }
  const colours = { ramp: Uint32Array.from({ length: 256 }, (_, i) => 1000 + i), silent: 7 }
  expect([...unitPicture(columns, [2, 1], axis, { colours, reach: 2 })]).toEqual([0, 1007, 7, 7, 7, 0, 0, 1255, 1090, 1040, 1040, 0])
})
