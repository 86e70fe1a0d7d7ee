import { madd, storeFirst } from './madd'

// C (I,J) = A (I,K) · B (K,J), A and B turned or not. B is copied first into panels of eight columns, K × 8 numbers one
// after the other and filled up with zeros: a panel stays in the first cache while all rows of A pass by.
// A tile of C, 4 × 8, lives in eight of sixteen registers; two more hold a row of the panel, one a number of A. Larger
// tiles (5 × 8, 6 × 8, 4 × 12, 3 × 16) and unrolled loops reach half of its speed or less: V8 spills them.

const columns = 8
const rows = 4

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
      turn(at, source, columnStep)
      turn(at + 16, source + 4 * columnStep, columnStep)
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

/** A square of 4 × 4 numbers, rows to columns. */
// @ts-ignore: decorator
@inline
function turn(at: usize, source: usize, step: usize): void {
  const a = v128.load(source)
  const b = v128.load(source + step)
  const c = v128.load(source + 2 * step)
  const d = v128.load(source + 3 * step)
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(at, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
  v128.store(at + columns * 4, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7))
  v128.store(at + 2 * columns * 4, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5))
  v128.store(at + 3 * columns * 4, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7))
}

/**
 * C = A · panels, for a range of C's rows.
 * @param aRow bytes from A[i,k] to A[i+1,k] @param aColumn bytes from A[i,k] to A[i,k+1]: one of them is 4
 */
export function multiply(c: usize, a: usize, panels: usize, K: i32, J: i32, aRow: usize, aColumn: usize, fromRow: i32, toRow: i32): void {
  const all = (J + columns - 1) / columns
  for (let panel = 0; panel < all; panel++) {
    const j = panel * columns
    const b = panels + <usize>(panel * K * columns) * 4
    const width = min(columns, J - j)
    for (let i = fromRow; i < toRow; i += rows) {
      const at = c + (<usize>i * <usize>J + <usize>j) * 4
      const height = min(rows, toRow - i)
      if (aColumn == 4) tileRows(at, a + <usize>i * aRow, b, K, J, aRow, width, height)
      else tileColumns(at, a + <usize>i * 4, b, K, J, aColumn, width, height)
    }
  }
}

/** A's rows lie in memory side by side: four pointers run along them. Missing rows read the last one again. */
function tileRows(c: usize, a: usize, b: usize, K: i32, J: i32, aRow: usize, width: i32, height: i32): void {
  const a1 = height > 1 ? a + aRow : a
  const a2 = height > 2 ? a1 + aRow : a1
  const a3 = height > 3 ? a2 + aRow : a2
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00
  const end = <usize>K * 4
  for (let p: usize = 0; p < end; p += 4) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load32_splat(a + p)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    x = v128.load32_splat(a1 + p)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    x = v128.load32_splat(a2 + p)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    x = v128.load32_splat(a3 + p)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    b += columns * 4
  }
  const row = <usize>J * 4
  put(c, c00, c01, width)
  if (height > 1) put(c + row, c10, c11, width)
  if (height > 2) put(c + 2 * row, c20, c21, width)
  if (height > 3) put(c + 3 * row, c30, c31, width)
}

/** A is turned: four numbers lie side by side, the next ones a row further. Missing ones read the last one again. */
function tileColumns(c: usize, a: usize, b: usize, K: i32, J: i32, aColumn: usize, width: i32, height: i32): void {
  const o1: usize = height > 1 ? 4 : 0
  const o2: usize = height > 2 ? 8 : o1
  const o3: usize = height > 3 ? 12 : o2
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00
  for (let k = 0; k < K; k++) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load32_splat(a)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    x = v128.load32_splat(a + o1)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    x = v128.load32_splat(a + o2)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    x = v128.load32_splat(a + o3)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    b += columns * 4
    a += aColumn
  }
  const row = <usize>J * 4
  put(c, c00, c01, width)
  if (height > 1) put(c + row, c10, c11, width)
  if (height > 2) put(c + 2 * row, c20, c21, width)
  if (height > 3) put(c + 3 * row, c30, c31, width)
}

// @ts-ignore: decorator
@inline
function put(at: usize, left: v128, right: v128, width: i32): void {
  if (width == columns) {
    v128.store(at, left)
    v128.store(at, right, 16)
    return
  }
  if (width < 4) return storeFirst(at, left, width)
  v128.store(at, left)
  if (width > 4) storeFirst(at + 16, right, width - 4)
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
