import { expect, test } from 'vitest'
import { valleyPicture } from '../../../../renderer/inspector/check/valley-picture'

const edges = { left: 40, right: 240, top: 10, bottom: 110 }
const valley = (errors: readonly number[]) => ({ errors, sources: [], best: null })

test('errors stand at their powers of ten, an error of 0 one power below all others, and none that is not finite', () => {
  const { lines, zero, area } = valleyPicture([1e-1, 1e-2, 1e-4], [valley([1e-3, 0, 1e-9]), valley([NaN, 1e-1, 1e-2])], edges)
  expect(lines).toEqual([[{ x: -1, y: -3 }, { x: -2, y: -10 }, { x: -4, y: -9 }], [{ x: -2, y: -1 }, { x: -4, y: -2 }]])
  expect([zero, area.yEnds]).toEqual([-10, [-10, -1]])
  expect([area.y(-10), area.y(-1)]).toEqual([110, 10])
})

test('without an error of 0 the axis ends at the power below the least one', () => {
  const { zero, area } = valleyPicture([1e-1, 1e-2], [valley([2e-3, 5e-7])], edges)
  expect([zero, area.yEnds]).toEqual([null, [-7, -2]])
})

test('errors that are all 0 have an axis, too', () => {
  const { lines, zero, area } = valleyPicture([1e-1, 1e-2], [valley([0, 0])], edges)
  expect([zero, area.yEnds[0], area.yEnds[1] > area.yEnds[0]]).toEqual([-17, -17, true])
  expect(lines).toEqual([[{ x: -1, y: -17 }, { x: -2, y: -17 }]])
})
