import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, crc32, deflateSync } from 'node:zlib'
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

/** A hand-made PNG. @param scanlines uncompressed, each with its filter byte */
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

  test('in black and white, one bit per pixel, becomes RGBA', async () => {
    const { rgba } = await readPng(await stored(pngOf({ width: 3, height: 2, depth: 1 }, Buffer.from([0, 0b10100000, 0, 0b01000000]))))
    expect([...rgba].filter((_, i) => i % 4 === 0)).toEqual([255, 0, 255, 0, 255, 0])
  })

  test('with 16 bits per channel becomes RGBA with 8', async () => {
    const { rgba } = await readPng(await stored(pngOf({ width: 2, height: 1, depth: 16 }, Buffer.from([0, 0xff, 0xff, 0x80, 0x00]))))
    expect(rgba[0]).toBe(255)
    expect(Math.abs(rgba[4]! - 128)).toBeLessThanOrEqual(1)
  })

  test('with a palette becomes RGBA', async () => {
    const { rgba } = await readPng(await stored(pngOf({ width: 2, height: 1, colour: 3 }, Buffer.from([0, 1, 0]), [chunk('PLTE', Buffer.from([1, 2, 3, 250, 251, 252]))])))
    expect([...rgba]).toEqual([250, 251, 252, 255, 1, 2, 3, 255])
  })

  test('that is interlaced is read', async () => {
    // Adam7 of 2×2: pass 1 holds pixel (0,0), pass 6 pixel (1,0), pass 7 the second row
    const { rgba } = await readPng(await stored(pngOf({ width: 2, height: 2, interlace: 1 }, Buffer.from([0, 10, 0, 20, 0, 30, 40]))))
    expect([...rgba].filter((_, i) => i % 4 === 0)).toEqual([10, 20, 30, 40])
  })

  test('of one pixel is read, and shows no digit', async () => {
    const { width, height, rgba } = await readPng(await stored(PNG.sync.write(drawing(1, 1))))
    expect(preprocessDigit(inkOf(rgba, width, height), width, height)).toBeNull()
  })
})

describe('a file that is not a PNG', () => {
  test.each<[string, Uint8Array | string]>([
    ['JPEG', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16])], ['GIF', 'GIF89a....'], ['BMP', 'BM......'], ['WebP', 'RIFF\x10\0\0\0WEBPVP8 '], ['PDF', '%PDF-1.7'],
    ['SVG', '<?xml version="1.0"?><svg/>'], ['SVG', '\n <svg xmlns="x"/>'], ['0 bytes', ''], ['“# A digit, 7…”', '# A digit, 7: as text'], ['00 00 00 00 00 00 00 00 …', new Uint8Array(100)], ['89 50 4e 47 0d 0a 1a …', new Uint8Array(signature.slice(0, 7))],
  ])('is named by its kind: %s', async (found, bytes) => {
    expect(await refused(bytes)).toMatchObject({ code: 'image.format', wanted: 'PNG', found })
  })

  test('is reported when it is a folder, or is missing', async () => {
    await mkdir(join(folder, 'digit.png'))
    expect((await refusal(() => readPng(join(folder, 'digit.png')))).code).toBe('file.isFolder')
    expect((await refusal(() => readPng(join(folder, 'none.png')))).code).toBe('file.missing')
  })
})

