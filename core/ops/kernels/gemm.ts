import { madd, storeFirst } from './madd'

// C (I,J) = A (I,K) · B (K,J), A and B turned or not. Both are copied first: B into panels of eight columns, K × 8 numbers
// one after the other, A into panels of six rows, K × 6; what is missing at the edge is 0. A panel of B stays in the first
// cache while all panels of A pass by.
// A tile of C, 6 × 8, lives in twelve of the fifteen registers that V8 hands out; two more hold a row of B's panel, one
// a number of A. It reaches 98 % of the machine's limit, 4 × 8 only 89 %: eight sums are too few to wait for. Larger
// tiles, a pointer for each row of A, unrolling, or a branch behind the loop make V8 spill, and half of the speed is left.

const columns = 8
const rows = 6
const tileBytes = rows * columns * 4

/** Bytes that the panels of B take: one for every eight columns or part of them. */
export function panelBytes(K: i32, J: i32): i32 {
  return ((J + columns - 1) / columns) * K * columns * 4
}

/**
 * Copies columns of B into panels.
 * @param rowStep bytes from B[k,j] to B[k+1,j] @param columnStep bytes from B[k,j] to B[k,j+1]
 * @param from first panel @param to one behind the last
 */
export function pack(panels: usize, b: usize, K: i32, J: i32, rowStep: usize, columnStep: usize, from: i32, to: i32): void {
  for (let panel = from; panel < to; panel++) {
    const j = panel * columns
    let at = panels + <usize>(panel * K * columns) * 4
    let source = b + <usize>j * columnStep
    if (J - j >= columns) {
      if (columnStep == 4) packRows(at, source, K, rowStep)
      else packColumns(at, source, K, rowStep, columnStep)
      continue
    }
    const width = J - j
    for (let k = 0; k < K; k++) {
      v128.store(at, f32x4.splat(0))
      v128.store(at, f32x4.splat(0), 16)
      for (let c = 0; c < width; c++) store<f32>(at + <usize>c * 4, load<f32>(source + <usize>c * columnStep))
      at += columns * 4
      source += rowStep
    }
  }
}

/** Eight numbers of each row lie side by side. */
// @ts-ignore: decorator
@inline
function packRows(at: usize, source: usize, K: i32, rowStep: usize): void {
  for (let k = 0; k < K; k++) {
    v128.store(at, v128.load(source))
    v128.store(at, v128.load(source, 16), 16)
    at += columns * 4
    source += rowStep
  }
}

