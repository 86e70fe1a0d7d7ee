import type { Prediction } from '@contract'
import { useNumbers } from './useNumbers'

/** Writes an output of a network: a probability as a percentage, never as 100% (a softmax gives less, even if it is rounded to 1), any other number with its sign. */
export function useOutputText() {
  const numbers = useNumbers()
  return ({ areProbabilities }: Pick<Prediction, 'areProbabilities'>, value: number): string =>
    areProbabilities ? numbers.value.percent(Math.min(value, 1 - Number.EPSILON)) : `${value > 0 ? '+' : ''}${numbers.value.short(value)}`
}
