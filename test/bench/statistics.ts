/** Median and spread of some measurements. */
export interface Summary {
  readonly median: number
  /** Interquartile range as a share of the median */
  readonly spread: number
}

/**
 * @param share 0 to 1: 0.5 is the median
 * @returns the quantile, interpolated between the two nearest values; NaN for an empty list
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

/** Ratio of the first to the second of each pair; effects of the machine on both cancel out. */
export const ratioOf = (pairs: readonly (readonly [lab: number, peer: number])[]): Summary => summarize(pairs.map(([lab, peer]) => lab / peer))
