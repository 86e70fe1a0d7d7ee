import { describe, expect, test } from 'vitest'
import { withoutSurroundings } from '../../../core/data/surroundings'

const side = 100
type Where = (x: number, y: number) => boolean

/** Differences from the paper, painted shape by shape; a pixel's centre decides. */
class Picture {
  readonly values = new Float32Array(side * side)
  paint(where: Where, value = 1): this {
    this.values.forEach((_, i) => { if (where(i % side + 0.5, Math.floor(i / side) + 0.5)) this.values[i] = value })
    return this
  }

  box(left: number, top: number, width: number, height: number, value = 1): this {
    return this.paint((x, y) => x > left && x < left + width && y > top && y < top + height, value)
  }

  frame(left: number, top: number, width: number, height: number, thickness: number, value = 1): this {
    return this.box(left, top, width, height, value).box(left + thickness, top + thickness, width - 2 * thickness, height - 2 * thickness, 0)
  }

  oval(rx: number, ry: number, value = 1): this {
    return this.paint((x, y) => ((x - 50) / rx) ** 2 + ((y - 50) / ry) ** 2 < 1, value)
  }

  ring(outer: number, inner: number): this { return this.oval(outer, outer).oval(inner, inner, 0) }
  /** The picture without its surroundings; null when it has none. */
  left(mask = new Uint8Array(side * side).fill(1)) {
    const left = withoutSurroundings({ values: this.values, width: side, height: side }, mask)
    return left && ((x: number, y: number) => left[y * side + x]!)
  }
}
/** Whether surroundings are detected, for sizes just below and above a limit. */
const surrounds = (...pictures: readonly Picture[]) => pictures.map(picture => picture.left() !== null)
const pictureOf = () => new Picture()
/** A thin frame of 60 with a bar in it */
const framed = () => pictureOf().frame(20, 20, 60, 60, 2).box(45, 35, 10, 30)

describe('a digit alone has no surroundings:', () => {
  test.each<[string, Picture]>([
    ['a bar', pictureOf().box(45, 20, 10, 60)],
    ['a thin zero', pictureOf().oval(20, 30).oval(17, 27, 0)],
    ['a thick zero', pictureOf().ring(30, 12)],
    ['a zero with a dot in it', pictureOf().ring(30, 24).box(45, 45, 10, 10)],
    ['an eight', pictureOf().ring(18, 12).paint((x, y) => Math.hypot(x - 50, y - 20) < 18 && Math.hypot(x - 50, y - 20) > 12)],
    ['nothing at all', pictureOf()],
  ])('%s', (_, picture) => {
    expect(picture.left()).toBeNull()
  })
})

