import { inkOf } from '@core'
import { describe, expect, test } from 'vitest'
import { Canvas, type Colour, grey } from './pictures'

/** Ink at a position of a picture. */
function inkIn(canvas: Canvas) {
  const ink = inkOf(canvas.rgba, canvas.width, canvas.height)
  return (x: number, y: number) => ink[y * canvas.width + x]!
}
const sheet = (colour: Colour = grey(255), width = 200, height = 200) => new Canvas(width, height, colour)
/** A grey, given as a share of the way from white to black. */
const share = (part: number) => grey(255 * (1 - part))
/** A bar of full ink in the middle, as the reference for everything else. */
const withBar = () => sheet().rectangle(90, 50, 20, 100, share(1))

describe('how strong ink is', () => {
  test('follows perceived lightness: green most, then red, then blue', () => {
    const at = inkIn(sheet(grey(0)).rectangle(20, 50, 30, 100, [0, 255, 0]).rectangle(85, 50, 30, 100, [255, 0, 0]).rectangle(150, 50, 30, 100, [0, 0, 255]))
    // ITU-R BT.709: 0.2126 R + 0.7152 G + 0.0722 B; pure red is below two fifths of green, like a shadow
    expect(at(30, 100)).toBe(1)
    const [red, blue] = [inkIn(sheet(grey(0)).rectangle(20, 50, 30, 100, grey(255 * 0.4)).rectangle(85, 50, 30, 100, [255, 0, 0])), inkIn(sheet(grey(0)).rectangle(20, 50, 30, 100, grey(34)).rectangle(85, 50, 30, 100, [0, 0, 255]))]
    expect(red(90, 100)).toBeCloseTo(0.2126 / 0.4, 5)
    expect(blue(90, 100)).toBeCloseTo(0.0722 * 255 / 34, 5)
    const green = inkIn(sheet(grey(0)).rectangle(20, 50, 30, 100, grey(255)).rectangle(85, 50, 30, 100, [0, 255, 0]))
    expect(green(90, 100)).toBeCloseTo(0.7152, 5)
  })

  test('counts from a tenth of the range between black and white; below that the sheet is empty', () => {
    for (const [part, expected] of [[0.12, 1], [0.08, 0]] as const) expect(inkIn(sheet().rectangle(90, 50, 20, 100, share(part)))(100, 100), `${part}`).toBe(expected)
  })

  test('on transparent paper is its opacity, relative to the most opaque', () => {
    const at = inkIn(sheet(grey(0, 0)).rectangle(90, 50, 20, 100, grey(0, 200)).rectangle(110, 50, 20, 100, grey(0, 100)))
    expect([at(100, 100), at(50, 100)]).toEqual([1, 0])
    expect(at(120, 100)).toBeCloseTo(0.5, 5)
  })

  test('of half-transparent ink on a white sheet is halved', () => {
    const at = inkIn(withBar().rectangle(110, 50, 20, 100, share(0.5)))
    expect(at(120, 100)).toBeCloseTo(0.5, 2)
  })
})

describe('a part that touches the ink', () => {
  test.each([[0.1, 'is the paper\'s grain'], [0.2, 'is its soft edge'], [0.5, 'is ink']])('at %d of it %s', (part, what) => {
    const found = inkIn(withBar().rectangle(110, 50, 10, 100, share(part)))(115, 100)
    if (what === 'is the paper\'s grain') expect(found).toBe(0)
    else expect(found).toBeCloseTo(part, 2)
  })
})

describe('a part beside the ink', () => {
  test.each([[0.3, false], [0.5, true]])('at %d of it is ink: %s; weaker is a shadow or a stain', (part, kept) => {
    expect(inkIn(withBar().rectangle(150, 60, 20, 80, share(part)))(160, 100) > 0).toBe(kept)
  })

  test('is ink as a whole when one place in it is strong', () => {
    const at = inkIn(withBar().rectangle(150, 60, 20, 80, share(0.3)).rectangle(155, 65, 10, 10, share(0.9)))
    expect([at(160, 70) > 0.8, at(160, 130) > 0.2]).toEqual([true, true])
  })

  test.each([[4, false], [8, true]])('with a length of %d hundredths of it is kept: %s; a smaller one is dust', (size, kept) => {
    expect(inkIn(withBar().rectangle(150, 100, size, size, share(1)))(151, 101) > 0).toBe(kept)
    expect(inkIn(withBar().rectangle(150, 100, size, 1, share(1)))(151, 100) > 0).toBe(kept) // the longer side counts
    expect(inkIn(withBar().rectangle(150, 100, 1, size, share(1)))(150, 101) > 0).toBe(kept)
  })

  test('that is only a shadow does not set the scale for dust, however large it is', () => {
    const at = inkIn(sheet(grey(255), 400, 200).rectangle(90, 90, 20, 20, share(1)).rectangle(150, 98, 3, 3, share(1)).rectangle(200, 20, 30, 160, share(0.3)))
    expect([at(151, 99) > 0, at(210, 100)]).toEqual([true, 0]) // 3 of 20 are not dust, 3 of 160 would be
  })
})

describe('a large picture', () => {
  test('is examined pixel by pixel up to a thousand pixels, and in squares of averaged ink beyond', () => {
    const fine = new Canvas(1000, 30).rectangle(500, 10, 1, 10, share(1)).rectangle(520, 10, 20, 10, share(1))
    const at = inkIn(fine)
    expect([at(499, 15), at(500, 15), at(501, 15)]).toEqual([0, 1, 0])
    const coarse = inkIn(new Canvas(1500, 40).rectangle(600, 10, 101, 20, share(1)))
    expect([coarse(599, 20), coarse(600, 20), coarse(699, 20), coarse(702, 20), coarse(600, 9), coarse(600, 10), coarse(600, 29), coarse(600, 30)]).toEqual([0, 1, 1, 0, 0, 1, 1, 0])
    expect([coarse(700, 20), coarse(701, 20)]).toEqual([0.5, 0.5]) // half of this square is ink
  })

  test('has partial squares at its end, each with its own mean', () => {
    const canvas = new Canvas(1501, 41, grey(255)).rectangle(1440, 10, 61, 31, share(1)).rectangle(1440, 10, 10, 31, share(1))
    const at = inkIn(canvas)
    expect([at(1500, 40), at(1499, 39), at(1439, 20)]).toEqual([1, 1, 0])
  })

  test('that is many times too large is sampled by a few pixels of each square', () => {
    // 9 pixels become one: only one of every third row and column is examined
    const canvas = new Canvas(9000, 18, grey(255)).rectangle(4500, 0, 900, 9, share(1)).rectangle(4500, 9, 450, 9, share(1))
    const at = inkIn(canvas)
    expect([at(4499, 4), at(4500, 0), at(5399, 8), at(5400, 4), at(4600, 12), at(5000, 12)]).toEqual([0, 1, 1, 0, 1, 0])
  })
})

test('a digit in five nested frames is the only ink', () => {
  const canvas = sheet(grey(255), 240, 240)
  for (let i = 0; i < 5; i++) canvas.frame(8 + 18 * i, 8 + 18 * i, 224 - 36 * i, 224 - 36 * i, 3, share(1))
  const at = inkIn(canvas.rectangle(114, 98, 12, 44, share(1)))
  expect(at(120, 120)).toBe(1)
  for (let i = 0; i < 5; i++) expect(at(9 + 18 * i, 120), `frame ${i}`).toBe(0)
})
