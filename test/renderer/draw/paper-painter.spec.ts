import { mnist } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PaperPainter } from '../../../renderer/draw/paper-painter'
import { paperAndInk } from '../../../renderer/lib/paper'
import { blank, type Point, type Sketch } from '../../../renderer/stores/sketch/strokes'
import { type Drawn, recordCanvases } from '../canvas'

let drawn: Drawn[]
beforeEach(() => { drawn = recordCanvases() })
afterEach(() => { vi.restoreAllMocks() })

const look = { size: { width: 100, height: 100 }, colours: paperAndInk.light, tint: [0, 0, 255] as const }
const at = (x: number, y = 0.5): Point => ({ x, y })
/** A painter, and what each painting draws. */
function painting() {
  const [painter, canvas] = [new PaperPainter(), document.createElement('canvas')]
  return (sketch: Sketch, changed: Partial<typeof look> = {}) => {
    drawn.length = 0
    painter.paint(canvas, sketch, { ...look, ...changed })
    const count = (call: string) => drawn.filter(drawing => drawing.call === call).length
    return { curves: count('quadraticCurveTo'), sheets: count('fillRect'), copied: drawn.filter(({ call }) => call === 'drawImage').map(({ args }) => args.slice(1)) }
  }
}

describe('a growing stroke', () => {
  test('costs the same however long it is: only its new part is painted, and only there the paper changes', () => {
    const paint = painting()
    const stroke = Array.from({ length: 1000 }, (_, i) => at(0.1 + i / 2000))
    const strokes = [[at(0.9), at(0.95), at(0.9)], stroke]
    expect(paint({ base: null, strokes })).toEqual({ curves: 2 + 998 + 1, sheets: 1, copied: [[0, 0]] })
    stroke.push(at(0.601), at(0.602))
    const { curves, sheets, copied } = paint({ base: null, strokes: [...strokes] })
    // two curves are final now, the last one may still change
    expect([curves, sheets]).toEqual([3, 0])
    const [left, top, width, height] = copied[0] as number[]
    expect([left! > 50, top! > 30, width! < 20, height! < 20]).toEqual([true, true, true, true])
  })

  test('is painted on in the next stroke, whose beginning ends the one before', () => {
    const paint = painting()
    const strokes: Point[][] = [[at(0.1), at(0.2), at(0.3)]]
    expect(paint({ base: null, strokes: [...strokes] }).curves).toBe(2)
    strokes.push([at(0.5)])
    expect(paint({ base: null, strokes: [...strokes] })).toMatchObject({ curves: 1, sheets: 0 }) // the last curve of the first, now for good
    strokes[1]!.push(at(0.6))
    expect(paint({ base: null, strokes: [...strokes] })).toMatchObject({ curves: 1, sheets: 0 })
  })
})

describe('everything is painted again', () => {
  const strokes = [[at(0.1), at(0.2), at(0.3)], [at(0.5), at(0.6)]]
  const image = { dataset: 'mnist', split: 'test' as const, shape: mnist.shape, index: 0, label: 7, image: new Float32Array(784) }
  test.each<[string, Sketch, Partial<typeof look>]>([
    ['after undoing', { base: null, strokes: strokes.slice(0, 1) }, {}], ['after clearing', blank, {}], ['after erasing', { base: null, strokes: [strokes[0]!.slice(1), strokes[1]!] }, {}],
    ['on an image', { base: image, strokes }, {}], ['in other colours', { base: null, strokes }, { colours: paperAndInk.dark }], ['in another size', { base: null, strokes }, { size: { width: 120, height: 120 } }],
  ])('%s', (_, sketch, changed) => {
    const paint = painting()
    paint({ base: null, strokes })
    const curves = sketch.strokes.reduce((sum, stroke) => sum + stroke.length - 1, 0)
    expect(paint(sketch, changed)).toMatchObject({ curves, sheets: 1 })
    expect(paint(sketch, changed)).toMatchObject({ sheets: 0 })
  })
})

test('a picture stands in the middle in its own colours, with a tint over what is taken for ink', () => {
  const [width, height] = [100, 50]
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255)
  for (let y = 10; y < 40; y++) for (let x = 48; x < 52; x++) rgba.fill(0, 4 * (y * width + x), 4 * (y * width + x) + 3)
  const placed: unknown[][] = []
  const tints: Uint8ClampedArray[] = []
  const paint = painting()
  paint({ base: { kind: 'picture', name: 'one.png', width, height, rgba, sensitivity: 0.5 }, strokes: [] })
  for (const { call, args } of drawn) {
    if (call === 'drawImage' && args.length === 5) placed.push(args.slice(1))
    if (call === 'putImageData') tints.push((args[0] as ImageData).data)
  }
  expect(placed).toEqual([[0, 25, 100, 50], [0, 25, 100, 50]])
  const [picture, tint] = tints
  expect(picture).toEqual(rgba)
  const pixel = (x: number, y: number) => [...tint!.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)]
  expect([pixel(50, 25).slice(0, 3), pixel(50, 25)[3]! > 200, pixel(10, 25)]).toEqual([[0, 0, 255], true, [0, 0, 0, 0]])
})
