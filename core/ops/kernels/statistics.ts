// What a view shows of a tensor of any size. Sums are in double precision: squares and products of two float32 numbers are exact
// there. The last one to three numbers are taken one by one, since the lanes after them belong to other data.

/** A size without these bits is a multiple of a vector's four numbers. */
const tail = 3
/** Bytes of a number of `summarize`'s result */
const double: usize = 8

/** Both upper lanes as doubles */
// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3))
}

// @ts-ignore: decorator
@inline
function totalDoubles(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1)
}

// @ts-ignore: decorator
@inline
function totalWords(x: v128): i32 {
  return (i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1)) + (i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3))
}

/** All bits set in the lanes whose number is neither NaN nor infinite */
// @ts-ignore: decorator
@inline
function finiteLanes(x: v128): v128 {
  return f32x4.lt(f32x4.abs(x), f32x4.splat(Infinity))
}

/** Writes Σx², Σ|x|, minimum and maximum of the finite numbers, the number of zeros and of finite numbers: six doubles. */
export function summarize(out: usize, x: usize, size: i32): void {
  const zero = f32x4.splat(0), highest = f32x4.splat(Infinity), lowest = f32x4.splat(-Infinity)
  let squares0 = zero, squares1 = zero, absolute0 = zero, absolute1 = zero
  let mins = highest, maxs = lowest
  let zeros = zero, finite = zero // minus the counts: a lane of all ones is −1
  const whole = size & ~tail
  for (let i = 0; i < whole; i += 4) {
    const value = v128.load(x + <usize>i * 4)
    const is = finiteLanes(value)
    const clean = v128.and(value, is)
    mins = f32x4.pmin(mins, v128.bitselect(value, highest, is))
    maxs = f32x4.pmax(maxs, v128.bitselect(value, lowest, is))
    finite = i32x4.add(finite, is)
    zeros = i32x4.add(zeros, f32x4.eq(value, zero))
    const low = f64x2.promote_low_f32x4(clean), high = upper(clean)
    squares0 = f64x2.add(squares0, f64x2.mul(low, low))
    squares1 = f64x2.add(squares1, f64x2.mul(high, high))
    absolute0 = f64x2.add(absolute0, f64x2.abs(low))
    absolute1 = f64x2.add(absolute1, f64x2.abs(high))
  }
  let squares = totalDoubles(f64x2.add(squares0, squares1))
  let absolute = totalDoubles(f64x2.add(absolute0, absolute1))
  let min: f32 = Infinity, max: f32 = -Infinity
  for (let i = 0; i < 4; i++) {
    // lane by lane through memory: a lane's index must be a constant
    v128.store(out, mins)
    const least = load<f32>(out + <usize>i * 4)
    v128.store(out, maxs)
    const most = load<f32>(out + <usize>i * 4)
    if (least < min) min = least
    if (most > max) max = most
  }
  let zeroCount = -totalWords(zeros), finiteCount = -totalWords(finite)
  for (let i = whole; i < size; i++) {
    const value = load<f32>(x + <usize>i * 4)
    if (value - value != 0) continue // NaN or infinite
    finiteCount++
    if (value == 0) zeroCount++
    if (value < min) min = value
    if (value > max) max = value
    squares += <f64>value * <f64>value
    absolute += Math.abs(<f64>value)
  }
  store<f64>(out, squares)
  store<f64>(out, absolute, double)
  store<f64>(out, <f64>min, 2 * double)
  store<f64>(out, <f64>max, 3 * double)
  store<f64>(out, <f64>zeroCount, 4 * double)
  store<f64>(out, <f64>finiteCount, 5 * double)
}

/**
 * Counts finite numbers in equal bins from −limit to limit. Each of the four lanes has a table of its own, so that a count does not
 * have to wait for the one before it; a table's last word counts the other numbers.
 * @param tables 4 · (bins + 1) words; the first `bins` of them are the result
 */
