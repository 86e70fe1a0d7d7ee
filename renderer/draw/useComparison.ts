import { mnist } from '@core'
import { onScopeDispose, watch } from 'vue'
import { useShown } from '../lib/useShown'
import { useNeighbours } from '../stores/sketch/neighbours'
import type { Reading } from '../stores/sketch/useReading'

/** A drawing is compared when it has rested for this long: the comparison takes as long as some mini-batches. */
const restMs = 150

/** Compares a drawn digit with the training images, so that `reading.doubt` knows whether it is like any. */
export function useComparison(reading: Reading): void {
  const neighbours = useNeighbours()
  const shown = useShown()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isWarm = false
  function compare() {
    const { drawn, dataset } = reading
    if (!drawn || !shown.value || dataset.id !== mnist.id || reading.testImages === 0) return
    isWarm = true
    neighbours.compare({ dataset, pixels: drawn, means: [] })
  }
  watch([() => reading.drawn, () => reading.dataset, () => reading.testImages, shown], () => {
    clearTimeout(timer)
    // The first comparison also computes what all others use, and its thread may have to start: it does so while the hand still draws.
    if (!isWarm) compare()
    timer = setTimeout(compare, restMs)
  }, { immediate: true })
  // Otherwise the next drawing would be doubted for this one until it rests.
  watch(() => reading.pixels === null, (isBlank) => { if (isBlank) neighbours.forget() })
  onScopeDispose(() => clearTimeout(timer))
}
