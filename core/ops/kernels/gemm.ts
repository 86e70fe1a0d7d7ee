import { madd, storeFirst } from './madd'

// C (I,J) = A (I,K) · B (K,J), A and B turned or not. Both are copied first: B into panels of eight columns, K × 8 numbers
// one after the other, A into panels of six rows, K × 6; what is missing at the edge is 0. A panel of B stays in the first
// cache while all panels of A pass by.
// A tile of C, 6 × 8, lives in twelve of the fifteen registers that V8 hands out; two more hold a row of B's panel, one
// a number of A. It reaches 98 % of the machine's limit, 4 × 8 only 89 %: eight sums are too few to wait for. Larger
// tiles, a pointer for each row of A, unrolling, or a branch behind the loop make V8 spill, and half of the speed is left.
// In the wide module each pair of neighbours becomes one register of eight lanes: panels of sixteen columns, tiles of 6 × 16.

const columns = WIDE ? 16 : 8
const rows = 6
const tileBytes = rows * columns * 4

/** Bytes that the panels of B take. */
export function panelBytes(K: i32, J: i32): i32 {
  return panels(J) * K * columns * 4
}

/** Panels of B: one for every so many columns or part of them. */
export function panels(J: i32): i32 {
  return (J + columns - 1) / columns
}

/**
 * Copies columns of B into panels.
 * @param rowStep bytes from B[k,j] to B[k+1,j] @param columnStep bytes from B[k,j] to B[k,j+1]
 * @param from first panel @param to one behind the last
 */
export function pack(packed: usize, b: usize, K: i32, J: i32, rowStep: usize, columnStep: usize, from: i32, to: i32): void {
  for (let panel = from; panel < to; panel++) {
    const j = panel * columns
    let at = packed + <usize>(panel * K * columns) * 4
    let source = b + <usize>j * columnStep
    if (J - j >= columns) {
      if (columnStep == 4) packRows(at, source, K, rowStep)
      else packColumns(at, source, K, rowStep, columnStep)
      continue
    }
    const width = J - j
    for (let k = 0; k < K; k++) {
      for (let c = 0; c < columns; c += 4) v128.store(at + <usize>c * 4, f32x4.splat(0))
      for (let c = 0; c < width; c++) store<f32>(at + <usize>c * 4, load<f32>(source + <usize>c * columnStep))
      at += columns * 4
      source += rowStep
    }
  }
}

/** A panel's numbers of each row lie side by side. */
// @ts-ignore: decorator
@inline
function packRows(at: usize, source: usize, K: i32, rowStep: usize): void {
  for (let k = 0; k < K; k++) {
    v128.store(at, v128.load(source))
    v128.store(at, v128.load(source, 16), 16)
    if (WIDE) {
      v128.store(at, v128.load(source, 32), 32)
      v128.store(at, v128.load(source, 48), 48)
    }
    at += columns * 4
    source += rowStep
  }
}

/** A panel's columns, each lying side by side: turned four by four. */
// @ts-ignore: decorator
@inline
function packColumns(at: usize, source: usize, K: i32, rowStep: usize, columnStep: usize): void {
  if (rowStep == 4) {
    const fours = K & ~3
    let k = 0
    for (; k < fours; k += 4) {
      for (let c = 0; c < columns; c += 4) turn(at + <usize>c * 4, source + <usize>c * columnStep, columnStep, columns * 4)
      at += 4 * columns * 4
      source += 16
    }
    for (; k < K; k++) {
      for (let c = 0; c < columns; c++) store<f32>(at + <usize>c * 4, load<f32>(source + <usize>c * columnStep))
      at += columns * 4
      source += 4
    }
    return
  }
  for (let k = 0; k < K; k++) {
    for (let c = 0; c < columns; c++) store<f32>(at + <usize>c * 4, load<f32>(source + <usize>c * columnStep))
    at += columns * 4
    source += rowStep
  }
}

/** A square of 4 × 4 numbers, rows to columns. @param to bytes from one of these to the next */
// @ts-ignore: decorator
@inline
function turn(at: usize, source: usize, step: usize, to: usize): void {
  const a = v128.load(source)
  const b = v128.load(source + step)
  const c = v128.load(source + 2 * step)
  const d = v128.load(source + 3 * step)
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(at, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
  v128.store(at + to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7))
  v128.store(at + 2 * to, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5))
  v128.store(at + 3 * to, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7))
}

/** Bytes that the panels of A take, behind those of B, each with room for a tile. */
export function rowBytes(I: i32, K: i32): i32 {
  return ((I + rows - 1) / rows) * (K * rows * 4 + tileBytes)
}

/** Six rows of A, or fewer at its end. */
function packRowsOfA(at: usize, a: usize, K: i32, aRow: usize, aColumn: usize, height: i32): void {
  if (height < rows) packFew(at, a, K, aRow, aColumn, height)
  else if (aColumn == 4) packSix(at, a, K, aRow)
  else {
    for (let k = 0; k < K; k++) {
      v128.store(at, v128.load(a))
      store<u64>(at, load<u64>(a, 16), 16)
      at += rows * 4
      a += aColumn
    }
  }
}