describe('a PNG that every viewer shows', () => {
  const png = drawing()
  const whole = PNG.sync.write(png)
  const shows = async (bytes: Uint8Array, { data, width, height }: Pick<PNG, 'data' | 'width' | 'height'> = png) => {
    const read = await readPng(await stored(bytes))
    expect([read.width, read.height]).toEqual([width, height])
    expect(Buffer.compare(Buffer.from(read.rgba), data)).toBe(0)
  }
  const after = (bytes: string | Uint8Array) => Buffer.concat([whole, Buffer.from(bytes as string)])

  // Cause: the decoder received the whole file and refused chunks that it did not need.
  test.each<[string, string | Uint8Array]>([
    ['one byte', 'x'], ['a line feed', '\n'], ['two bytes', '\r\n'], ['60 bytes', 'x'.repeat(60)], ['500 bytes', new Uint8Array(500)], ['100,000 bytes', new Uint8Array(100_000).fill(0xff)],
    ['another PNG', PNG.sync.write(drawing(5, 5))], ['a whole chunk', chunk('tEXt', Buffer.from('a\0b'))], ['another end', chunk('IEND', Buffer.alloc(0))],
  ])('is read with %s after its end', async (_, tail) => {
    await shows(after(tail))
  })

  /** Uncompressed rows of a picture, each with its filter byte */
  const rows = Buffer.concat(Array.from({ length: 20 }, (_, y) => Buffer.concat([Buffer.of(0), png.data.subarray(y * 120, y * 120 + 120)])))
  const built = (idat: readonly Uint8Array[], { before = [], end = [chunk('IEND', Buffer.alloc(0))] }: { before?: readonly Buffer[], end?: readonly Buffer[] } = {}) => {
    const header = Buffer.alloc(13)
    header.writeUInt32BE(30, 0)
    header.writeUInt32BE(20, 4)
    header.set([8, 6, 0, 0, 0], 8)
    return Buffer.concat([Buffer.from(signature), chunk('IHDR', header), ...before, ...idat.map(data => chunk('IDAT', data)), ...end])
  }
  const packed = deflateSync(rows)
  const broken = (type: string) => { const bytes = chunk(type, Buffer.from('some text')); bytes[bytes.length - 1]! ^= 1; return bytes }
  test.each<[string, Buffer]>([
    ['four bytes after the packed rows', built([Buffer.concat([packed, Buffer.of(1, 2, 3, 4)])])],
    ['a chunk of other bytes after the packed rows', built([packed, Buffer.from('more')])],
    ['a row too many', built([deflateSync(Buffer.concat([rows, Buffer.alloc(121)]))])],
    ['a hundred rows too many', built([deflateSync(Buffer.concat([rows, Buffer.alloc(12_100)]))])],
    ['a wrong checksum of its rows', built([Buffer.concat([packed.subarray(0, -4), Buffer.of(0, 0, 0, 0)])])],
    ['no checksum of its rows', built([packed.subarray(0, -4)])],
    ['rows whose packing was never finished', built([deflateSync(rows, { finishFlush: constants.Z_SYNC_FLUSH })])],
    ['its rows in pieces, some of them empty', built([packed.subarray(0, 1), Buffer.alloc(0), packed.subarray(1, 7), packed.subarray(7), Buffer.alloc(0)])],
    ['its rows unpacked', built([deflateSync(rows, { level: 0 })])],
    ['a damaged comment', built([packed], { before: [broken('tEXt')] })],
    ['private, text and camera chunks', built([packed], { before: [chunk('prVt', Buffer.alloc(9)), chunk('iTXt', Buffer.from('x')), chunk('eXIf', Buffer.alloc(30)), chunk('gAMA', Buffer.alloc(1)), chunk('acTL', Buffer.alloc(8))] })],
    ['opacity that its kind of colour does not know', built([packed], { before: [chunk('tRNS', Buffer.alloc(6))] })],
    ['a palette that it does not need', built([packed], { before: [chunk('PLTE', Buffer.alloc(9))] })],
    ['no end', built([packed], { end: [] })],
    ['half an end', built([packed], { end: [chunk('IEND', Buffer.alloc(0)).subarray(0, 7)] })],
    ['a wrong checksum of its end', built([packed], { end: [broken('IEND')] })],
    ['a comment that was cut off behind its rows', built([packed], { end: [chunk('tEXt', Buffer.alloc(900)).subarray(0, 100)] })],
  ])('is read with %s', async (_, bytes) => {
    await shows(bytes)
  })

  test('is read when interlaced, with bytes after its compressed rows', async () => {
    const bytes = pngOf({ width: 2, height: 2, interlace: 1 }, Buffer.from([0, 10, 0, 20, 0, 30, 40, 0, 9, 9, 9]))
    const { rgba } = await readPng(await stored(Buffer.concat([bytes, Buffer.from('tail')])))
    expect([...rgba].filter((_, i) => i % 4 === 0)).toEqual([10, 20, 30, 40])
  })

  test('gives the same interlaced and row by row, whatever its size', async () => {
    const random = new Random(2)
    for (const [width, height] of [[1, 1], [1, 9], [9, 1], [3, 5], [8, 8], [13, 17]] as const) {
      const pixels = Array.from({ length: width * height }, () => random.integer(256))
      const passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const // PNG, "Interlacing"
      const lines = passes.flatMap(([left, top, across, down]) => {
        const bytes: number[] = []
        for (let y = top; y < height; y += down) {
          const row: number[] = []
          for (let x = left; x < width; x += across) row.push(pixels[y * width + x]!)
          if (row.length > 0) bytes.push(0, ...row)
        }
        return bytes
      })
      const { rgba } = await readPng(await stored(pngOf({ width, height, interlace: 1 }, Buffer.from(lines))))
      expect([...rgba].filter((_, i) => i % 4 === 0)).toEqual(pixels)
    }
  })

  test('is read with a pixel beyond its palette, which is black, and with more opacities than colours', async () => {
    const palette = [chunk('PLTE', Buffer.from([1, 2, 3])), chunk('tRNS', Buffer.from([200, 100, 50]))]
    const { rgba } = await readPng(await stored(pngOf({ width: 2, height: 1, colour: 3 }, Buffer.from([0, 0, 9]), palette)))
    expect([...rgba]).toEqual([1, 2, 3, 200, 0, 0, 0, 255])
  })
})

