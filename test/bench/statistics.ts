/** The middle of some measurements, and how far they are spread. */
export interface Summary {
  readonly median: number
  /** Between the quartiles, as a share of the median */
  readonly spread: number
}

/**
 * @param share 0 to 1: 0.5 is the median
 * @returns between the two nearest values where it falls between them; NaN of nothing
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return low === undefined || high === undefined ? NaN : low + (high - low) * (at - Math.floor(at))
}

export function summarize(values: readonly number[]): Summary {
  const median = quantile(values, 0.5)
  return { median, spread: (quantile(values, 0.75) - quantile(values, 0.25)) / median }
}

/** How many times as fast the first of each pair was: what the machine did to both falls out. */
export const ratioOf = (pairs: readonly (readonly [lab: number, peer: number])[]): Summary => summarize(pairs.map(([lab, peer]) => lab / peer))
