import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { colourScale } from '../../../../renderer/components/charts/colour-scale'
import TensorHeatMap from '../../../../renderer/graph/canvas/TensorHeatMap.vue'
import { fakeMain } from '../../lab'
import { showPart } from '../view'

/** The last painting: size of the picture and its pixels as words. */
let painted: { width: number, height: number, words: Uint32Array, x: number, y: number } | null = null
beforeEach(() => {
  fakeMain()
  painted = null
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({
    createImageData: (width: number, height: number) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) }),
    putImageData: ({ width, height, data }: ImageData, x: number, y: number) => { painted = { width, height, words: new Uint32Array(data.buffer), x, y } },
  } as Partial<CanvasRenderingContext2D> as never)
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => { draw(); return 0 })
})
afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const [rows, columns] = [4, 10]
const data = Array.from({ length: rows * columns }, (_, i) => i === 7 ? 4 : i === 32 ? -2 : 0)
function sheet(props: object = {}) {
  const view = showPart(TensorHeatMap, { data, rows, columns, highlight: null, label: (cell: number) => `cell ${cell}`, ...props })
  const { part } = view
  Object.defineProperties(part.element, { clientWidth: { value: 100 }, clientHeight: { value: 80 } }) // a cell is 10 by 20
  const move = async (offsetX: number, offsetY: number) => {
    const event = new PointerEvent('pointermove')
    Object.defineProperties(event, { offsetX: { value: offsetX }, offsetY: { value: offsetY } })
    part.element.dispatchEvent(event)
    await nextTick()
  }
  return { ...view, move, pointed: () => part.emitted('point')?.map(([cell]) => cell as unknown) ?? [] }
}

describe('a large tensor', () => {
  test('is painted with one pixel per cell, coloured by sign and by magnitude relative to its largest', async () => {
    const { part } = sheet()
    await nextTick()
    const canvas = part.get('canvas').element
    expect([canvas.width, canvas.height, painted!.width, painted!.height, painted!.x, painted!.y]).toEqual([10, 4, 10, 4, 0, 0])
    const scale = colourScale('light')
    expect([...painted!.words]).toEqual(data.map(d => scale.word(d, 4)))
  })

  test('is repainted when its numbers change', async () => {
    const { given } = sheet()
    await nextTick()
    const before = painted
    given['data'] = data.toReversed()
    await vi.waitFor(() => { expect(painted).not.toBe(before) })
    expect([...painted!.words]).toEqual([...before!.words].reverse())
  })

  test('reports the cell under the pointer, once for each, with its number in its title', async () => {
    const { part, move, pointed } = sheet()
    expect(part.attributes('title')).toBeUndefined()
    await move(0, 0)
    await move(9.9, 19.9) // the same cell
    expect([pointed(), part.attributes('title')]).toEqual([[0], 'cell 0'])
    await move(10, 19.9)
    await move(10, 20)
    await move(99.9, 79.9)
    expect([pointed(), part.attributes('title')]).toEqual([[0, 1, 11, 39], 'cell 39'])
  })

  test.each([[-0.1, 10], [10, -0.1], [100, 10], [10, 80]])('has no cell at %f, %f, outside of its border', async (x, y) => {
    const { part, move, pointed } = sheet()
    await move(50, 50)
    await move(x, y)
    expect([pointed(), part.attributes('title')]).toEqual([[25, null], undefined])
  })

  test('forgets a pointer that leaves, and reports it when it returns', async () => {
    const { part, move, pointed } = sheet()
    await move(50, 50)
    await part.trigger('pointerleave')
    expect(part.attributes('title')).toBeUndefined()
    await move(50, 50)
    expect(pointed()).toEqual([25, 25])
  })

  test('has its highlighted cells marked, a row or a column as one', () => {
    const highlight = { of: 'value' as const, self: new Set([12]), sources: new Set([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]), feeds: new Set([9, 19, 29, 39]) }
    const { part } = sheet({ highlight })
    const marks = part.findAll('i').map(mark => [mark.classes()[0], mark.attributes('style')])
    expect(marks).toEqual([
      ['sources', 'left: 0%; top: 50%; width: 100%; height: 25%;'],
      ['feeds', 'left: 90%; top: 0%; width: 10%; height: 100%;'],
      ['self', 'left: 20%; top: 25%; width: 10%; height: 25%;'],
    ])
    expect(sheet().part.findAll('i')).toEqual([])
  })
})