describe('a frame', () => {
  test('is removed with everything outside of it, and everything inside stays', () => {
    const left = framed().box(5, 5, 6, 6).left()!
    for (const [x, y, expected] of [[50, 50, 1], [22, 22, 1], [77, 77, 1], [40, 60, 1], [20, 20, 0], [21, 50, 0], [78, 50, 0], [79, 79, 0], [19, 50, 0], [7, 7, 0], [99, 0, 0]] as const) expect(left(x, y), `${x}, ${y}`).toBe(expected)
  })

  test('may be lighter than the paper, or differ in strength from the digit', () => {
    for (const value of [-1, 0.5, -0.5]) expect(pictureOf().frame(20, 20, 60, 60, 2, value).box(45, 35, 10, 30).left()?.(21, 50), `${value}`).toBe(0)
  })

  test('has at least three tenths of the greatest strength: weaker is a shadow', () => {
    expect(surrounds(pictureOf().frame(20, 20, 60, 60, 2, 0.35).box(45, 35, 10, 30), pictureOf().frame(20, 20, 60, 60, 2, 0.25).box(45, 35, 10, 30))).toEqual([true, false])
  })

  test('spans at least a good third of both sides: a smaller one is a sign on the paper', () => {
    const of = (width: number, height: number) => pictureOf().frame(30, 30, width, height, 1).box(33, 33, 10, 20)
    expect(surrounds(of(40, 40), of(40, 30), of(30, 40), of(30, 30))).toEqual([true, false, false, false])
  })

  test('is measured against its surroundings, once an outer frame was removed', () => {
    const mask = new Uint8Array(side * side)
    for (let y = 10; y < 80; y++) mask.fill(1, y * side + 15, y * side + 85)
    const picture = pictureOf().frame(40, 30, 28, 28, 1).box(50, 35, 6, 18)
    expect([picture.left(), picture.left(mask)?.(53, 40)]).toEqual([null, 1])
  })

  test('may hold a small digit when it is thin, but not a grain', () => {
    const of = (grain: number) => pictureOf().frame(20, 20, 60, 60, 1).box(50, 50, grain, grain)
    expect(surrounds(of(5), of(2), pictureOf().frame(20, 20, 60, 60, 1))).toEqual([true, false, false])
  })

  test('may be round when it is thin; a thicker ring is a zero with something inside', () => {
    // shares of the disc: 1 − (28.1/30)² = 12 %, 1 − (26.8/30)² = 20 %
    const of = (inner: number, size: number) => pictureOf().ring(30, inner).box(48, 48, size, size)
    expect(surrounds(of(28.1, 5), of(26.8, 5))).toEqual([true, false])
    // 1 − (24/30)² = 36 %: the inside must be three tenths of it
    expect(surrounds(of(24, 10), pictureOf().ring(30, 24).box(46, 39, 8, 22))).toEqual([false, true])
  })

  test('with corners is not a zero, however thick', () => {
    const left = pictureOf().frame(20, 20, 60, 60, 6).box(48, 48, 5, 5).left()!
    expect([left(50, 50), left(30, 30), left(22, 50)]).toEqual([1, 1, 0])
  })

  test('is convex: a digit’s loop with its tail is not a frame', () => {
    expect(surrounds(framed().box(80, 48, 3, 4), framed().box(80, 48, 20, 4))).toEqual([true, false])
    expect(surrounds(framed().box(48, 80, 4, 3), framed().box(48, 80, 4, 20))).toEqual([true, false])
  })

  test('within a frame is found after it: the larger one is removed first', () => {
    const left = pictureOf().frame(5, 5, 90, 90, 2).frame(20, 20, 60, 60, 2).box(45, 35, 10, 30).left()!
    expect([left(5, 50), left(10, 50), left(21, 50), left(50, 50)]).toEqual([0, 1, 1, 1])
  })
})

describe('a card', () => {
  /** A card that differs from its desk, bearing a digit of the desk's colour. */
  const card = () => pictureOf().box(20, 20, 60, 60)

  test('stays with what is written on it, and the desk is removed', () => {
    const left = card().box(46, 32, 8, 36, 0).left()!
    for (const [x, y, expected] of [[20, 20, 1], [79, 79, 1], [50, 50, 1], [47, 33, 1], [19, 50, 0], [80, 50, 0], [5, 5, 0]] as const) expect(left(x, y), `${x}, ${y}`).toBe(expected)
  })

  test('without writing on it is ink', () => {
    expect(card().left()).toBeNull()
  })

  test('differs from a zero by holes that are longer or flatter than itself', () => {
    const of = (rx: number, ry: number) => pictureOf().oval(30, 30).oval(rx, ry, 0)
    expect(surrounds(of(6, 15), of(8, 16), of(16, 8), of(15, 6))).toEqual([true, false, false, true])
  })

  test('differs from a zero by holes that are not round', () => {
    // an angle covers half of its box, a stair three quarters
    const angle = (thickness: number) => card().box(40, 40, 20, 20, 0).box(40 + thickness, 40, 20 - thickness, 20 - thickness, 1)
    expect(surrounds(angle(6), angle(10))).toEqual([true, false]) // 1 − (14/20)² = 51 %, 1 − (10/20)² = 75 %
  })

  test('has writing of at least a twelfth of its side; less is a scratch', () => {
    expect(surrounds(card().box(50, 50, 1, 6, 0), card().box(50, 50, 1, 3, 0))).toEqual([true, false])
  })

  test('that is nearly full may have a hole with something small in it; a zero may not', () => {
    // 1 − (11/30)² = 87 %, 1 − (16.4/30)² = 70 %
    const of = (hole: number) => pictureOf().ring(30, hole).box(48, 48, 5, 5)
    expect(surrounds(of(11), of(16.4))).toEqual([true, false])
  })
})

