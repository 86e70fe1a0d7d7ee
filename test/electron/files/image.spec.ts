import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { inkOf, LabError, preprocessDigit, Random } from '@core'
import { readPng } from '@files'
import fc from 'fast-check'
import { PNG } from 'pngjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refusal } from './refusal'

let folder = ''
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'lab-image-')) })
afterEach(async () => { await rm(folder, { recursive: true, force: true }) })

async function stored(bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, 'digit.png')
  await writeFile(path, bytes)
  return path
}
const refused = async (bytes: Uint8Array | string) => refusal(async () => readPng(await stored(bytes)))

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

interface Header { readonly width: number, readonly height: number, readonly depth?: number, readonly colour?: number, readonly interlace?: number }

/** A PNG by hand. @param scanlines unpacked, each with its filter byte */
function pngOf({ width, height, depth = 8, colour = 0, interlace = 0 }: Header, scanlines: Uint8Array, extra: readonly Buffer[] = []): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, colour, 0, 0, interlace], 8)
  return Buffer.concat([Buffer.from(signature), chunk('IHDR', header), ...extra, chunk('IDAT', deflateSync(scanlines)), chunk('IEND', Buffer.alloc(0))])
}

function drawing(width = 30, height = 20): PNG {
  const png = new PNG({ width, height })
  const random = new Random(1)
  for (let i = 0; i < png.data.length; i++) png.data[i] = random.integer(256)
  return png
}

describe('a PNG', () => {
  test('gives its size and its pixels', async () => {
    const png = drawing()
    const { width, height, rgba } = await readPng(await stored(PNG.sync.write(png)))
    expect([width, height]).toEqual([30, 20])
    expect([...rgba]).toEqual([...png.data])
  })

  test.each([['grey', 0], ['grey with opacity', 4], ['colour', 2]] as const)('in %s becomes RGBA', async (_, colorType) => {
    const { rgba } = await readPng(await stored(PNG.sync.write(drawing(), { colorType, inputHasAlpha: true })))
    expect(rgba).toHaveLength(30 * 20 * 4)
  })

  test('in black and white, one bit a pixel, becomes RGBA', async () => {
    const { rgba } = await readPng(await stored(pngOf({ width: 3, height: 2, depth: 1 }, Buffer.from([0, 0b10100000, 0, 0b01000000]))))
    expect([...rgba].filter((_, i) => i % 4 === 0)).toEqual([255, 0, 255, 0, 255, 0])
  })

  test('with 16 bits a colour becomes RGBA of 8', async () => {
    const { rgba } = await readPng(await stored(pngOf({ width: 2, height: 1, depth: 16 }, Buffer.from([0, 0xff, 0xff, 0x80, 0x00]))))
    expect(rgba[0]).toBe(255)
    expect(Math.abs(rgba[4]! - 128)).toBeLessThanOrEqual(1)
  })

  test('with a palette becomes RGBA', async () => {
    const { rgba } = await readPng(await stored(pngOf({ width: 2, height: 1, colour: 3 }, Buffer.from([0, 1, 0]), [chunk('PLTE', Buffer.from([1, 2, 3, 250, 251, 252]))])))
    expect([...rgba]).toEqual([250, 251, 252, 255, 1, 2, 3, 255])
  })

  test('that is interlaced is read', async () => {
    // Adam7 of 2×2: pass 1 is the pixel (0,0), pass 6 the pixel (1,0), pass 7 the second row
    const { rgba } = await readPng(await stored(pngOf({ width: 2, height: 2, interlace: 1 }, Buffer.from([0, 10, 0, 20, 0, 30, 40]))))
    expect([...rgba].filter((_, i) => i % 4 === 0)).toEqual([10, 20, 30, 40])
  })

  test('of one pixel is read, and shows no digit', async () => {
    const { width, height, rgba } = await readPng(await stored(PNG.sync.write(drawing(1, 1))))
    expect(preprocessDigit(inkOf(rgba, width, height), width, height)).toBeNull()
  })
})

