// Packing for matrix products: B into panels of eight columns (K × 8, contiguous), A into panels of six rows (K × 6), padded with
// 0 at the edges. A panel of B stays in the L1 cache while it is multiplied by all panels of A.

export const columns = WIDE ? 16 : 8
export const rows = 6
export const tileBytes = rows * columns * 4

/** Size of a thread's panels for I rows of A and J columns of B; each panel of A is followed by a buffer for one tile. */
export function panelBytes(I: i32, K: i32, J: i32): i32 {
  return panelCount(J) * K * columns * 4 + (I + rows - 1) / rows * (K * rows * 4 + tileBytes)
}

/** Number of panels for J columns of B. */
export function panelCount(J: i32): i32 {
  return (J + columns - 1) / columns
}

/**
 * Packs columns of B into panels.
 * @param rowStep bytes from B[k,j] to B[k+1,j] @param columnStep bytes from B[k,j] to B[k,j+1]
 * @param from first panel @param to the panel after the last
 */
export function pack(packed: usize, b: usize, K: i32, J: i32, rowStep: usize, columnStep: usize, from: i32, to: i32): void {
  if (columnStep == 4) {
    const panelStep = <usize>(K * columns) * 4
    const whole = min(to, J / columns)
    for (; from + 4 <= whole; from += 4) {
      packFour(packed, b + <usize>(from * columns) * 4, K, rowStep, panelStep)
      packed += 4 * panelStep
    }
  }
  for (let panel = from; panel < to; panel++) {
    const j = panel * columns
    let at = packed + <usize>((panel - from) * K * columns) * 4
    let source = b + <usize>j * columnStep
    if (J - j >= columns) {
      if (columnStep == 4) packRows(at, source, K, rowStep)
      else packColumns(at, source, K, rowStep, columnStep)
      continue
    }
    const width = J - j
    let k = 0
    if (columnStep == 4) { // reads beyond the row's end, into columns that are never used
      const safe = K - (columns - width + J - 1) / J // number of rows for which this stays inside B
      if (safe > 0) {
        packRows(at, source, safe, rowStep)
        at += <usize>(safe * columns) * 4
        source += <usize>safe * rowStep
        k = safe
      }
    }
    for (; k < K; k++) {
      for (let c = 0; c < columns; c += 4) v128.store(at + <usize>c * 4, f32x4.splat(0))
      for (let c = 0; c < width; c++) store<f32>(at + <usize>c * 4, load<f32>(source + <usize>c * columnStep))
      at += columns * 4
      source += rowStep
    }
  }
}

/** Packs a panel from rows whose numbers are contiguous. */
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

/** Packs four panels at a time: data last written by another core arrives by cache line, and so several lines of a row are fetched at once. */
function packFour(at: usize, source: usize, K: i32, rowStep: usize, panelStep: usize): void {
  for (let k = 0; k < K; k++) {
    let panel = at
    for (let from = source; from < source + 4 * columns * 4; from += columns * 4) {
      v128.store(panel, v128.load(from))
      v128.store(panel, v128.load(from, 16), 16)
      if (WIDE) {
        v128.store(panel, v128.load(from, 32), 32)
        v128.store(panel, v128.load(from, 48), 48)
      }
      panel += panelStep
    }
    at += columns * 4
    source += rowStep
  }
}

/** Packs a panel from columns whose numbers are contiguous: transposes blocks of 4 × 4. */
// @ts-ignore: decorator
@inline
function packColumns(at: usize, source: usize, K: i32, rowStep: usize, columnStep: usize): void {
  if (rowStep == 4) {
    const fours = K & ~3
    let k = 0
    for (; k < fours; k += 4) {
      for (let c = 0; c < columns; c += 4) transposeBlock(at + <usize>c * 4, source + <usize>c * columnStep, columnStep, columns * 4)
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

/** Transposes a block of 4 × 4 numbers. @param to bytes between rows of the result */
// @ts-ignore: decorator
@inline
function transposeBlock(at: usize, source: usize, step: usize, to: usize): void {
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

/** Packs six rows of A, or fewer at its end. */
export function packRowsOfA(at: usize, a: usize, K: i32, aRow: usize, aColumn: usize, height: i32): void {
  if (aColumn == 4) {
    if (height == rows) packSix(at, a, K, aRow)
    else packFew(at, a, K, aRow, aColumn, height)
    return
  }
  // Reads beyond A's last row, into rows that are never used, while that is still inside A.
  const safe = K - <i32>((<usize>(rows - height) * 4 + aColumn - 1) / aColumn)
  for (let k = 0; k < safe; k++) {
    v128.store(at, v128.load(a))
    store<u64>(at, load<u64>(a, 16), 16)
    at += rows * 4
    a += aColumn
  }
  if (safe < K) packFew(at, a, K - max(safe, 0), aRow, aColumn, height)
}

/** Packs six contiguous rows: transposes four numbers of each at a time. */
function packSix(at: usize, a: usize, K: i32, aRow: usize): void {
  const fours = K & ~3
  let k = 0
  for (; k < fours; k += 4) {
    transposeBlock(at, a, aRow, rows * 4)
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