/** Six rows, each lying side by side: turned, four numbers of each at a time. */
function packSix(at: usize, a: usize, K: i32, aRow: usize): void {
  const fours = K & ~3
  let k = 0
  for (; k < fours; k += 4) {
    turn(at, a, aRow, rows * 4)
    const e = v128.load(a + 4 * aRow)
    const f = v128.load(a + 5 * aRow)
    const ef = v128.shuffle<f32>(e, f, 0, 4, 1, 5)
    const EF = v128.shuffle<f32>(e, f, 2, 6, 3, 7)
    v128.store64_lane(at, ef, 0, 16)
    v128.store64_lane(at, ef, 1, 40)
    v128.store64_lane(at, EF, 0, 64)
    v128.store64_lane(at, EF, 1, 88)
    at += 4 * rows * 4
    a += 16
  }
  for (; k < K; k++) {
    for (let r = 0; r < rows; r++) store<f32>(at + <usize>r * 4, load<f32>(a + <usize>r * aRow))
    at += rows * 4
    a += 4
  }
}

function packFew(at: usize, a: usize, K: i32, aRow: usize, aColumn: usize, height: i32): void {
  for (let k = 0; k < K; k++) {
    v128.store(at, f32x4.splat(0))
    store<u64>(at, 0, 16)
    for (let r = 0; r < height; r++) store<f32>(at + <usize>r * 4, load<f32>(a + <usize>r * aRow))
    at += rows * 4
    a += aColumn
  }
}

/**
 * C = A · panels, for a range of C's rows that begins with a six.
 * @param b the panels of B, and `rowBytes` behind them
 * @param aRow bytes from A[i,k] to A[i+1,k] @param aColumn bytes from A[i,k] to A[i,k+1]: one of them is 4
 */
export function multiply(c: usize, a: usize, b: usize, K: i32, J: i32, aRow: usize, aColumn: usize, fromRow: i32, toRow: i32): void {
  const all = panels(J)
  const panelOfA = <usize>(K * rows * 4 + tileBytes)
  const sixes = b + <usize>panelBytes(K, J) + <usize>(fromRow / rows) * panelOfA
  const row = <usize>J * 4
  let six = sixes
  for (let i = fromRow; i < toRow; i += rows) {
    packRowsOfA(six, a + <usize>i * aRow, K, aRow, aColumn, min(rows, toRow - i))
    six += panelOfA
  }
  for (let panel = 0; panel < all; panel++) {
    const j = panel * columns
    const panelOfB = b + <usize>(panel * K * columns) * 4
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
      else { // an edge: the whole tile is put elsewhere first
        const whole = six + panelOfA - tileBytes
        if (narrow) half(whole, six, panelOfB, K, columns * 4)
        else tile(whole, six, panelOfB, K, columns * 4)
        for (let r = 0; r < height; r++) put(at + <usize>r * row, whole + <usize>r * columns * 4, width)
      }
      six += panelOfA
    }
  }
}

/** Six rows of C, a panel's columns. Exports, which keeps the compiler from putting it where V8 would run out of registers. */
export function tile(c: usize, a: usize, b: usize, K: i32, row: usize): void { sums(WIDE, c, a, b, K, row) }
/** The wide module's, where no more than eight of a panel's columns are left. */
export function half(c: usize, a: usize, b: usize, K: i32, row: usize): void { sums(0, c, a, b, K, row) }

// @ts-ignore: decorator
@inline
function sums(wide: i32, c: usize, a: usize, b: usize, K: i32, row: usize): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00
  // The wide module's other eight columns
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

/** What of a tile's row belongs to C. */
// @ts-ignore: decorator
@inline
function put(at: usize, from: usize, width: i32): void {
  let c = 0
  for (; c + 4 <= width; c += 4) v128.store(at + <usize>c * 4, v128.load(from + <usize>c * 4))
  if (c < width) storeFirst(at + <usize>c * 4, v128.load(from + <usize>c * 4), width - c)
}

