import { storeFirst } from './lanes'
import { madd } from './madd'
import { columns, pack, packRowsOfA, panelCount, rows, tileBytes } from './panels'

// C (I,J) = A (I,K) · B (K,J), A and B transposed or not, both packed into panels. Each thread packs its own panels, in memory of
// its own: writing to cache lines that another core has read takes several times as long as packing twice.
// A tile of C, 6 × 8, uses twelve of the fifteen registers that V8 allocates; two more hold a row of B's panel, one an element
// of A. It reaches 98 % of peak, and 4 × 8 only 89 %: eight sums are too few to hide the latency. With larger tiles, a pointer
// per row of A, unrolling, or a branch after the loop, V8 spills registers, which halves the speed.
// In the wide module, two neighbouring vectors become one register of eight lanes: panels have 16 columns, tiles are 6 × 16.

/**
 * C = A · B, for a range of C's rows that begins at a multiple of six, or of its columns that begins at a panel.
 * @param panels memory for the threads' panels, one after the other @param panelBytes size of each thread's panels
 * @param transpose 0: none, 1: A is stored as (K,I), 2: B is stored as (J,K)
 * @param across 1: the range is of C's columns, 0: of its rows
 */
export function multiply(c: usize, a: usize, b: usize, panels: usize, panelBytes: usize, I: i32, K: i32, J: i32, transpose: i32, across: i32, from: i32, to: i32): void {
  const fromRow = across ? 0 : from
  const toRow = across ? I : to
  const fromPanel = across ? from / columns : 0
  const toPanel = panelCount(across ? to : J)
  const aRow = <usize>(transpose & 1 ? 4 : 4 * K)
  const aColumn = <usize>(transpose & 1 ? 4 * I : 4)
  const bRow = <usize>(transpose & 2 ? 4 : 4 * J)
  const bColumn = <usize>(transpose & 2 ? 4 * K : 4)
  const panelOfA = <usize>(K * rows * 4 + tileBytes)
  let panelOfB = panels + <usize>part * panelBytes
  const sixes = panelOfB + <usize>(toPanel - fromPanel) * <usize>(K * columns) * 4
  const row = <usize>J * 4
  pack(panelOfB, b, K, J, bRow, bColumn, fromPanel, toPanel)
  let six = sixes
  for (let i = fromRow; i < toRow; i += rows) {
    packRowsOfA(six, a + <usize>i * aRow, K, aRow, aColumn, min(rows, toRow - i))
    six += panelOfA
  }
  for (let panel = fromPanel; panel < toPanel; panel++) {
    const j = panel * columns
    const width = min(columns, J - j)
    six = sixes
    for (let i = fromRow; i < toRow; i += rows) {
      const at = c + <usize>i * row + <usize>j * 4
      const height = min(rows, toRow - i)
      const narrow = WIDE && width <= 8
      if (height == rows && width == (narrow ? 8 : columns)) {
        if (narrow) half(at, six, panelOfB, K, row)
        else tile(at, six, panelOfB, K, row)
      }
      else { // at C's edge, the tile is computed in a buffer, then cropped
        const whole = six + panelOfA - tileBytes
        if (narrow) half(whole, six, panelOfB, K, columns * 4)
        else tile(whole, six, panelOfB, K, columns * 4)
        for (let r = 0; r < height; r++) put(at + <usize>r * row, whole + <usize>r * columns * 4, width)
      }
      six += panelOfA
    }
    panelOfB += <usize>(K * columns) * 4
  }
}

/** This thread's index, set when the thread starts. */
// eslint-disable-next-line prefer-const -- set by the host
export let part = 0

/** A tile of C: six rows, a panel's columns. Exported so that the compiler does not inline it, which would make V8 spill registers. */
export function tile(c: usize, a: usize, b: usize, K: i32, row: usize): void { sums(WIDE, c, a, b, K, row) }
/** In the wide module: half a tile, if a panel has at most eight columns */
export function half(c: usize, a: usize, b: usize, K: i32, row: usize): void { sums(0, c, a, b, K, row) }

// @ts-ignore: decorator
@inline
function sums(wide: i32, c: usize, a: usize, b: usize, K: i32, row: usize): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00
  // the second vectors of the wide module
  let c02 = c00, c03 = c00, c12 = c00, c13 = c00, c22 = c00, c23 = c00
  let c32 = c00, c33 = c00, c42 = c00, c43 = c00, c52 = c00, c53 = c00
  const end = b + <usize>K * (columns * 4)
  while (b < end) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const b2 = wide ? v128.load(b, 32) : b0
    const b3 = wide ? v128.load(b, 48) : b1
    let x = v128.load32_splat(a)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    if (wide) {
      c02 = madd(x, b2, c02)
      c03 = madd(x, b3, c03)
    }
    x = v128.load32_splat(a, 4)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    if (wide) {
      c12 = madd(x, b2, c12)
      c13 = madd(x, b3, c13)
    }
    x = v128.load32_splat(a, 8)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    if (wide) {
      c22 = madd(x, b2, c22)
      c23 = madd(x, b3, c23)
    }
    x = v128.load32_splat(a, 12)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    if (wide) {
      c32 = madd(x, b2, c32)
      c33 = madd(x, b3, c33)
    }
    x = v128.load32_splat(a, 16)
    c40 = madd(x, b0, c40)
    c41 = madd(x, b1, c41)
    if (wide) {
      c42 = madd(x, b2, c42)
      c43 = madd(x, b3, c43)
    }
    x = v128.load32_splat(a, 20)
    c50 = madd(x, b0, c50)
    c51 = madd(x, b1, c51)
    if (wide) {
      c52 = madd(x, b2, c52)
      c53 = madd(x, b3, c53)
    }
    a += rows * 4
    b += columns * 4
  }
  putRow(wide, c, c00, c01, c02, c03)
  c += row
  putRow(wide, c, c10, c11, c12, c13)
  c += row
  putRow(wide, c, c20, c21, c22, c23)
  c += row
  putRow(wide, c, c30, c31, c32, c33)
  c += row
  putRow(wide, c, c40, c41, c42, c43)
  c += row
  putRow(wide, c, c50, c51, c52, c53)
}

// @ts-ignore: decorator
@inline
function putRow(wide: i32, c: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  v128.store(c, c0)
  v128.store(c, c1, 16)
  if (wide) {
    v128.store(c, c2, 32)
    v128.store(c, c3, 48)
  }
}

/** Copies the part of a tile's row that is inside C. */
// @ts-ignore: decorator
@inline
function put(at: usize, from: usize, width: i32): void {
  let c = 0
  for (; c + 4 <= width; c += 4) v128.store(at + <usize>c * 4, v128.load(from + <usize>c * 4))
  if (c < width) storeFirst(at + <usize>c * 4, v128.load(from + <usize>c * 4), width - c)
}
