/** A logarithmic scale in whole decades. Zero and what is not finite have places of their own below and above. */
export interface LogScale {
  /** Exponents of ten: −7 to 0 is 1e−7 to 1 */
  readonly from: number
  readonly to: number
  /** Whether there is a place for 0 */
  readonly zero: boolean
  /** Whether there is a place for ∞ and NaN */
  readonly beyond: boolean
}

/** Fewer decades would make a healthy network look uneven. */
const leastDecades = 4

/** The smallest scale that has a place for all values, at least four decades long. @param values norms, never negative */
export function scaleFor(values: readonly number[]): LogScale {
  const exponents = values.filter(value => value > 0 && Number.isFinite(value)).map(Math.log10)
  let [from, to] = exponents.length > 0 ? [Math.floor(Math.min(...exponents)), Math.ceil(Math.max(...exponents))] : [-3, 1]
  for (let below = true; to - from < leastDecades; below = !below) {
    if (below) from--
    else to++
  }
  return { from, to: to || 0, zero: values.includes(0), beyond: values.some(value => !Number.isFinite(value)) }
}

const union = (a: LogScale, b: LogScale): LogScale => ({ from: Math.min(a.from, b.from), to: Math.max(a.to, b.to), zero: a.zero || b.zero, beyond: a.beyond || b.beyond })
const isSame = (a: LogScale, b: LogScale) => a.from === b.from && a.to === b.to && a.zero === b.zero && a.beyond === b.beyond

/** A scale that is held while the values change. */
export interface HeldScale {
  readonly scale: LogScale
  /** What the latest frames needed together, and how many they are */
  readonly needed: LogScale
  readonly frames: number
}

/** Frames that must need less before the scale becomes narrower by one decade */
const patience = 20

/**
 * The scale for the next frame: it widens at once and narrows slowly, one decade at a time, so that positions can be compared
 * over time.
 * @param held of the frame before; null at first
 */
export function holdScale(held: HeldScale | null, values: readonly number[]): HeldScale {
  const need = scaleFor(values)
  if (!held) return { scale: need, needed: need, frames: 0 }
  const scale = union(held.scale, need)
  if (!isSame(scale, held.scale) || isSame(scale, need)) return { scale, needed: need, frames: 0 }
  const needed = held.frames === 0 ? need : union(held.needed, need)
  if (held.frames + 1 < patience) return { scale, needed, frames: held.frames + 1 }
  const narrower = { from: Math.min(needed.from, scale.from + 1), to: Math.max(needed.to, scale.to - 1), zero: needed.zero, beyond: needed.beyond }
  return { scale: narrower, needed: need, frames: 0 }
}

/** Height of the places for 0 and for what is not finite */
const laneHeight = 14
/** Half a label's height, so that none is cut off at the edge */
const margin = 7

/** Vertical place of a value in a picture of this height, in pixels from the top. */
export function placeOn(scale: LogScale, value: number, height: number): number {
  if (!Number.isFinite(value)) return margin
  if (value === 0) return height - margin
  const top = margin + (scale.beyond ? laneHeight : 0)
  const bottom = height - margin - (scale.zero ? laneHeight : 0)
  return top + (scale.to - Math.log10(value)) / (scale.to - scale.from) * (bottom - top)
}

/** Least distance between two labels, and between two lines */
const [labelGap, lineGap] = [14, 5]

/** The lines of the decades from the top, some of them with a label. */
export function decadesOf(scale: LogScale, height: number): readonly { readonly exponent: number, readonly y: number, readonly labelled: boolean }[] {
  const decade = placeOn(scale, 10 ** (scale.to - 1), height) - placeOn(scale, 10 ** scale.to, height)
  const stepFor = (gap: number) => [1, 2, 5, 10, 20, 50, 100].find(step => step * decade >= gap) ?? 200
  const [line, label] = [stepFor(lineGap), stepFor(labelGap)]
  const all = Array.from({ length: scale.to - scale.from + 1 }, (_, i) => scale.to - i)
  return all.filter(exponent => exponent % line === 0 || exponent % label === 0)
    .map(exponent => ({ exponent, y: placeOn(scale, 10 ** exponent, height), labelled: exponent % label === 0 }))
}

/** The label of a decade: 10, 1, 0.1, 0.01, 1e−3. @param numbers formats of the language */
export const decadeText = (numbers: { readonly plain: (value: number) => string }, exponent: number): string =>
  exponent >= -2 && exponent <= 2 ? numbers.plain(10 ** exponent) : `1e${exponent}`.replace('-', '−')
