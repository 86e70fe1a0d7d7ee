import { describe, expect, test } from 'vitest'
import { blank, inkStrokes, isBlank, type Pen, type Sketch, SketchHistory, type Stroke, thickness } from '../../../../renderer/stores/sketch/strokes'

const stroke = (x: number): Stroke => [{ x, y: 0 }, { x, y: 1 }]
const sketchOf = (...strokes: Stroke[]): Sketch => ({ base: null, strokes })

describe('the history of a sketch', () => {
  test('undoes strokes one by one', () => {
    const history = new SketchHistory()
    history.change(sketchOf(stroke(0.1)))
    history.change(sketchOf(stroke(0.1), stroke(0.2)))
    history.undo()
    expect(history.current.strokes).toEqual([stroke(0.1)])
    history.undo()
    expect(isBlank(history.current)).toBe(true)
    expect(history.canUndo).toBe(false)
  })

  test('restores a cleared drawing', () => {
    const history = new SketchHistory()
    history.change(sketchOf(stroke(0.1), stroke(0.2)))
    history.change(blank)
    history.undo()
    expect(history.current.strokes).toHaveLength(2)
  })

  test('does nothing without a history', () => {
    const history = new SketchHistory()
    history.undo()
    expect(history.current).toBe(blank)
  })

  test('keeps the last hundred sketches and no more', () => {
    const history = new SketchHistory()
    for (let i = 0; i < 150; i++) history.change(sketchOf(stroke(i)))
    let undone = 0
    while (history.canUndo) { history.undo(); undone++ }
    expect(undone).toBe(100)
  })
})

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
    inkStrokes(pen, [stroke(0.5)], { width: 200, height: 200 }, 'black')
    expect([pen.lineCap, pen.lineJoin, pen.lineWidth]).toEqual(['round', 'round', thickness * 200])
  })

  test('leaves a dot where the pen only touched', () => {
    const { pen, calls } = recorder()
    inkStrokes(pen, [[{ x: 0.5, y: 0.25 }]], { width: 100, height: 100 }, 'black')
    expect(calls).toEqual([['begin'], ['move', 50, 25], ['line', 50, 25], ['stroke']])
  })

  test('bends between the midpoints of its points and ends at the last', () => {
    const { pen, calls } = recorder()
    inkStrokes(pen, [[{ x: 0, y: 0 }, { x: 0.5, y: 0 }, { x: 1, y: 1 }]], { width: 100, height: 100 }, 'black')
    expect(calls).toEqual([['begin'], ['move', 0, 0], ['curve', 50, 0, 75, 50], ['curve', 100, 100, 100, 100], ['stroke']])
  })

  test('lifts the pen between strokes', () => {
    const { pen, calls } = recorder()
    inkStrokes(pen, [stroke(0.1), stroke(0.9)], { width: 100, height: 100 }, 'black')
    expect(calls.filter(([name]) => name === 'begin')).toHaveLength(2)
  })
})
