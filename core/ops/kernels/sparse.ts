import { madd, storeFirst } from './madd'

// A sparse matrix keeps the numbers of each row that are not 0, row after row: `starts` (u32) says where a row begins,
// `columns` (u16) and `values` (f32) what stands there. A mini-batch is a list of rows. Work goes by blocks of up to 28
// output columns: seven registers hold them (with eight V8 spills, and takes twice as long), and the part of W that a
// block needs stays in the second cache.

const block = 7

/** Blocks that M output columns make. */
export function blocks(M: i32): i32 {
  return (M + block * 4 - 1) / (block * 4)
}

/** y (N,M) = rows of the sparse matrix · w (D,M), for a range of rows. */
export function gather(y: usize, w: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, fromRow: i32, toRow: i32): void {
  const all = blocks(M)
  for (let n = fromRow; n < toRow; n++) fetch(starts, columns, values, load<u32>(list + <usize>n * 4))
  for (let b = 0; b < all; b++) {
    const m = b * block * 4
    const width = min(block * 4, M - m)
    const vectors = (width + 3) / 4
    const tail = width & 3
    const at = <usize>m * 4
    switch (vectors) {
      case 7: gather7(y + at, w + at, starts, columns, values, list, M, fromRow, toRow, tail); break
      case 6: gather6(y + at, w + at, starts, columns, values, list, M, fromRow, toRow, tail); break
      case 5: gather5(y + at, w + at, starts, columns, values, list, M, fromRow, toRow, tail); break
      case 4: gather4(y + at, w + at, starts, columns, values, list, M, fromRow, toRow, tail); break
      case 3: gather3(y + at, w + at, starts, columns, values, list, M, fromRow, toRow, tail); break
      case 2: gather2(y + at, w + at, starts, columns, values, list, M, fromRow, toRow, tail); break
      default: gather1(y + at, w + at, starts, columns, values, list, M, fromRow, toRow, tail)
    }
  }
}

/** Makes a row's numbers come from memory: they stand anywhere in a large dataset, and all rows of a batch can be waited for at once. */
// @ts-ignore: decorator
@inline
function fetch(starts: usize, columns: usize, values: usize, row: u32): void {
  const from = <usize>load<u32>(starts + <usize>row * 4)
  const to = <usize>load<u32>(starts + <usize>row * 4, 4)
  let touched = 0
  for (let p = values + from * 4; p < values + to * 4; p += 64) touched |= load<u8>(p)
  for (let p = columns + from * 2; p < columns + to * 2; p += 64) touched |= load<u8>(p)
  sink = touched
}
let sink = 0

// One loop for each number of registers, each in a function of its own, or else V8 runs out of them: hence the exports,
// which keep the compiler from putting them back together.
export function gather1(y: usize, w: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, fromRow: i32, toRow: i32, tail: i32): void { gatherRows(1, y, w, starts, columns, values, list, M, fromRow, toRow, tail) }
export function gather2(y: usize, w: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, fromRow: i32, toRow: i32, tail: i32): void { gatherRows(2, y, w, starts, columns, values, list, M, fromRow, toRow, tail) }
export function gather3(y: usize, w: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, fromRow: i32, toRow: i32, tail: i32): void { gatherRows(3, y, w, starts, columns, values, list, M, fromRow, toRow, tail) }
export function gather4(y: usize, w: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, fromRow: i32, toRow: i32, tail: i32): void { gatherRows(4, y, w, starts, columns, values, list, M, fromRow, toRow, tail) }
export function gather5(y: usize, w: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, fromRow: i32, toRow: i32, tail: i32): void { gatherRows(5, y, w, starts, columns, values, list, M, fromRow, toRow, tail) }
export function gather6(y: usize, w: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, fromRow: i32, toRow: i32, tail: i32): void { gatherRows(6, y, w, starts, columns, values, list, M, fromRow, toRow, tail) }
export function gather7(y: usize, w: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, fromRow: i32, toRow: i32, tail: i32): void { gatherRows(7, y, w, starts, columns, values, list, M, fromRow, toRow, tail) }

