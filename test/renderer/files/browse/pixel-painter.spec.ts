import { afterEach, expect, test, vi } from 'vitest'
import { paintPixels } from '../../../../renderer/files/browse/pixel-painter'
import { recordCanvases } from '../../canvas'

afterEach(() => { vi.restoreAllMocks() })

const picture = { bytes: Uint8Array.of(0, 51, 255, 0, 128, 7), rows: 2, columns: 3, scale: { x: 20, y: 20 }, colours: [[255, 255, 255], [5, 5, 5]], isWritten: true, density: 1, family: 'x' } as const
function painted(more: Partial<Parameters<typeof paintPixels>[1]> = {}) {
  const drawn = recordCanvases()
  paintPixels(document.createElement('canvas').getContext('2d')!, { ...picture, ...more })
  return drawn
}

test('each pixel is filled at its place between paper and ink', () => {
  const fills = painted().filter(({ call }) => call === 'fillRect')
  expect(fills.map(({ args }) => args.slice(0, 2))).toEqual([[0, 0], [20, 0], [40, 0], [0, 20], [20, 20], [40, 20]])
  expect(fills.map(({ fillStyle }) => fillStyle)).toEqual(['rgb(255 255 255)', 'rgb(205 205 205)', 'rgb(5 5 5)', 'rgb(255 255 255)', 'rgb(130 130 130)', 'rgb(248 248 248)'])
})

test('its value is written into it, light on dark and dark on light; paper stays empty', () => {
  const written = painted().filter(({ call }) => call === 'fillText')
  expect(written.map(({ args }) => args)).toEqual([['51', 30, 10], ['255', 50, 10], ['128', 30, 30], ['7', 50, 30]])
  expect(written.map(({ fillStyle }) => fillStyle)).toEqual(['rgb(0 0 0)', 'rgb(255 255 255)', 'rgb(0 0 0)', 'rgb(0 0 0)']) // on the grey of 130 black has a contrast of 5.5, white of 3.8
})

test('without room there are no values', () => { expect(painted({ isWritten: false }).some(({ call }) => call === 'fillText')).toBe(false) })
