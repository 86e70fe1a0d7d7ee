import { describe, expect, test } from 'vitest'
import { SketchHistory } from '../../../../renderer/stores/sketch/history'
import { blank, isBlank, type Sketch, type Stroke } from '../../../../renderer/stores/sketch/strokes'

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

  test('brings back what was taken back, until something else is drawn', () => {
    const history = new SketchHistory()
    history.change(sketchOf(stroke(0.1)))
    history.change(sketchOf(stroke(0.1), stroke(0.2)))
    history.undo()
    history.undo()
    expect([history.canRedo, isBlank(history.current)]).toEqual([true, true])
    history.redo()
    expect(history.current.strokes).toEqual([stroke(0.1)])
    history.redo()
    expect([history.current.strokes.length, history.canRedo, history.canUndo]).toEqual([2, false, true])
    history.undo()
    history.change(sketchOf(stroke(0.3)))
    history.redo()
    expect([history.current.strokes, history.canRedo]).toEqual([[stroke(0.3)], false])
  })

  test('forgets the oldest pictures when all of them take more than 64 MB', () => {
    const history = new SketchHistory()
    const picture = () => ({ kind: 'picture' as const, name: 'a.png', width: 1000, height: 1000, rgba: new Uint8ClampedArray(4_000_000), sensitivity: 0.5 })
    for (let i = 0; i < 30; i++) history.change({ base: picture(), strokes: [] })
    let undone = 0
    while (history.canUndo) { history.undo(); undone++ }
    expect(undone).toBe(16) // of 4 MB: 67.1 MB hold 16
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
