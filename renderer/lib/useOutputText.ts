import type { Prediction } from '@contract'
import { useNumbers } from './useNumbers'

/** Writes an output of a network: a probability as a percentage, any other number with its sign. */
export function useOutputText() {
  const numbers = useNumbers()
  return ({ areProbabilities }: Pick<Prediction, 'areProbabilities'>, value: number): string =>
    areProbabilities ? numbers.value.percent(value) : `${value > 0 ? '+' : ''}${numbers.value.short(value)}`
}