describe('a damaged PNG', () => {
  const grey = { width: 5, height: 5 }
  const lines = Buffer.alloc(30)
  const flipped = (bytes: Buffer, at: number) => { bytes[at]! ^= 1; return bytes }

  // Cause: the decoder's own English messages appeared in sentences of every language.
  test.each<[string, Buffer, RegExp]>([
    ['a row too few', pngOf(grey, lines.subarray(6)), /^IDAT: 24 < 30 bytes$/],
    ['no rows', pngOf(grey, Buffer.alloc(0)), /^IDAT: 0 < 30 bytes$/],
    ['a filter that there is not', pngOf(grey, Buffer.alloc(30).fill(9)), /^IDAT$/],
    ['a depth that there is not', pngOf({ ...grey, depth: 3 }, lines), /^IHDR: 3, 0, 0, 0, 0$/],
    ['a colour that there is not', pngOf({ ...grey, colour: 5 }, lines), /^IHDR: 8, 5, 0, 0, 0$/],
    ['a palette of 16 bits', pngOf({ ...grey, depth: 16, colour: 3 }, lines), /^IHDR: 16, 3, 0, 0, 0$/],
    ['no palette', pngOf({ ...grey, colour: 3 }, lines), /^PLTE\?$/],
    ['a wrong checksum of its header', flipped(pngOf(grey, lines), 30), /^IHDR: CRC$/],
    ['a wrong checksum of its rows', flipped(pngOf(grey, lines), 45), /^IDAT: CRC$/],
    ['a chunk that nobody knows and that it cannot be shown without', pngOf(grey, lines, [chunk('CgBI', Buffer.alloc(4))]), /^CgBI\?$/],
  ])('with %s is reported in the format’s own terms', async (_, bytes, found) => {
    const refusal = await refused(bytes)
    expect(refusal).toMatchObject({ code: 'image.damaged' })
    expect(refusal.found).toMatch(found)
  })

  test('truncated at any byte is refused', async () => {
    const whole = PNG.sync.write(drawing(8, 8))
    for (let length = 8; length < whole.length - 12; length += 7) expect(await refused(whole.subarray(0, length))).toMatchObject({ code: 'image.damaged', found: length < 33 ? `${length} bytes` : `${length} bytes, IDAT?` })
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
    // with valid checksums, so that the fault behind them is reached
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
    expect(await refused(pngOf({ width: 5001, height: 5000 }, Buffer.alloc(10)))).toMatchObject({ code: 'image.tooLarge', wanted: 25, side: 10_000, found: '5001×5000' })
    expect(await refused(pngOf({ width: 3600, height: 3600, depth: 16 }, Buffer.alloc(10)))).toMatchObject({ code: 'image.tooLarge', wanted: 12.5, found: '3600×3600' })
    expect(await refused(pngOf({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 }, Buffer.alloc(10)))).toMatchObject({ code: 'image.tooLarge' })
  })

  // Cause: 25,000,000×1 took 11 s and 2.4 GB, 1×25,000,000 49 s.
  test.each([[25_000_000, 1], [1, 25_000_000], [10_001, 1], [1, 10_001], [10_001, 2000]])('in one dimension is refused: %i×%i', async (width, height) => {
    expect(await refused(pngOf({ width, height, depth: 1 }, Buffer.alloc(10)))).toMatchObject({ code: 'image.tooLarge', side: 10_000, found: `${width}×${height}` })
  })

  test.each([[10_000, 1], [1, 10_000]])('does not include %i×%i', async (width, height) => {
    expect((await readPng(await stored(pngOf({ width, height }, Buffer.alloc(height * (width + 1)))))).rgba).toHaveLength(40_000)
  })

  // Cause: pngjs decompresses an interlaced picture to whatever size its data have.
  test.each([0, 1])('in its decompressed data is read without decompressing more than its rows (interlace %i)', async (interlace) => {
    const bomb = pngOf({ width: 4, height: 4, interlace }, Buffer.alloc(2 ** 28))
    const before = process.memoryUsage().rss
    const { rgba } = await readPng(await stored(bomb))
    expect([...rgba]).toEqual(Array.from({ length: 64 }, (_, i) => i % 4 === 3 ? 255 : 0))
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27)
  })
})

