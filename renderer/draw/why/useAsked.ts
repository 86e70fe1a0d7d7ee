import type { ExplainedClass } from '@core'
import { computed, type ComputedRef } from 'vue'

interface Asked {
  /** The class that was chosen; null: the answer */
  readonly chosen: () => number | null
  /** The class that it is compared with; null: none */
  readonly over: () => number | null
  /** What the network answers, null without an answer */
  readonly answer: () => number | null
  /** Number of classes: a choice among those of another dataset no longer counts */
  readonly classes: () => number
}

/** Which class's score is explained: the answer's until another one is chosen, alone or against another class. */
export function useAsked({ chosen, over, answer, classes }: Asked): ComputedRef<ExplainedClass | null> {
  const within = (k: number | null) => k !== null && k < classes() ? k : null
  return computed(() => {
    const found = within(chosen()) ?? answer()
    const other = within(over())
    return found === null ? null : { class: found, over: other === found ? null : other }
  })
}