describe('what is no PNG', () => {
  test.each<[string, Uint8Array | string]>([
    ['JPEG', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16])], ['GIF', 'GIF89a....'], ['BMP', 'BM......'], ['WebP', 'RIFF\x10\0\0\0WEBPVP8 '], ['PDF', '%PDF-1.7'],
    ['SVG', '<?xml version="1.0"?><svg/>'], ['SVG', '\n <svg xmlns="x"/>'], ['0 bytes', ''], ['“# A digit, 7…”', '# A digit, 7: as text'], ['00 00 00 00 00 00 00 00 …', new Uint8Array(100)], ['89 50 4e 47 0d 0a 1a …', new Uint8Array(signature.slice(0, 7))],
  ])('is told by what it is: %s', async (found, bytes) => {
    expect(await refused(bytes)).toMatchObject({ code: 'image.format', wanted: 'PNG', found })
  })

  test('is told when it is a folder, or is not there', async () => {
    await mkdir(join(folder, 'digit.png'))
    expect((await refusal(() => readPng(join(folder, 'digit.png')))).code).toBe('file.isFolder')
    expect((await refusal(() => readPng(join(folder, 'none.png')))).code).toBe('file.missing')
  })
})

describe('a damaged PNG', () => {
  test('cut off at any byte is refused', async () => {
    const whole = PNG.sync.write(drawing(8, 8))
    for (let length = 8; length < whole.length - 12; length += 7) expect(await refused(whole.subarray(0, length))).toMatchObject({ code: 'image.damaged', found: length < 33 ? `${length} bytes` : `${length} bytes, IEND?` })
  })

  test('with any bytes flipped, or anything after its signature, is read or refused with a LabError', async () => {
    const whole = PNG.sync.write(drawing(8, 8))
    const read = async (bytes: Uint8Array) => {
      try { expect((await readPng(await stored(bytes))).rgba.length).toBeGreaterThan(0) }
      catch (cause) { expect(cause).toBeInstanceOf(LabError) }
    }
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (flips) => {
      const bent = Uint8Array.from(whole)
      for (const [at, bits] of flips) bent[at] = bent[at]! ^ bits
      await read(bent)
    }), { seed: 1, numRuns: 300 })
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), bytes => read(new Uint8Array([...signature, ...bytes]))), { seed: 2, numRuns: 200 })
    // with checksums that hold, so that what lies behind them is met
    const header = fc.record({ width: fc.nat(9), height: fc.nat(9), depth: fc.constantFrom(1, 2, 4, 8, 16, 3), colour: fc.nat(7), interlace: fc.nat(2) })
    await fc.assert(fc.asyncProperty(header, fc.uint8Array({ maxLength: 300 }), (options, lines) => read(pngOf(options, lines))), { seed: 3, numRuns: 500 })
  })

  test.each([[0, 5], [5, 0], [0, 0]])('of %i × %i pixels is refused', async (width, height) => {
    expect((await refused(pngOf({ width, height }, Buffer.alloc(9)))).code).toBe('image.damaged')
  })

  test('whose first chunk is not its header is refused', async () => {
    const lying = Buffer.from(pngOf({ width: 5, height: 5 }, Buffer.alloc(30)))
    lying.write('tEXt', 12, 'latin1')
    expect((await refused(lying)).code).toBe('image.damaged')
  })
})

describe('a PNG too large', () => {
  test('in pixels is refused by its header alone', async () => {
    expect(await refused(pngOf({ width: 5001, height: 5000 }, Buffer.alloc(10)))).toMatchObject({ code: 'image.tooLarge', wanted: '25', found: '5001×5000' })
    expect(await refused(pngOf({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 }, Buffer.alloc(10)))).toMatchObject({ code: 'image.tooLarge' })
  })

  // Cause: pngjs unpacks an interlaced picture to whatever its data unfold to.
  test.each([0, 1])('in what its data unfold to is refused without unfolding it (interlace %i)', async (interlace) => {
    const bomb = pngOf({ width: 4, height: 4, interlace }, Buffer.alloc(2 ** 28))
    const before = process.memoryUsage().rss
    const result = await refused(bomb)
    if (interlace === 1) expect(result.code).toBe('image.damaged')
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27)
  })
})