test('a PNG of the maximum size is read: by pixels, by pixels with 16 bits, and by bytes', async () => {
  // Without its rows it is damaged, which is detected after its size.
  for (const header of [{ width: 5000, height: 5000, depth: 1 }, { width: 5000, height: 2500, depth: 16 }, { width: 10_000, height: 10, depth: 1 }, { width: 10, height: 10_000, depth: 1 }])
    expect(await refused(pngOf(header, Buffer.alloc(10)))).toMatchObject({ code: 'image.damaged' })
  expect((await refused(pngOf({ width: 5000, height: 2501, depth: 16 }, Buffer.alloc(10)))).code).toBe('image.tooLarge')
})

test('a file of up to 50 million bytes is read, and no larger one', async () => {
  const path = await stored('no picture')
  for (const [size, code] of [[50_000_000, 'image.format'], [50_000_001, 'file.tooLarge']] as const) {
    await truncate(path, size) // a sparse file: it takes no space on the disk
    expect((await refusal(() => readPng(path))).code).toBe(code)
  }
})

/** @source PNG (Third Edition), table 11.1: number of samples per pixel and their bits for each colour type */
const kinds = [
  { colour: 0, samples: 1, depths: [1, 2, 4, 8, 16] }, { colour: 2, samples: 3, depths: [8, 16] }, { colour: 3, samples: 1, depths: [1, 2, 4, 8] },
  { colour: 4, samples: 2, depths: [8, 16] }, { colour: 6, samples: 4, depths: [8, 16] },
] as const
/** @source PNG, "Interlacing and pass extraction" */
const passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const

/** A row of samples, packed from the left, with its filter byte. */
function packed(samples: readonly number[], depth: number): number[] {
  const bits = samples.map(sample => sample.toString(2).padStart(depth, '0')).join('')
  return [0, ...Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) => parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, '0'), 2))]
}

/** Samples as image viewers show them. */
function shown(samples: readonly number[], colour: number, depth: number, palette: Uint8Array): number[] {
  const eight = samples.map(sample => sample * 255 / (2 ** depth - 1))
  const [a = 0, b = 0, c = 0, d = 255] = eight
  if (colour === 3) return [...palette.subarray(3 * samples[0]!, 3 * samples[0]! + 3), 255]
  return colour === 0 ? [a, a, a, 255] : colour === 4 ? [a, a, a, b] : [a, b, c, d]
}

describe.each(kinds.flatMap(({ colour, samples, depths }) => depths.map(depth => ({ colour, samples, depth }))))('a PNG of colour type $colour with $depth bits a sample', ({ colour, samples, depth }) => {
  const [width, height] = [11, 9]
  const random = new Random(100 * colour + depth)
  const palette = Uint8Array.from({ length: 3 * 2 ** Math.min(depth, 8) }, () => random.integer(256))
  const pixels = Array.from({ length: width * height }, () => Array.from({ length: samples }, () => random.integer(2 ** depth)))
  const rowOf = (y: number, from = 0, across = 1) => packed(pixels.slice(y * width, (y + 1) * width).filter((_, x) => x >= from && (x - from) % across === 0).flat(), depth)
  const extra = colour === 3 ? [chunk('PLTE', palette)] : []

  test.each([0, 1])('shows each of its pixels (interlace %i)', async (interlace) => {
    const lines = interlace === 0
      ? Array.from({ length: height }, (_, y) => rowOf(y)).flat()
      : passes.flatMap(([left, top, across, down]) => Array.from({ length: Math.ceil((height - top) / down) }, (_, i) => rowOf(top + i * down, left, across)).flat())
    const { rgba } = await readPng(await stored(pngOf({ width, height, depth, colour, interlace }, Uint8Array.from(lines), extra)))
    const wanted = pixels.flatMap(pixel => shown(pixel, colour, depth, palette))
    expect(rgba).toHaveLength(wanted.length)
    expect(Math.max(...wanted.map((value, i) => Math.abs(value - rgba[i]!)))).toBeLessThanOrEqual(1) // viewers round some 16-bit samples and truncate others
  })

  test('is damaged when one byte of its rows is missing, and not when there is an extra one', async () => {
    const lines = Uint8Array.from(Array.from({ length: height }, (_, y) => rowOf(y)).flat())
    expect(await refused(pngOf({ width, height, depth, colour }, lines.subarray(0, -1), extra))).toMatchObject({ code: 'image.damaged', found: `IDAT: ${lines.length - 1} < ${lines.length} bytes` })
    expect((await readPng(await stored(pngOf({ width, height, depth, colour }, Buffer.concat([lines, Buffer.of(0)]), extra)))).width).toBe(width)
  })
})