// @ts-ignore: decorator
@inline
function gatherRows(vectors: i32, y: usize, w: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, fromRow: i32, toRow: i32, tail: i32): void {
  for (let n = fromRow; n < toRow; n++) {
    const row = load<u32>(list + <usize>n * 4)
    const from = load<u32>(starts + <usize>row * 4)
    const to = load<u32>(starts + <usize>row * 4, 4)
    gatherRow(vectors, y + <usize>n * <usize>M * 4, w, columns, values, from, to, M, tail)
  }
}

// @ts-ignore: decorator
@inline
function gatherRow(vectors: i32, y: usize, w: usize, columns: usize, values: usize, from: u32, to: u32, M: i32, tail: i32): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0
  const step = <usize>M * 4
  let column = columns + <usize>from * 2
  const end = columns + <usize>to * 2
  let value = values + <usize>from * 4
  for (; column < end; column += 2) {
    const v = v128.load32_splat(value)
    const row = w + <usize>load<u16>(column) * step
    c0 = madd(v, v128.load(row), c0)
    if (vectors > 1) c1 = madd(v, v128.load(row, 16), c1)
    if (vectors > 2) c2 = madd(v, v128.load(row, 32), c2)
    if (vectors > 3) c3 = madd(v, v128.load(row, 48), c3)
    if (vectors > 4) c4 = madd(v, v128.load(row, 64), c4)
    if (vectors > 5) c5 = madd(v, v128.load(row, 80), c5)
    if (vectors > 6) c6 = madd(v, v128.load(row, 96), c6)
    value += 4
  }
  put(y, c0, vectors == 1 ? tail : 0)
  if (vectors > 1) put(y + 16, c1, vectors == 2 ? tail : 0)
  if (vectors > 2) put(y + 32, c2, vectors == 3 ? tail : 0)
  if (vectors > 3) put(y + 48, c3, vectors == 4 ? tail : 0)
  if (vectors > 4) put(y + 64, c4, vectors == 5 ? tail : 0)
  if (vectors > 5) put(y + 80, c5, vectors == 6 ? tail : 0)
  if (vectors > 6) put(y + 96, c6, vectors == 7 ? tail : 0)
}

// @ts-ignore: decorator
@inline
function put(at: usize, x: v128, tail: i32): void {
  if (tail == 0) v128.store(at, x)
  else storeFirst(at, x, tail)
}

/**
 * dw (D,M) = rows of the sparse matrix, turned · dy (N,M), for a range of blocks. Rows come in their order, so that the
 * result does not depend on how many threads share the blocks.
 */
export function scatter(dw: usize, dy: usize, starts: usize, columns: usize, values: usize, list: usize, D: i32, M: i32, N: i32, fromBlock: i32, toBlock: i32): void {
  for (let b = fromBlock; b < toBlock; b++) {
    const m = b * block * 4
    const width = min(block * 4, M - m)
    const at = <usize>m * 4
    clear(dw + at, D, M, width)
    const vectors = (width + 3) / 4
    const tail = width & 3
    switch (vectors) {
      case 7: scatter7(dw + at, dy + at, starts, columns, values, list, M, N, tail); break
      case 6: scatter6(dw + at, dy + at, starts, columns, values, list, M, N, tail); break
      case 5: scatter5(dw + at, dy + at, starts, columns, values, list, M, N, tail); break
      case 4: scatter4(dw + at, dy + at, starts, columns, values, list, M, N, tail); break
      case 3: scatter3(dw + at, dy + at, starts, columns, values, list, M, N, tail); break
      case 2: scatter2(dw + at, dy + at, starts, columns, values, list, M, N, tail); break
      default: scatter1(dw + at, dy + at, starts, columns, values, list, M, N, tail)
    }
  }
}

export function scatter1(dw: usize, dy: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, N: i32, tail: i32): void { scatterRows(1, dw, dy, starts, columns, values, list, M, N, tail) }
export function scatter2(dw: usize, dy: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, N: i32, tail: i32): void { scatterRows(2, dw, dy, starts, columns, values, list, M, N, tail) }
export function scatter3(dw: usize, dy: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, N: i32, tail: i32): void { scatterRows(3, dw, dy, starts, columns, values, list, M, N, tail) }
export function scatter4(dw: usize, dy: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, N: i32, tail: i32): void { scatterRows(4, dw, dy, starts, columns, values, list, M, N, tail) }
export function scatter5(dw: usize, dy: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, N: i32, tail: i32): void { scatterRows(5, dw, dy, starts, columns, values, list, M, N, tail) }
export function scatter6(dw: usize, dy: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, N: i32, tail: i32): void { scatterRows(6, dw, dy, starts, columns, values, list, M, N, tail) }
export function scatter7(dw: usize, dy: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, N: i32, tail: i32): void { scatterRows(7, dw, dy, starts, columns, values, list, M, N, tail) }