/** Eight columns, each lying side by side: turned four by four. */
// @ts-ignore: decorator
@inline
function packColumns(at: usize, source: usize, K: i32, rowStep: usize, columnStep: usize): void {
  if (rowStep == 4) {
    const fours = K & ~3
    let k = 0
    for (; k < fours; k += 4) {
      turn(at, source, columnStep, columns * 4)
      turn(at + 16, source + 4 * columnStep, columnStep, columns * 4)
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
 * @param panels of B, and `rowBytes` behind them
 * @param aRow bytes from A[i,k] to A[i+1,k] @param aColumn bytes from A[i,k] to A[i,k+1]: one of them is 4
 */
export function multiply(c: usize, a: usize, panels: usize, K: i32, J: i32, aRow: usize, aColumn: usize, fromRow: i32, toRow: i32): void {
  const all = (J + columns - 1) / columns
  const panelOfA = <usize>(K * rows * 4 + tileBytes)
  const sixes = panels + <usize>panelBytes(K, J) + <usize>(fromRow / rows) * panelOfA
  const row = <usize>J * 4
  let six = sixes
  for (let i = fromRow; i < toRow; i += rows) {
    packRowsOfA(six, a + <usize>i * aRow, K, aRow, aColumn, min(rows, toRow - i))
    six += panelOfA
  }
  for (let panel = 0; panel < all; panel++) {
    const j = panel * columns
    const b = panels + <usize>(panel * K * columns) * 4
    const width = min(columns, J - j)
    six = sixes
    for (let i = fromRow; i < toRow; i += rows) {
      const at = c + <usize>i * row + <usize>j * 4
      const height = min(rows, toRow - i)
      if (width == columns && height == rows) tile(at, six, b, K, row)
      else {
        const whole = six + panelOfA - tileBytes
        tile(whole, six, b, K, columns * 4)
        for (let r = 0; r < height; r++) put(at + <usize>r * row, whole + <usize>r * columns * 4, width)
      }
      six += panelOfA
    }
  }
}

/** Six rows of C, eight columns. An export, which keeps the compiler from putting it where V8 would run out of registers. */
export function tile(c: usize, a: usize, b: usize, K: i32, row: usize): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00
  const end = b + <usize>K * (columns * 4)
  while (b < end) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load32_splat(a)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    x = v128.load32_splat(a, 4)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    x = v128.load32_splat(a, 8)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    x = v128.load32_splat(a, 12)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    x = v128.load32_splat(a, 16)
    c40 = madd(x, b0, c40)
    c41 = madd(x, b1, c41)
    x = v128.load32_splat(a, 20)
    c50 = madd(x, b0, c50)
    c51 = madd(x, b1, c51)
    a += rows * 4
    b += columns * 4
  }
  v128.store(c, c00)
  v128.store(c, c01, 16)
  c += row
  v128.store(c, c10)
  v128.store(c, c11, 16)
  c += row
  v128.store(c, c20)
  v128.store(c, c21, 16)
  c += row
  v128.store(c, c30)
  v128.store(c, c31, 16)
  c += row
  v128.store(c, c40)
  v128.store(c, c41, 16)
  c += row
  v128.store(c, c50)
  v128.store(c, c51, 16)
}

/** What of a tile's row belongs to C. */
// @ts-ignore: decorator
@inline
function put(at: usize, from: usize, width: i32): void {
  const left = v128.load(from)
  const right = v128.load(from, 16)
  if (width < 4) return storeFirst(at, left, width)
  v128.store(at, left)
  if (width == columns) v128.store(at, right, 16)
  else if (width > 4) storeFirst(at + 16, right, width - 4)
}

/** The machine's limit: multiply-adds on registers alone, 24 in a round. @returns a number that keeps them from being left out */
export function peak(rounds: i32): f32 {
  const x = f32x4.splat(1.0000001), y = f32x4.splat(1e-7)
  let c0 = y, c1 = y, c2 = y, c3 = y, c4 = y, c5 = y, c6 = y, c7 = y, c8 = y, c9 = y, c10 = y, c11 = y
  for (let i = 0; i < rounds; i++) {
    c0 = madd(x, y, c0)
    c1 = madd(x, y, c1)
    c2 = madd(x, y, c2)
    c3 = madd(x, y, c3)
    c4 = madd(x, y, c4)
    c5 = madd(x, y, c5)
    c6 = madd(x, y, c6)
    c7 = madd(x, y, c7)
    c8 = madd(x, y, c8)
    c9 = madd(x, y, c9)
    c10 = madd(x, y, c10)
    c11 = madd(x, y, c11)
    c0 = madd(x, y, c0)
    c1 = madd(x, y, c1)
    c2 = madd(x, y, c2)
    c3 = madd(x, y, c3)
    c4 = madd(x, y, c4)
    c5 = madd(x, y, c5)
    c6 = madd(x, y, c6)
    c7 = madd(x, y, c7)
    c8 = madd(x, y, c8)
    c9 = madd(x, y, c9)
    c10 = madd(x, y, c10)
    c11 = madd(x, y, c11)
  }
  const a = f32x4.add(f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)), f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7)))
  const b = f32x4.add(a, f32x4.add(f32x4.add(c8, c9), f32x4.add(c10, c11)))
  return f32x4.extract_lane(b, 0) + f32x4.extract_lane(b, 1) + f32x4.extract_lane(b, 2) + f32x4.extract_lane(b, 3)
}
