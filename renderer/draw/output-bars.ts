import type { Answer } from './predict'
/** Of more classes, only the ones with the largest outputs are shown. */
const mostBars = 10

/** The bar of one class: where it begins, and how long it is, as fractions of the track. */
export interface OutputBar {
  /** Of the class */
  readonly index: number
  readonly name: string
  readonly value: number
  readonly start: number
  readonly length: number
}

/** Bars in the order of the classes; of many classes the largest outputs first. */
export function barsOf(prediction: Answer | null, classes: readonly string[]): readonly OutputBar[] {
  const [from, to] = rangeOf(prediction)
  const bars = classes.map((name, index) => {
    const value = prediction?.outputs[index] ?? 0
    return { index, name, value, start: (Math.min(0, value) - from) / (to - from), length: Math.abs(value) / (to - from) }
  })
  if (bars.length <= mostBars) return bars
  return bars.sort((a, b) => b.value - a.value || a.index - b.index).slice(0, mostBars)
}

/** Where zero is on the track; 0 for probabilities. */
export function zeroOf(prediction: Answer | null): number {
  const [from, to] = rangeOf(prediction)
  return -from / (to - from)
}

/** Values at the ends of the track. Outputs of the squared error are near 0 and 1, so these are always in it. */
function rangeOf(prediction: Answer | null): readonly [number, number] {
  if (!prediction || prediction.areProbabilities) return [0, 1]
  return [prediction.outputs.reduce((a, b) => Math.min(a, b), 0), prediction.outputs.reduce((a, b) => Math.max(a, b), 1)]
}