/** A call for each row would take longer than writing it. */
function clear(dw: usize, D: i32, M: i32, width: i32): void {
  if (width == M) return memory.fill(dw, 0, <usize>D * <usize>M * 4)
  const zero = f32x4.splat(0)
  const whole = dw + <usize>(width & ~3) * 4
  for (let d = 0; d < D; d++) {
    const row = <usize>d * <usize>M * 4
    for (let at = dw + row; at < whole + row; at += 16) v128.store(at, zero)
    for (let m = width & ~3; m < width; m++) store<f32>(dw + row + <usize>m * 4, 0)
  }
}

// @ts-ignore: decorator
@inline
function scatterRows(vectors: i32, dw: usize, dy: usize, starts: usize, columns: usize, values: usize, list: usize, M: i32, N: i32, tail: i32): void {
  for (let n = 0; n < N; n++) {
    const row = load<u32>(list + <usize>n * 4)
    const from = load<u32>(starts + <usize>row * 4)
    const to = load<u32>(starts + <usize>row * 4, 4)
    scatterRow(vectors, dw, dy + <usize>n * <usize>M * 4, columns, values, from, to, M, tail)
  }
}

// @ts-ignore: decorator
@inline
function scatterRow(vectors: i32, dw: usize, dy: usize, columns: usize, values: usize, from: u32, to: u32, M: i32, tail: i32): void {
  const d0 = last(dy, vectors == 1 ? tail : 0)
  const d1 = vectors > 1 ? last(dy + 16, vectors == 2 ? tail : 0) : d0
  const d2 = vectors > 2 ? last(dy + 32, vectors == 3 ? tail : 0) : d0
  const d3 = vectors > 3 ? last(dy + 48, vectors == 4 ? tail : 0) : d0
  const d4 = vectors > 4 ? last(dy + 64, vectors == 5 ? tail : 0) : d0
  const d5 = vectors > 5 ? last(dy + 80, vectors == 6 ? tail : 0) : d0
  const d6 = vectors > 6 ? last(dy + 96, vectors == 7 ? tail : 0) : d0
  const step = <usize>M * 4
  let column = columns + <usize>from * 2
  const end = columns + <usize>to * 2
  let value = values + <usize>from * 4
  for (; column < end; column += 2) {
    const v = v128.load32_splat(value)
    const row = dw + <usize>load<u16>(column) * step
    add(row, v, d0, vectors == 1 ? tail : 0)
    if (vectors > 1) add(row + 16, v, d1, vectors == 2 ? tail : 0)
    if (vectors > 2) add(row + 32, v, d2, vectors == 3 ? tail : 0)
    if (vectors > 3) add(row + 48, v, d3, vectors == 4 ? tail : 0)
    if (vectors > 4) add(row + 64, v, d4, vectors == 5 ? tail : 0)
    if (vectors > 5) add(row + 80, v, d5, vectors == 6 ? tail : 0)
    if (vectors > 6) add(row + 96, v, d6, vectors == 7 ? tail : 0)
    value += 4
  }
}

/** Behind a row's end another one begins, whose numbers are none of ours. */
// @ts-ignore: decorator
@inline
function last(at: usize, tail: i32): v128 {
  const x = v128.load(at)
  if (tail == 0) return x
  return v128.and(x, tail == 1 ? i32x4(-1, 0, 0, 0) : tail == 2 ? i32x4(-1, -1, 0, 0) : i32x4(-1, -1, -1, 0))
}

/** Lanes of zeros add nothing to the next row's numbers; at the very end of dw only what is ours is written. */
// @ts-ignore: decorator
@inline
function add(at: usize, v: v128, d: v128, tail: i32): void {
  const sum = madd(v, d, v128.load(at))
  if (tail == 0) v128.store(at, sum)
  else storeFirst(at, sum, tail)
}