describe('a line along an edge', () => {
  const digit = () => pictureOf().box(45, 30, 10, 40)
  /** Repeats the check at each of the four edges. */
  const turned = (left: number, top: number, width: number, height: number, draw = digit): Picture[] => [
    draw().box(left, top, width, height), draw().box(left, side - top - height, width, height),
    draw().box(top, left, height, width), draw().box(side - top - height, left, height, width),
  ]

  test('is removed with its soft edge, and the digit stays', () => {
    const left = digit().box(0, 95, 100, 5).left()!
    for (const [x, y, expected] of [[50, 50, 1], [45, 30, 1], [10, 10, 1], [10, 93, 1], [10, 94, 0], [10, 95, 0], [99, 99, 0]] as const) expect(left(x, y), `${x}, ${y}`).toBe(expected)
    const upright = digit().box(0, 0, 5, 100).left()!
    expect([upright(4, 50), upright(5, 50), upright(6, 50), upright(50, 50)]).toEqual([0, 0, 1, 1])
    const right = digit().box(95, 0, 5, 100).left()!
    expect([right(95, 50), right(94, 50), right(93, 50)]).toEqual([0, 0, 1])
    const above = digit().box(0, 0, 100, 5).left()!
    expect([above(50, 4), above(50, 5), above(50, 6)]).toEqual([0, 0, 1])
  })

  test('runs from one corner to the other, or nearly; a shorter one is ink', () => {
    expect(surrounds(...turned(1, 0, 97, 4))).toEqual([true, true, true, true])
    expect(surrounds(...turned(5, 0, 90, 4))).toEqual([false, false, false, false])
  })

  test('is at most an eighth thick; a thicker one is ink', () => {
    expect(surrounds(...turned(0, 0, 100, 10))).toEqual([true, true, true, true])
    expect(surrounds(...turned(0, 0, 100, 15))).toEqual([false, false, false, false])
  })

  test('lies at the edge, or nearly; one further inside is ink', () => {
    expect(surrounds(...turned(0, 4, 100, 3))).toEqual([true, true, true, true])
    expect(surrounds(...turned(0, 8, 100, 3))).toEqual([false, false, false, false])
  })

  test('exists only beside something else that is large enough to be a digit', () => {
    const dot = (size: number) => turned(0, 0, 100, 4, () => pictureOf().box(45, 45, size, 10))
    expect(surrounds(...dot(35))).toEqual([true, true, true, true])
    expect(surrounds(...dot(25))).toEqual([false, false, false, false])
  })

  test('may turn around one to three corners: an angle, three sides of a frame', () => {
    expect(surrounds(digit().box(0, 0, 3, 100).box(0, 97, 100, 3), digit().box(0, 0, 3, 100).box(0, 0, 100, 3).box(97, 0, 3, 100))).toEqual([true, true])
    const left = digit().box(0, 0, 3, 100).box(0, 97, 100, 3).left()!
    expect([left(1, 50), left(50, 98), left(50, 50), left(50, 10)]).toEqual([0, 0, 1, 1])
  })

  test('around a corner is thin: an angle as thick as a stroke is ink', () => {
    const angle = (thickness: number) => pictureOf().box(50, 20, 30, 40).box(0, 0, thickness, 100).box(0, 100 - thickness, 100, thickness)
    expect(surrounds(angle(5), angle(8))).toEqual([true, false]) // 9.75 % and 15.4 % of the picture
  })

  test('from corner to corner across the picture is a stroke', () => {
    expect(pictureOf().box(60, 10, 30, 30).paint((x, y) => Math.abs(x - (100 - y)) < 2).box(60, 10, 30, 28, 0).box(20, 20, 31, 8).left()).toBeNull()
  })
})