export function histogram(tables: usize, x: usize, size: i32, limit: f64, bins: i32): void {
  const table = <usize>(bins + 1) * 4
  memory.fill(tables, 0, 4 * table)
  const scale = <f64>bins / (2 * limit)
  const limits = f64x2.splat(limit), scales = f64x2.splat(scale), zero = f64x2.splat(0), last = f64x2.splat(<f64>(bins - 1))
  const integer = f64x2.splat(4503599627370496) // 2⁵²: added to a whole number, it leaves that number in the low bits
  const other = i32x4.splat(bins)
  const whole = size & ~tail
  for (let i = 0; i < whole; i += 4) {
    const value = v128.load(x + <usize>i * 4)
    // pmax and pmin take the first operand unless the second is greater, or smaller: NaN becomes 0
    const low = f64x2.floor(f64x2.pmin(last, f64x2.pmax(zero, f64x2.mul(f64x2.add(f64x2.promote_low_f32x4(value), limits), scales))))
    const high = f64x2.floor(f64x2.pmin(last, f64x2.pmax(zero, f64x2.mul(f64x2.add(upper(value), limits), scales))))
    const bin = v128.bitselect(v128.shuffle<i32>(f64x2.add(low, integer), f64x2.add(high, integer), 0, 2, 4, 6), other, finiteLanes(value))
    count(tables, i32x4.extract_lane(bin, 0))
    count(tables + table, i32x4.extract_lane(bin, 1))
    count(tables + 2 * table, i32x4.extract_lane(bin, 2))
    count(tables + 3 * table, i32x4.extract_lane(bin, 3))
  }
  for (let i = whole; i < size; i++) {
    const value = load<f32>(x + <usize>i * 4)
    if (value - value == 0) count(tables, <i32>Math.max(0, Math.min(<f64>(bins - 1), Math.floor((<f64>value + limit) * scale))))
  }
  for (let bin: usize = 0; bin < table; bin += 4)
    store<i32>(tables + bin, load<i32>(tables + bin) + load<i32>(tables + table + bin) + load<i32>(tables + 2 * table + bin) + load<i32>(tables + 3 * table + bin))
}

// @ts-ignore: decorator
@inline
function count(table: usize, bin: i32): void {
  const at = table + <usize>bin * 4
  store<i32>(at, load<i32>(at) + 1)
}

/** Σ (a − b)² */
export function squaredDistance(a: usize, b: usize, size: i32): f64 {
  let sum0 = f64x2.splat(0), sum1 = f64x2.splat(0)
  const whole = size & ~tail
  for (let i = 0; i < whole; i += 4) {
    const left = v128.load(a + <usize>i * 4), right = v128.load(b + <usize>i * 4)
    const low = f64x2.sub(f64x2.promote_low_f32x4(left), f64x2.promote_low_f32x4(right)), high = f64x2.sub(upper(left), upper(right))
    sum0 = f64x2.add(sum0, f64x2.mul(low, low))
    sum1 = f64x2.add(sum1, f64x2.mul(high, high))
  }
  let sum = totalDoubles(f64x2.add(sum0, sum1))
  for (let i = whole; i < size; i++) {
    const difference = <f64>load<f32>(a + <usize>i * 4) - <f64>load<f32>(b + <usize>i * 4)
    sum += difference * difference
  }
  return sum
}

/** Number of elements with |x| > limit. @param limit a float32 number */
export function countBeyond(x: usize, size: i32, limit: f32): i32 {
  const limits = f32x4.splat(limit)
  let beyond = i32x4.splat(0) // minus the counts
  const whole = size & ~tail
  for (let i = 0; i < whole; i += 4) beyond = i32x4.add(beyond, f32x4.gt(f32x4.abs(v128.load(x + <usize>i * 4)), limits))
  let counted = -totalWords(beyond)
  for (let i = whole; i < size; i++) if (abs(load<f32>(x + <usize>i * 4)) > limit) counted++
  return counted
}

/**
 * Writes the number of rows with x > 0 for each column of a range.
 * @param counts words, one per column of the range; up to three words after them are overwritten
 */
export function countPositive(counts: usize, x: usize, N: i32, M: i32, from: i32, to: i32): void {
  const width = to - from
  memory.fill(counts, 0, (<usize>width * 4 + 15) & ~15)
  const zero = f32x4.splat(0)
  for (let n = 0; n < N; n++) {
    const row = x + (<usize>n * <usize>M + <usize>from) * 4
    for (let m = 0; m < width; m += 4) {
      const at = counts + <usize>m * 4
      v128.store(at, i32x4.sub(v128.load(at), f32x4.gt(v128.load(row + <usize>m * 4), zero)))
    }
  }
}
