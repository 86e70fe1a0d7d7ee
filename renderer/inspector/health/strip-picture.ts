import { firstExponent, magnitudeBins, type Magnitudes } from '@core'
import { endOf, pixelOf, type TimeAxis } from './time-axis'

/** The bins that strips show, `to` excluded, and whether they have a row for numbers that are not finite. */
export interface StripRange { readonly from: number, readonly to: number, readonly nonFinite: boolean }

/** Share of the numbers at each end that may lie beyond the range: a few stray ones would flatten the rest. */
const strayShare = 0.005
/** Fewer bins would magnify noise: about two powers of ten */
const leastBins = 8

const used = new WeakMap<Magnitudes, { readonly from: number, readonly to: number }>()
/** The bins in use, without stray ones at both ends; from = to: every number is 0. */
function usedBins(magnitudes: Magnitudes): { readonly from: number, readonly to: number } {
  const known = used.get(magnitudes)
  if (known) return known
  const { counts } = magnitudes
  const stray = strayShare * counts.reduce((sum, n) => sum + n, 0)
  let [from, to] = [0, magnitudeBins]
  for (let beyond = 0; from < to && (beyond += counts[from]!) <= stray; from++);
  for (let beyond = 0; to > from && (beyond += counts[to - 1]!) <= stray; to--);
  used.set(magnitudes, { from, to })
  return { from, to }
}

/** The range of strips that are compared: all of them have the same one. */
export function stripRange(all: readonly Magnitudes[]): StripRange {
  let [from, to, nonFinite] = [magnitudeBins, 0, false]
  for (const magnitudes of all) {
    const bins = usedBins(magnitudes)
    if (magnitudes.nonFinite > 0) nonFinite = true
    if (bins.from === bins.to) continue
    from = Math.min(from, bins.from)
    to = Math.max(to, bins.to)
  }
  if (from >= to) [from, to] = [-firstExponent - leastBins, -firstExponent]
  for (let below = true; to - from < leastBins; below = !below) {
    if ((below && from > 0) || to === magnitudeBins) from--
    else to++
  }
  return { from, to, nonFinite }
}

/** Rows of pixels for the numbers that are 0, for the gap above them, and for those that are not finite */
const [zeroRows, gapRows, nonFiniteRows] = [3, 1, 2]

/** Height of a strip in its own pixels. */
export const rowsOf = ({ from, to, nonFinite }: StripRange): number => (nonFinite ? nonFiniteRows : 0) + to - from + gapRows + zeroRows

/** The row of a magnitude, from the top, as a share of the strip's height. @param log2 of the magnitude */
export const heightOf = (range: StripRange, log2: number): number => ((range.nonFinite ? nonFiniteRows : 0) + range.to - (log2 - firstExponent)) / rowsOf(range)
/** The middle of the row of zeros. */
export const zeroHeight = (range: StripRange): number => 1 - zeroRows / 2 / rowsOf(range)

/** Half of the numbers in one bin, or more, have the strongest colour. */
export const fullShare = 0.5
/** Place of a share on the ramp, 0 to 1: the square root, so that small shares are seen. */
export const strengthOf = (share: number): number => Math.sqrt(Math.min(1, share / fullShare))

export interface StripColours {
  /** From no number to `fullShare`, 32-bit words of ImageData */
  readonly ramp: Uint32Array
  readonly nonFinite: number
}

/** What was measured at one step. */
export interface StripColumn { readonly step: number, readonly magnitudes: Magnitudes | null }

/**
 * A strip, row-major from the top: large magnitudes above small ones, zeros at the bottom. What is not known yet stays transparent.
 * Columns that share a pixel are averaged there, and none of them is lost that is not finite.
 * @param columns in ascending order of steps
 * @param axis its width is that of the picture
 */
export function stripPicture(columns: readonly StripColumn[], axis: TimeAxis, { range, colours, reach }: { readonly range: StripRange, readonly colours: StripColours, readonly reach: number }): Uint32Array<ArrayBuffer> {
  const { width } = axis
  const bins = range.to - range.from
  const rows = rowsOf(range)
  const sums = new Float32Array(width * (bins + 1))
  const known = new Uint16Array(width)
  const broken = new Uint8Array(width)
  const shares = new Float32Array(bins + 1)
  for (let i = 0; i < columns.length; i++) {
    const { step, magnitudes } = columns[i]!
    const next = columns[i + 1]?.step ?? null
    if (!magnitudes || (next !== null && next <= axis.from) || step > axis.to) continue
    const { counts, zeros, nonFinite } = magnitudes
    let all = zeros + nonFinite
    for (let bin = 0; bin < counts.length; bin++) all += counts[bin]!
    const first = Math.max(0, Math.floor(pixelOf(axis, step)))
    const end = Math.min(width, Math.max(first + 1, Math.round(endOf(axis, step, next, reach))))
    shares.fill(0)
    for (let bin = 0; bin < counts.length; bin++) shares[Math.max(0, Math.min(bins - 1, bin - range.from))]! += counts[bin]! / all
    shares[bins] = zeros / all
    for (let x = first; x < end; x++) {
      known[x]!++
      if (nonFinite > 0) broken[x] = 1
      for (let bin = 0; bin <= bins; bin++) sums[x * (bins + 1) + bin]! += shares[bin]!
    }
  }

  const words = new Uint32Array(width * rows)
  const { ramp } = colours
  const top = range.nonFinite ? nonFiniteRows : 0
  for (let x = 0; x < width; x++) {
    if (known[x] === 0) continue
    const colourOf = (bin: number) => ramp[Math.round(strengthOf(sums[x * (bins + 1) + bin]! / known[x]!) * (ramp.length - 1))]!
    for (let row = 0; row < top; row++) words[row * width + x] = broken[x] ? colours.nonFinite : ramp[0]!
    for (let bin = 0; bin < bins; bin++) words[(top + bins - 1 - bin) * width + x] = colourOf(bin)
    for (let row = rows - zeroRows; row < rows; row++) words[row * width + x] = colourOf(bins)
  }
  return words
}
