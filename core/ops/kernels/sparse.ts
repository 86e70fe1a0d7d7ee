import { storeFirst } from './lanes'
import { madd } from './madd'

// Over 200 lines: the two sparse products, whose blocks are written out because AssemblyScript keeps no arrays in registers.
// A sparse matrix stores the nonzero numbers of each row, row after row; `starts` (u32) holds the start of each row's entries.
// An entry (u32) has the column in its upper half, and in its lower half an index into `table` (f32), such as a pixel's grey
// level: four bytes instead of six, since reading a mini-batch is memory-bound. A mini-batch is a list of row numbers. The
// output is computed in blocks of up to 52 columns, which take thirteen registers; one more holds the factor, and V8 has
// fifteen. In the wide module, two neighbouring vectors form a register: blocks of up to 104 columns.

const block = 13
const lanes = WIDE ? 8 : 4
const bytes = lanes * 4

/**
 * y (N,M) = rows of the sparse matrix · w (D,M), for a range of rows, or of columns that begins at a register.
 * @param tableStep bytes between the rows' tables; 0 if all rows share one
 * @param across 1: the range is of columns
 */
export function gather(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, N: i32, across: i32, from: i32, to: i32): void {
  const fromRow = across ? 0 : from
  const toRow = across ? N : to
  const fromColumn = across ? from : 0
  const toColumn = across ? to : M
  for (let n = fromRow; n < toRow; n++) fetch(starts, entries, load<u32>(list + <usize>n * 4))
  const all = (toColumn - fromColumn + lanes - 1) / lanes
  const parts = (all + block - 1) / block
  const part = (all + parts - 1) / parts * lanes
  for (let m = fromColumn; m < toColumn; m += part) {
    const width = min(part, toColumn - m)
    const at = <usize>m * 4
    if (width < lanes) {
      if (width < 4) gatherFew(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, width)
      else gatherHalf(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, <usize>(width - 4) * 4)
      continue
    }
    // The last register ends at the last column; if it overlaps the previous one, some columns are computed twice, with the same result.
    const last = <usize>(width - lanes) * 4
    switch ((width + lanes - 1) / lanes) {
      case 13: gather13(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      case 12: gather12(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      case 11: gather11(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      case 10: gather10(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      case 9: gather9(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      case 8: gather8(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      case 7: gather7(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      case 6: gather6(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      case 5: gather5(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      case 4: gather4(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      case 3: gather3(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      case 2: gather2(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last); break
      default: gather1(y + at, w + at, starts, entries, table, tableStep, list, M, fromRow, toRow, last)
    }
  }
}

/** Prefetches a row: rows are scattered over a large dataset, and the cache misses of a batch can overlap. */
// @ts-ignore: decorator
@inline
function fetch(starts: usize, entries: usize, row: u32): void {
  const from = <usize>load<u32>(starts + <usize>row * 4)
  const to = <usize>load<u32>(starts + <usize>row * 4, 4)
  let touched = 0
  for (let p = entries + from * 4; p < entries + to * 4; p += 64) touched |= load<u8>(p)
  sink = touched
}
export let sink = 0

// One function per number of registers, or V8 would run out of them. Exported so that the compiler does not inline them.
export function gather1(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(1, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather2(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(2, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather3(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(3, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather4(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(4, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather5(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(5, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather6(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(6, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather7(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(7, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather8(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(8, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather9(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(9, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather10(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(10, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather11(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(11, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather12(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(12, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }
export function gather13(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void { gatherRows(13, y, w, starts, entries, table, tableStep, list, M, fromRow, toRow, last) }

// @ts-ignore: decorator
@inline
function gatherRows(vectors: i32, y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void {
  for (let n = fromRow; n < toRow; n++) {
    const row = load<u32>(list + <usize>n * 4)
    const from = load<u32>(starts + <usize>row * 4)
    const to = load<u32>(starts + <usize>row * 4, 4)
    gatherRow(vectors, y + <usize>n * <usize>M * 4, w, entries, table + <usize>n * tableStep, from, to, <usize>M * 4, last)
  }
}

// @ts-ignore: decorator
@inline
function gatherRow(vectors: i32, y: usize, w: usize, entries: usize, table: usize, from: u32, to: u32, step: usize, last: usize): void {
  let c0 = f32x4.splat(0)
  let c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0, c8 = c0, c9 = c0, c10 = c0, c11 = c0, c12 = c0
  // the second vectors of the wide module
  let d0 = c0, d1 = c0, d2 = c0, d3 = c0, d4 = c0, d5 = c0, d6 = c0, d7 = c0, d8 = c0, d9 = c0, d10 = c0, d11 = c0, d12 = c0
  const end = entries + <usize>to * 4
  for (let at = entries + <usize>from * 4; at < end; at += 4) {
    const entry = load<u32>(at)
    const v = v128.load32_splat(table + <usize>(entry & 0xffff) * 4)
    const row = w + <usize>(entry >> 16) * step
    if (vectors > 1) c0 = madd(v, v128.load(row, 0 * bytes), c0)
    if (WIDE && vectors > 1) d0 = madd(v, v128.load(row, 0 * bytes + 16), d0)
    if (vectors > 2) c1 = madd(v, v128.load(row, 1 * bytes), c1)
    if (WIDE && vectors > 2) d1 = madd(v, v128.load(row, 1 * bytes + 16), d1)
    if (vectors > 3) c2 = madd(v, v128.load(row, 2 * bytes), c2)
    if (WIDE && vectors > 3) d2 = madd(v, v128.load(row, 2 * bytes + 16), d2)
    if (vectors > 4) c3 = madd(v, v128.load(row, 3 * bytes), c3)
    if (WIDE && vectors > 4) d3 = madd(v, v128.load(row, 3 * bytes + 16), d3)
    if (vectors > 5) c4 = madd(v, v128.load(row, 4 * bytes), c4)
    if (WIDE && vectors > 5) d4 = madd(v, v128.load(row, 4 * bytes + 16), d4)
    if (vectors > 6) c5 = madd(v, v128.load(row, 5 * bytes), c5)
    if (WIDE && vectors > 6) d5 = madd(v, v128.load(row, 5 * bytes + 16), d5)
    if (vectors > 7) c6 = madd(v, v128.load(row, 6 * bytes), c6)
    if (WIDE && vectors > 7) d6 = madd(v, v128.load(row, 6 * bytes + 16), d6)
    if (vectors > 8) c7 = madd(v, v128.load(row, 7 * bytes), c7)
    if (WIDE && vectors > 8) d7 = madd(v, v128.load(row, 7 * bytes + 16), d7)
    if (vectors > 9) c8 = madd(v, v128.load(row, 8 * bytes), c8)
    if (WIDE && vectors > 9) d8 = madd(v, v128.load(row, 8 * bytes + 16), d8)
    if (vectors > 10) c9 = madd(v, v128.load(row, 9 * bytes), c9)
    if (WIDE && vectors > 10) d9 = madd(v, v128.load(row, 9 * bytes + 16), d9)
    if (vectors > 11) c10 = madd(v, v128.load(row, 10 * bytes), c10)
    if (WIDE && vectors > 11) d10 = madd(v, v128.load(row, 10 * bytes + 16), d10)
    if (vectors > 12) c11 = madd(v, v128.load(row, 11 * bytes), c11)
    if (WIDE && vectors > 12) d11 = madd(v, v128.load(row, 11 * bytes + 16), d11)
    c12 = madd(v, v128.load(row + last), c12)
    if (WIDE) d12 = madd(v, v128.load(row + last, 16), d12)
  }
  if (vectors > 1) v128.store(y, c0, 0 * bytes)
  if (WIDE && vectors > 1) v128.store(y, d0, 0 * bytes + 16)
  if (vectors > 2) v128.store(y, c1, 1 * bytes)
  if (WIDE && vectors > 2) v128.store(y, d1, 1 * bytes + 16)
  if (vectors > 3) v128.store(y, c2, 2 * bytes)
  if (WIDE && vectors > 3) v128.store(y, d2, 2 * bytes + 16)
  if (vectors > 4) v128.store(y, c3, 3 * bytes)
  if (WIDE && vectors > 4) v128.store(y, d3, 3 * bytes + 16)
  if (vectors > 5) v128.store(y, c4, 4 * bytes)
  if (WIDE && vectors > 5) v128.store(y, d4, 4 * bytes + 16)
  if (vectors > 6) v128.store(y, c5, 5 * bytes)
  if (WIDE && vectors > 6) v128.store(y, d5, 5 * bytes + 16)
  if (vectors > 7) v128.store(y, c6, 6 * bytes)
  if (WIDE && vectors > 7) v128.store(y, d6, 6 * bytes + 16)
  if (vectors > 8) v128.store(y, c7, 7 * bytes)
  if (WIDE && vectors > 8) v128.store(y, d7, 7 * bytes + 16)
  if (vectors > 9) v128.store(y, c8, 8 * bytes)
  if (WIDE && vectors > 9) v128.store(y, d8, 8 * bytes + 16)
  if (vectors > 10) v128.store(y, c9, 9 * bytes)
  if (WIDE && vectors > 10) v128.store(y, d9, 9 * bytes + 16)
  if (vectors > 11) v128.store(y, c10, 10 * bytes)
  if (WIDE && vectors > 11) v128.store(y, d10, 10 * bytes + 16)
  if (vectors > 12) v128.store(y, c11, 11 * bytes)
  if (WIDE && vectors > 12) v128.store(y, d11, 11 * bytes + 16)
  v128.store(y + last, c12)
  if (WIDE) v128.store(y + last, d12, 16)
}

/** Four to seven columns, fewer than a register of the wide module: computed as two overlapping vectors of four. */
function gatherHalf(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, last: usize): void {
  for (let n = fromRow; n < toRow; n++) {
    const row = load<u32>(list + <usize>n * 4)
    const to = load<u32>(starts + <usize>row * 4, 4)
    let first = f32x4.splat(0), second = first
    for (let i = load<u32>(starts + <usize>row * 4); i < to; i++) {
      const entry = load<u32>(entries + <usize>i * 4)
      const number = v128.load32_splat(table + <usize>n * tableStep + <usize>(entry & 0xffff) * 4)
      const from = w + <usize>(entry >> 16) * <usize>M * 4
      first = madd(number, v128.load(from), first)
      second = madd(number, v128.load(from + last), second)
    }
    const at = y + <usize>n * <usize>M * 4
    v128.store(at, first)
    v128.store(at + last, second)
  }
}

/** One to three columns. */
function gatherFew(y: usize, w: usize, starts: usize, entries: usize, table: usize, tableStep: usize, list: usize, M: i32, fromRow: i32, toRow: i32, width: i32): void {
  for (let n = fromRow; n < toRow; n++) {
    const row = load<u32>(list + <usize>n * 4)
    const to = load<u32>(starts + <usize>row * 4, 4)
    let sum = f32x4.splat(0)
    for (let i = load<u32>(starts + <usize>row * 4); i < to; i++) {
      const entry = load<u32>(entries + <usize>i * 4)
      const number = table + <usize>n * tableStep + <usize>(entry & 0xffff) * 4
      sum = madd(v128.load32_splat(number), v128.load(w + <usize>(entry >> 16) * <usize>M * 4), sum)
    }
    storeFirst(y + <usize>n * <usize>M * 4, sum, width)
  }
}

/**
 * Converts a dense matrix to sparse form: all rows share the same entries (every column), and each row's numbers are its table.
 * @param starts 2 numbers @param entries D numbers @param list N numbers
 */
export function listDense(starts: usize, entries: usize, list: usize, D: i32, N: i32): void {
  store<u32>(starts, 0)
  store<u32>(starts, D, 4)
  for (let d = 0; d < D; d++) store<u32>(entries + <usize>d * 4, d << 16 | d)
  for (let n = 0; n < N; n++) store<u32>(list + <usize>n * 4, 0)
}

/** Entries reserved for each column of a transposed batch: N, rounded up to an odd number of cache lines, so that columns spread over the cache sets. */
export function room(N: i32): i32 {
  return ((N + 15) / 16 | 1) * 16
}

/**
 * Transposes a mini-batch's sparse rows, for a range of columns: lists the entries of each column in the order of the rows.
 * @param to first and last entry of each column (2 D u32, indices from the start of memory), the list of columns (D u32), and
 * the entries with row numbers in their upper halves (D × room u32)
 */
export function transpose(to: usize, starts: usize, entries: usize, list: usize, D: i32, N: i32, first: i32, last: i32): void {
  const each = room(N)
  const toList = to + <usize>D * 8
  let place = <u32>(toList / 4) + D + first * each
  for (let d = first; d < last; d++) {
    store<u32>(to + <usize>d * 8, place)
    store<u32>(to + <usize>d * 8, place, 4)
    store<u32>(toList + <usize>d * 4, 2 * d)
    place += each
  }
  for (let n = 0; n < N; n++) fetch(starts, entries, load<u32>(list + <usize>n * 4))
  for (let n = 0; n < N; n++) {
    const row = load<u32>(list + <usize>n * 4)
    let from = entries + <usize>load<u32>(starts + <usize>row * 4) * 4
    let end = entries + <usize>load<u32>(starts + <usize>row * 4, 4) * 4
    if (first > 0) while (from < end && load<u32>(from) >> 16 < <u32>first) from += 4
    if (last < D) while (from < end && load<u32>(end - 4) >> 16 >= <u32>last) end -= 4
    for (; from < end; from += 4) {
      const entry = load<u32>(from)
      const at = to + <usize>(entry >> 16) * 8
      const place = load<u32>(at, 4)
      store<u32>(at, place + 1, 4)
      store<u32>(<usize>place * 4, n << 16 | (entry & 0xffff))
    }
  }
}
