import type { AnsweredImage } from '@contract'
import { type ComputedRef, shallowRef, watch } from 'vue'
import { useMistakesView } from '../../stores/mistakes'
import type { Answered } from '../../stores/useMistakes'

/** The latest known answer to the chosen image. */
export interface KnownAnswer {
  readonly answer: AnsweredImage
  readonly step: number
  /** Whether the shown evaluation did not take this image */
  readonly stale: boolean
}

/**
 * The image that is shown in detail. A chosen one stays while training changes the list, also when the network now reads it
 * right. Before one is chosen, it is the one with the largest loss, which stays as long as it is in the list.
 * @param answered answers to the view's present question
 */
export function useChosenImage(answered: ComputedRef<Answered | null>) {
  const view = useMistakesView()
  const known = shallowRef<KnownAnswer | null>(null)
  watch([answered, () => view.image], ([now, chosen]) => {
    const frame = now?.frame
    if (!frame) { known.value = null; return }
    const find = (index: number | undefined) => frame.items.find(item => item.index === index)
    const index = chosen ?? (find(known.value?.answer.index) ?? frame.items[0])?.index
    const answer = find(index) ?? (frame.image?.index === index ? frame.image : null)
    if (answer) known.value = { answer, step: frame.step, stale: false }
    else if (known.value?.answer.index === index) known.value &&= { ...known.value, stale: known.value.step !== frame.step }
    else known.value = null
  }, { immediate: true })
  return known
}
