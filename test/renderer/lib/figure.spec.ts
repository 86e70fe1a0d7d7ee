import { afterEach, describe, expect, test, vi } from 'vitest'
import { pixelsOf } from '../../../renderer/lib/figure'

afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals() })

describe('a rendered picture', () => {
  function fakeImages(width: number, height: number, { broken = false } = {}) {
    const urls: string[] = []
    const gone: string[] = []
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      expect((blob as Blob).type).toBe('image/svg+xml')
      urls.push(`blob:${urls.length}`)
      return urls.at(-1)!
    })
    vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => { gone.push(url) })
    const made: unknown[] = []
    vi.stubGlobal('Image', class {
      src = ''
      naturalWidth = width
      naturalHeight = height
      constructor() { made.push(this) }
      async decode() { await Promise.resolve(); if (broken || this.src !== urls[0]) throw new DOMException('no picture') }
    })
    const drawn: unknown[][] = []
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({ drawImage: (...args: unknown[]) => { drawn.push(args) } } as never)
    return { urls, gone, drawn, made }
  }

  test('has twice the page’s resolution: sharp in print and on dense screens', async () => {
    const { drawn, made, urls, gone } = fakeImages(301, 200)
    const canvas = await pixelsOf('<svg/>')
    expect([canvas.width, canvas.height, drawn]).toEqual([602, 400, [[made[0], 0, 0, 602, 400]]])
    expect([urls.length, gone]).toEqual([1, urls])
  })

  // Chromium draws up to 16,384 pixels per side, and fewer when memory is short.
  test.each([[6000, 300, 8192, 410], [300, 6000, 410, 8192], [20_000, 10_000, 8192, 4096], [4096, 4096, 8192, 8192]])('of %i by %i is %i by %i: as large as a canvas can be on every machine, and undistorted', async (width, height, wide, high) => {
    fakeImages(width, height)
    const canvas = await pixelsOf('<svg/>')
    expect([canvas.width, canvas.height]).toEqual([wide, high])
  })

  test('that cannot be drawn leaves nothing behind', async () => {
    const { urls, gone } = fakeImages(300, 200, { broken: true })
    await expect(pixelsOf('<svg/>')).rejects.toThrow('no picture')
    expect(gone).toEqual(urls)
  })
})
