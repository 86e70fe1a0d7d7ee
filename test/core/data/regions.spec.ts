import { describe, expect, test } from 'vitest'
import { boundsOf, enclosedBy, heightOf, longestOf, type Region, regionsOf, widthOf } from '../../../core/data/regions'

/** A picture written as letters: equal letters are equal kinds, a dot is background. */
function pictureOf(...rows: readonly string[]) {
  const letters = [...new Set(rows.join('').replaceAll('.', ''))]
  const kinds = Int8Array.from(rows.join(''), letter => letter === '.' ? 0 : letters.indexOf(letter) + 1)
  return { kinds, width: rows[0]!.length, height: rows.length, ...regionsOf(kinds, rows[0]!.length, rows.length) }
}
/** The labels as rows of the picture, with 0 as a dot. */
const rowsOf = (labels: ArrayLike<number>, width: number) => Array.from({ length: labels.length / width }, (_, y) => Array.from({ length: width }, (_, x) => labels[y * width + x] || '.').join(''))
const box = ({ left, top, right, bottom, area }: Region) => ({ left, top, right, bottom, area })

describe('the regions of a picture', () => {
  test('do not exist without ink', () => {
    expect(pictureOf('...', '...').regions).toEqual([])
    expect(regionsOf([], 0, 0)).toEqual({ regions: [], labels: new Int32Array(0) })
  })

  test.each([
    ['the first pixel', ['a..', '...'], { left: 0, top: 0, right: 0, bottom: 0, area: 1 }],
    ['the last pixel', ['...', '..a'], { left: 2, top: 1, right: 2, bottom: 1, area: 1 }],
    ['all of it', ['aa', 'aa', 'aa'], { left: 0, top: 0, right: 1, bottom: 2, area: 6 }],
    ['a hook that comes back to the left below', ['..a.', '...a', 'aaa.'], { left: 0, top: 0, right: 3, bottom: 2, area: 5 }],
    ['a hook that goes up again', ['a...', 'a..a', 'aaaa'], { left: 0, top: 0, right: 3, bottom: 2, area: 7 }],
  ])('may be %s', (_, rows, expected) => {
    const { regions } = pictureOf(...rows)
    expect(regions.map(box)).toEqual([expected])
    expect([widthOf(regions[0]!), heightOf(regions[0]!), longestOf(regions[0]!)]).toEqual([expected.right - expected.left + 1, expected.bottom - expected.top + 1, Math.max(expected.right - expected.left, expected.bottom - expected.top) + 1])
  })

  test('are connected through corners, in all eight directions', () => {
    for (const [dx, dy] of [[1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]] as const) {
      const kinds = new Uint8Array(25)
      kinds[12] = kinds[12 + dy * 5 + dx] = 1
      expect(regionsOf(kinds, 5, 5).regions.map(({ area }) => area)).toEqual([2])
      kinds[12 + dy * 5 + dx] = 0
      kinds[12 + dy * 10 + dx * 2] = 1
      expect(regionsOf(kinds, 5, 5).regions.map(({ area }) => area)).toEqual([1, 1])
    }
  })

  test('are not connected from the end of one row to the start of the next', () => {
    expect(pictureOf('..a', 'a..', '...').regions).toHaveLength(2)
    expect(pictureOf('...a', '....', 'a...').regions).toHaveLength(2)
  })

  test('are numbered row by row, and each is of one kind, even where two kinds touch', () => {
    const { regions, labels, width } = pictureOf('.a.bb', 'a..bb', '.cc..', '.caa.')
    expect(rowsOf(labels, width)).toEqual(['.1.22', '1..22', '.33..', '.344.'])
    expect(regions.map(({ label, kind, area }) => [label, kind, area])).toEqual([[1, 1, 2], [2, 2, 4], [3, 3, 3], [4, 1, 2]])
  })
})

describe('the area that a region encloses', () => {
  const enclosed = (n: number, ...rows: readonly string[]) => {
    const { regions, labels, width } = pictureOf(...rows)
    const { mask, area } = enclosedBy(regions[n]!, labels, width)
    return { rows: rowsOf(mask, width), area }
  }

  test('is whatever has no path to the outside, with anything inside of it', () => {
    expect(enclosed(0, '.......', '.aaaaa.', '.a...a.', '.a.b.a.', '.aaaaa.', 'cc.....')).toEqual({ rows: ['.......', '.......', '..111..', '..111..', '.......', '.......'], area: 6 })
  })

  test('is empty when there is a gap on any side', () => {
    for (const rows of [['aa.aa', 'a...a', 'a...a', 'aaaaa'], ['aaaaa', 'a...a', 'a...a', 'aa.aa'], ['aaaaa', '....a', 'a...a', 'aaaaa'], ['aaaaa', 'a...a', 'a....', 'aaaaa']])
      expect(enclosed(0, ...rows).area, rows.join('/')).toBe(0)
  })

  test('stays enclosed when only a corner is open: a path crosses sides, not corners', () => {
    expect(enclosed(0, '.aaa.', 'a...a', 'a...a', '.aaa.')).toEqual({ rows: ['.....', '.111.', '.111.', '.....'], area: 6 })
  })

  test('includes all holes', () => {
    expect(enclosed(0, 'aaa', 'a.a', 'aaa', 'a.a', 'aaa').area).toBe(2)
  })

  test('is not closed when a winding path leads out', () => {
    expect(enclosed(0, 'aaaaaa', 'a....a', 'a.aaaa', 'a.a..a', 'a.aa.a', 'a....a', 'aaaa.a')).toEqual({ rows: Array<string>(7).fill('......'), area: 0 })
  })

  test('is empty for a region without holes, and for one that touches the picture’s edge', () => {
    expect(enclosed(0, 'aa', 'aa').area).toBe(0)
    expect(enclosed(0, 'a..', 'a..', 'aaa').area).toBe(0)
  })
})

describe('the bounding box', () => {
  const bounds = (...rows: readonly string[]) => boundsOf(Uint8Array.from(rows.join(''), letter => Number(letter === '1')), rows[0]!.length, rows.length)

  test.each([
    [['111', '111'], { left: 0, top: 0, width: 3, height: 2 }],
    [['....', '..1.', '....'], { left: 2, top: 1, width: 1, height: 1 }],
    [['...1.', '.....', '.1...', '.....'], { left: 1, top: 0, width: 3, height: 3 }],
    [['.....', '1....', '....1'], { left: 0, top: 1, width: 5, height: 2 }],
  ])('of %j', (rows, expected) => {
    expect(bounds(...rows)).toEqual(expected)
  })

  test('is null for an empty picture', () => {
    expect([bounds('...', '...'), boundsOf([], 0, 0)]).toEqual([null, null])
  })

  test('ignores values up to the limit', () => {
    expect(boundsOf([0.1, 0.2, 0.3, 0.1, 0.5, 0.2], 3, 2, 0.2)).toEqual({ left: 1, top: 0, width: 2, height: 2 })
  })
})
