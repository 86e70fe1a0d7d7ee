import { computed, type ComputedRef, shallowRef } from 'vue'

/** Places in the order in which they were visited, with a way back and forward, as in a browser. */
export interface Visited<T> {
  readonly canGoBack: ComputedRef<boolean>
  readonly canGoForward: ComputedRef<boolean>
  /** Comes to a place: those that lay ahead are forgotten. The same place twice is one. */
  readonly add: (place: T) => void
  /** Goes back or forward. @returns the place; undefined: there is none */
  readonly move: (by: -1 | 1) => T | undefined
  /** Begins anew. */
  readonly reset: (place: T) => void
}

/** @param max number of places that are kept, the latest ones */
export function visitedFrom<T>(first: T, max = 100): Visited<T> {
  const places = shallowRef<readonly T[]>([first])
  const at = shallowRef(0)
  return {
    canGoBack: computed(() => at.value > 0),
    canGoForward: computed(() => at.value < places.value.length - 1),
    add: (place) => {
      const until = places.value.slice(0, at.value + 1)
      if (Object.is(until.at(-1), place)) return
      places.value = [...until, place].slice(-max)
      at.value = places.value.length - 1
    },
    move: (by) => {
      if (!(at.value + by in places.value)) return undefined
      at.value += by
      return places.value[at.value]
    },
    reset: (place) => {
      places.value = [place]
      at.value = 0
    },
  }
}
