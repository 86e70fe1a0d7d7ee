import type { Tensor } from '../../tensor'
import { endExponent, firstExponent, magnitudeBins, type Magnitudes } from './column'

/** How a precision stores a number: with exponent e it is 2^(e − bias) ≤ |x| < 2^(e − bias + 1); 0 and `exponents` − 1 are special. */
const formats = {
  single: { exponents: 2 ** 8, bias: 127 },
  double: { exponents: 2 ** 11, bias: 1023 },
} as const

/** Numbers of a difference that are computed at a time */
const blockSize = 1024
const blocks = { single: new Float32Array(blockSize), double: new Float64Array(blockSize) } as const
const precisionOf = (data: Tensor['data']): keyof typeof formats => data instanceof Float32Array ? 'single' : 'double'

/** By exponent, how many numbers were found. Four tables in turns: an increment need not wait for the previous one of the same exponent. */
const found = Array.from({ length: 4 }, () => new Uint32Array(formats.double.exponents))
const withoutSign = 0x7fffffff

/** Counts a tensor's numbers by magnitude. */
export function magnitudesOf({ data }: Tensor): Magnitudes {
  return magnitudesFound(data, count(data))
}

/** Counts the numbers of `after − before` by magnitude, in the tensors' own precision. */
export function magnitudesOfChange({ data: after }: Tensor, { data: before }: Tensor): Magnitudes {
  const block = blocks[precisionOf(after)]
  let zeros = 0
  for (let from = 0; from < after.length; from += blockSize) {
    const size = Math.min(blockSize, after.length - from)
    for (let i = 0; i < size; i++) block[i] = after[from + i]! - before[from + i]!
    zeros += count(size < blockSize ? block.subarray(0, size) : block)
  }
  return magnitudesFound(after, zeros)
}

/** Adds numbers to the tables. @returns how many of them are 0 */
function count(data: Tensor['data']): number {
  return data instanceof Float32Array
    ? countSingle(new Uint32Array(data.buffer, data.byteOffset, data.length))
    : countDouble(new Uint32Array(data.buffer, data.byteOffset, 2 * data.length))
}

/** 1 for 0, else 0, without a branch: which activations are 0 cannot be predicted. */
const isZero = (bits: number): number => (bits - 1) >>> 31

function countSingle(words: Uint32Array): number {
  const [first, second, third, fourth] = found as [Uint32Array, Uint32Array, Uint32Array, Uint32Array]
  const whole = words.length - words.length % 4
  let zeros = 0
  for (let i = 0; i < whole; i += 4) {
    const a = words[i]! & withoutSign
    const b = words[i + 1]! & withoutSign
    const c = words[i + 2]! & withoutSign
    const d = words[i + 3]! & withoutSign
    first[a >>> 23]!++
    second[b >>> 23]!++
    third[c >>> 23]!++
    fourth[d >>> 23]!++
    zeros += isZero(a) + isZero(b) + isZero(c) + isZero(d)
  }
  for (let i = whole; i < words.length; i++) {
    const bits = words[i]! & withoutSign
    first[bits >>> 23]!++
    zeros += isZero(bits)
  }
  return zeros
}

/** @param words of 32 bits, of each number the lower one first */
function countDouble(words: Uint32Array): number {
  const [first] = found as [Uint32Array]
  let zeros = 0
  for (let i = 0; i < words.length; i += 2) {
    const low = words[i]!
    const high = words[i + 1]! & withoutSign
    first[high >>> 20]!++
    zeros += isZero(high | low >>> 1 | low & 1)
  }
  return zeros
}

/** What the tables contain; empties them. @param zeros how many of the numbers are 0 */
function magnitudesFound(data: Tensor['data'], zeros: number): Magnitudes {
  const { exponents, bias } = formats[precisionOf(data)]
  const counts = new Uint32Array(magnitudeBins)
  const withExponent = (e: number): number => found.reduce((sum, table) => sum + table[e]!, 0)
  counts[0]! += withExponent(0) - zeros // below the smallest normal number
  for (let e = 1; e < exponents - 1; e++) counts[Math.min(Math.max(e - bias, firstExponent), endExponent - 1) - firstExponent]! += withExponent(e)
  const nonFinite = withExponent(exponents - 1)
  for (const table of found) table.fill(0)
  return { counts, zeros, nonFinite }
}
