import { describe, expect, test } from 'vitest'
import { finalCurves, inkPart, type Pen } from '../../../../renderer/stores/sketch/ink'
import { inkStrokes } from './ink-strokes'
import { type Stroke, thickness } from '../../../../renderer/stores/sketch/strokes'

const stroke = (x: number): Stroke => [{ x, y: 0 }, { x, y: 1 }]

/** Records drawing calls of a canvas. */
function recorder() {
  const calls: (string | number)[][] = []
  const pen: Pen = {
    strokeStyle: '', lineWidth: 0, lineCap: 'butt', lineJoin: 'miter',
    beginPath: () => { calls.push(['begin']) },
    moveTo: (x, y) => { calls.push(['move', x, y]) },
    lineTo: (x, y) => { calls.push(['line', x, y]) },
    quadraticCurveTo: (...at) => { calls.push(['curve', ...at]) },
    stroke: () => { calls.push(['stroke']) },
  }
  return { pen, calls }
}

describe('ink', () => {
  test('is round and has the same relative thickness at every size of the paper', () => {
    const { pen } = recorder()
    inkStrokes(pen, [stroke(0.5)], { size: { width: 200, height: 200 }, colour: 'black' })
    expect([pen.lineCap, pen.lineJoin, pen.lineWidth]).toEqual(['round', 'round', thickness * 200])
  })

  test('leaves a dot where the pen only touched', () => {
    const { pen, calls } = recorder()
    inkStrokes(pen, [[{ x: 0.5, y: 0.25 }]], { size: { width: 100, height: 100 }, colour: 'black' })
    expect(calls).toEqual([['begin'], ['move', 50, 25], ['line', 50, 25], ['stroke']])
  })

  test('bends between the midpoints of its points and ends at the last', () => {
    const { pen, calls } = recorder()
    inkStrokes(pen, [[{ x: 0, y: 0 }, { x: 0.5, y: 0 }, { x: 1, y: 1 }]], { size: { width: 100, height: 100 }, colour: 'black' })
    expect(calls).toEqual([['begin'], ['move', 0, 0], ['curve', 50, 0, 75, 50], ['curve', 100, 100, 100, 100], ['stroke']])
  })

  test('lifts the pen between strokes', () => {
    const { pen, calls } = recorder()
    inkStrokes(pen, [stroke(0.1), stroke(0.9)], { size: { width: 100, height: 100 }, colour: 'black' })
    expect(calls.filter(([name]) => name === 'begin')).toHaveLength(2)
  })

  test('is as wide as the pen was: pieces of one width in one line, others each with their own', () => {
    const { pen, calls } = recorder()
    const widths: number[] = []
    const stroke = pen.stroke
    pen.stroke = () => { widths.push(pen.lineWidth); stroke() }
    inkStrokes(pen, [[0, 0.25, 0.5, 0.75, 1].map((x, i) => ({ x, y: 0, width: i < 3 ? 1 : 2 }))], { size: { width: 100, height: 200 }, colour: 'black' })
    expect(widths).toEqual([thickness * 100, 2 * thickness * 100])
    // the second begins where the first ended: in the middle between two points
    expect(calls).toEqual([['begin'], ['move', 0, 0], ['curve', 25, 0, 37.5, 0], ['curve', 50, 0, 62.5, 0], ['stroke'], ['begin'], ['move', 62.5, 0], ['curve', 75, 0, 87.5, 0], ['curve', 100, 0, 100, 0], ['stroke']])
  })

  test('of parts of a stroke is that of the whole', () => {
    const points = Array.from({ length: 9 }, (_, i) => ({ x: i / 8, y: (i % 3) / 3 }))
    const curves = (parts: readonly { from?: number, to?: number }[]) => {
      const { pen, calls } = recorder()
      for (const part of parts) inkPart(pen, points, { size: { width: 80, height: 80 }, colour: 'black' }, part)
      return calls.filter(([name]) => name === 'curve')
    }
    expect(curves([{ from: 0, to: 3 }, { from: 3, to: 3 }, { from: 3, to: finalCurves(points) }, { from: finalCurves(points) }])).toEqual(curves([{}]))
  })
})