test('a PNG of any other colour type or depth is refused, as is any other compression, filter or interlace method', async () => {
  for (let colour = 0; colour < 9; colour++) {
    for (const depth of [0, 1, 2, 3, 4, 5, 8, 12, 16, 32]) {
      const known = kinds.some(kind => kind.colour === colour && (kind.depths as readonly number[]).includes(depth))
      if (!known) expect(await refused(pngOf({ width: 2, height: 2, depth, colour }, Buffer.alloc(99)))).toMatchObject({ code: 'image.damaged', found: `IHDR: ${depth}, ${colour}, 0, 0, 0` })
    }
  }
  for (const [compression, filter, interlace] of [[1, 0, 0], [0, 1, 0], [0, 0, 2]] as const) {
    const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 0, compression, filter, interlace])
    const bytes = Buffer.concat([Buffer.from(signature), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(9))), chunk('IEND', Buffer.alloc(0))])
    expect(await refused(bytes)).toMatchObject({ code: 'image.damaged', found: `IHDR: 8, 0, ${compression}, ${filter}, ${interlace}` })
  }
})

describe('the transparent colour of a PNG', () => {
  const opacities = async (colour: 0 | 2, lines: number[], tRNS: number[]) => {
    const { rgba } = await readPng(await stored(pngOf({ width: 2, height: 1, colour }, Buffer.from([0, ...lines]), [chunk('tRNS', Buffer.from(tRNS))])))
    return [rgba[3], rgba[7]]
  }

  test('applies to grey and colour', async () => {
    expect(await opacities(0, [7, 8], [0, 7])).toEqual([0, 255])
    expect(await opacities(2, [1, 2, 3, 1, 2, 4], [0, 1, 0, 2, 0, 4])).toEqual([255, 0])
  })

  test.each<[0 | 2, number[], number[]]>([[0, [7, 8], [0]], [0, [7, 8], [0, 7, 0]], [2, [1, 2, 3, 1, 2, 4], [0, 1, 0, 2]], [2, [1, 2, 3, 1, 2, 4], [0, 1, 0, 2, 0, 3, 0]]])('is ignored when its length is wrong (colour type %i: %j, %j)', async (colour, lines, tRNS) => {
    expect(await opacities(colour, lines, tRNS)).toEqual([255, 255])
  })

  test('can be set for each entry of a palette, and entries without one are opaque', async () => {
    const extra = [chunk('PLTE', Buffer.from([1, 1, 1, 2, 2, 2, 3, 3, 3])), chunk('tRNS', Buffer.from([10, 20]))]
    const { rgba } = await readPng(await stored(pngOf({ width: 3, height: 1, colour: 3 }, Buffer.from([0, 0, 1, 2]), extra)))
    expect([...rgba]).toEqual([1, 1, 1, 10, 2, 2, 2, 20, 3, 3, 3, 255])
  })

  test('a palette has 256 entries, and further ones are ignored', async () => {
    const palette = Uint8Array.from({ length: 3 * 257 }, (_, i) => i % 251)
    const extra = [chunk('PLTE', palette), chunk('tRNS', Uint8Array.from({ length: 300 }, (_, i) => 255 - i % 256))]
    const { rgba } = await readPng(await stored(pngOf({ width: 2, height: 1, colour: 3 }, Buffer.from([0, 255, 254]), extra)))
    expect([...rgba]).toEqual([...palette.subarray(765, 768), 0, ...palette.subarray(762, 765), 1])
  })
})

test('a PNG whose header has another length, or whose file ends within it, is refused', async () => {
  const sound = PNG.sync.write(drawing(5, 5))
  expect(await refused(sound.subarray(0, 32))).toMatchObject({ code: 'image.damaged', found: '32 bytes' })
  expect(await refused(sound.subarray(0, 33))).toMatchObject({ code: 'image.damaged', found: '33 bytes, IDAT?' })
  for (const length of [12, 14]) {
    const bytes = Buffer.concat([Buffer.from(signature), chunk('IHDR', Buffer.alloc(length, 1)), sound.subarray(33)])
    expect(await refused(bytes)).toMatchObject({ code: 'image.damaged', found: 'IHDR?' })
  }
})