/** The machine's limit: multiply-adds on registers alone, 24 in a round. */
export function peak(rounds: i32): void {
  const x = v128.load(corner), X = WIDE ? v128.load(corner, 16) : x
  let c0 = v128.load(corner, 0 * bytes), c1 = v128.load(corner, 1 * bytes), c2 = v128.load(corner, 2 * bytes), c3 = v128.load(corner, 3 * bytes), c4 = v128.load(corner, 4 * bytes), c5 = v128.load(corner, 5 * bytes), c6 = v128.load(corner, 6 * bytes), c7 = v128.load(corner, 7 * bytes), c8 = v128.load(corner, 8 * bytes), c9 = v128.load(corner, 9 * bytes), c10 = v128.load(corner, 10 * bytes), c11 = v128.load(corner, 11 * bytes)
  // The wide module’s other halves
  let d0 = WIDE ? v128.load(corner, 0 * bytes + 16) : x, d1 = WIDE ? v128.load(corner, 1 * bytes + 16) : x, d2 = WIDE ? v128.load(corner, 2 * bytes + 16) : x, d3 = WIDE ? v128.load(corner, 3 * bytes + 16) : x, d4 = WIDE ? v128.load(corner, 4 * bytes + 16) : x, d5 = WIDE ? v128.load(corner, 5 * bytes + 16) : x, d6 = WIDE ? v128.load(corner, 6 * bytes + 16) : x, d7 = WIDE ? v128.load(corner, 7 * bytes + 16) : x, d8 = WIDE ? v128.load(corner, 8 * bytes + 16) : x, d9 = WIDE ? v128.load(corner, 9 * bytes + 16) : x, d10 = WIDE ? v128.load(corner, 10 * bytes + 16) : x, d11 = WIDE ? v128.load(corner, 11 * bytes + 16) : x
  for (let i = 0; i < rounds; i++) {
    c0 = madd(x, x, c0)
    if (WIDE) d0 = madd(X, X, d0)
    c1 = madd(x, x, c1)
    if (WIDE) d1 = madd(X, X, d1)
    c2 = madd(x, x, c2)
    if (WIDE) d2 = madd(X, X, d2)
    c3 = madd(x, x, c3)
    if (WIDE) d3 = madd(X, X, d3)
    c4 = madd(x, x, c4)
    if (WIDE) d4 = madd(X, X, d4)
    c5 = madd(x, x, c5)
    if (WIDE) d5 = madd(X, X, d5)
    c6 = madd(x, x, c6)
    if (WIDE) d6 = madd(X, X, d6)
    c7 = madd(x, x, c7)
    if (WIDE) d7 = madd(X, X, d7)
    c8 = madd(x, x, c8)
    if (WIDE) d8 = madd(X, X, d8)
    c9 = madd(x, x, c9)
    if (WIDE) d9 = madd(X, X, d9)
    c10 = madd(x, x, c10)
    if (WIDE) d10 = madd(X, X, d10)
    c11 = madd(x, x, c11)
    if (WIDE) d11 = madd(X, X, d11)
    c0 = madd(x, x, c0)
    if (WIDE) d0 = madd(X, X, d0)
    c1 = madd(x, x, c1)
    if (WIDE) d1 = madd(X, X, d1)
    c2 = madd(x, x, c2)
    if (WIDE) d2 = madd(X, X, d2)
    c3 = madd(x, x, c3)
    if (WIDE) d3 = madd(X, X, d3)
    c4 = madd(x, x, c4)
    if (WIDE) d4 = madd(X, X, d4)
    c5 = madd(x, x, c5)
    if (WIDE) d5 = madd(X, X, d5)
    c6 = madd(x, x, c6)
    if (WIDE) d6 = madd(X, X, d6)
    c7 = madd(x, x, c7)
    if (WIDE) d7 = madd(X, X, d7)
    c8 = madd(x, x, c8)
    if (WIDE) d8 = madd(X, X, d8)
    c9 = madd(x, x, c9)
    if (WIDE) d9 = madd(X, X, d9)
    c10 = madd(x, x, c10)
    if (WIDE) d10 = madd(X, X, d10)
    c11 = madd(x, x, c11)
    if (WIDE) d11 = madd(X, X, d11)
  }
  v128.store(corner, c0, 0 * bytes)
  if (WIDE) v128.store(corner, d0, 0 * bytes + 16)
  v128.store(corner, c1, 1 * bytes)
  if (WIDE) v128.store(corner, d1, 1 * bytes + 16)
  v128.store(corner, c2, 2 * bytes)
  if (WIDE) v128.store(corner, d2, 2 * bytes + 16)
  v128.store(corner, c3, 3 * bytes)
  if (WIDE) v128.store(corner, d3, 3 * bytes + 16)
  v128.store(corner, c4, 4 * bytes)
  if (WIDE) v128.store(corner, d4, 4 * bytes + 16)
  v128.store(corner, c5, 5 * bytes)
  if (WIDE) v128.store(corner, d5, 5 * bytes + 16)
  v128.store(corner, c6, 6 * bytes)
  if (WIDE) v128.store(corner, d6, 6 * bytes + 16)
  v128.store(corner, c7, 7 * bytes)
  if (WIDE) v128.store(corner, d7, 7 * bytes + 16)
  v128.store(corner, c8, 8 * bytes)
  if (WIDE) v128.store(corner, d8, 8 * bytes + 16)
  v128.store(corner, c9, 9 * bytes)
  if (WIDE) v128.store(corner, d9, 9 * bytes + 16)
  v128.store(corner, c10, 10 * bytes)
  if (WIDE) v128.store(corner, d10, 10 * bytes + 16)
  v128.store(corner, c11, 11 * bytes)
  if (WIDE) v128.store(corner, d11, 11 * bytes + 16)
}
/** Where the sums come from and go to, or else they would be left out. */
const corner = memory.data(24 * 16, 16)
const bytes = WIDE ? 32 : 16
