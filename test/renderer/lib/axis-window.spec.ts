import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ref } from 'vue'
import { createAxisWindow, zoomed } from '../../../renderer/lib/axis-window'

const whole = { from: 0, to: 1000 }

describe('a zoom', () => {
  test('keeps the place that is pointed at where it is', () => {
    expect(zoomed(whole, whole, 0.5, 250)).toEqual({ from: 125, to: 625 }) // a quarter of the way, before and after
    expect(zoomed({ from: 125, to: 625 }, whole, 0.1, 250)).toEqual({ from: 237.5, to: 287.5 })
  })

  test('shows at least 8 steps, stays within the axis, and ends with all of it', () => {
    expect(zoomed(whole, whole, 1e-9, 500)).toEqual({ from: 496, to: 504 })
    expect(zoomed({ from: 900, to: 1000 }, whole, 2, 900)).toEqual({ from: 800, to: 1000 })
    expect(zoomed({ from: 900, to: 1000 }, whole, 10, 900)).toBeNull()
    expect(zoomed({ from: 0, to: 3 }, { from: 0, to: 3 }, 0.5, 1)).toBeNull() // a run of three steps
  })

  test('never leaves the axis, whatever is done', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.double({ min: 0.01, max: 4, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: -2000, max: 2000 }))), (moves) => {
      const axis = createAxisWindow(() => whole)
      for (const [factor, share, by] of moves) {
        axis.zoom(factor, axis.view.from + share * (axis.view.to - axis.view.from))
        axis.pan(by)
        expect(axis.view.from).toBeGreaterThanOrEqual(-1e-6)
        expect(axis.view.to).toBeLessThanOrEqual(1000 + 1e-6)
        expect(axis.view.to - axis.view.from).toBeGreaterThanOrEqual(8 - 1e-6)
        expect(axis.isZoomed || axis.view === whole).toBe(true)
      }
    }), { seed: 1 })
  })
})

describe('a window on an axis that grows', () => {
  function growing() {
    const to = ref(1000)
    const run = ref(1)
    return { to, run, axis: createAxisWindow(() => ({ from: 0, to: to.value }), () => run.value) }
  }

  test('stays where it is, or follows the end once it touches it', () => {
    const { to, axis } = growing()
    axis.zoom(0.1, 500)
    to.value = 2000
    expect(axis.view).toEqual({ from: 450, to: 550 })
    axis.pan(5000)
    expect(axis.view).toEqual({ from: 1900, to: 2000 })
    to.value = 3000
    expect(axis.view).toEqual({ from: 2900, to: 3000 })
    axis.pan(-500)
    to.value = 4000
    expect(axis.view).toEqual({ from: 2400, to: 2500 })
    axis.showWhole()
    expect([axis.view, axis.isZoomed]).toEqual([{ from: 0, to: 4000 }, false])
  })

  test('belongs to one run: another shows all its steps, and no step is read', () => {
    const { run, axis } = growing()
    axis.zoom(0.1, 500)
    axis.read(480)
    expect([axis.isZoomed, axis.cursor]).toEqual([true, 480])
    run.value = 2
    expect([axis.isZoomed, axis.cursor]).toEqual([false, null])
  })

  test('reads no step outside of the axis', () => {
    const { axis } = growing()
    axis.read(-5)
    expect(axis.cursor).toBe(0)
    axis.read(1e9)
    expect(axis.cursor).toBe(1000)
    axis.read(null)
    expect(axis.cursor).toBeNull()
  })
})
