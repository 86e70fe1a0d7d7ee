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
 * The chosen image, which is shown in detail. It stays while training changes the list, also when the network now reads it right.
 * @param answered answers to the view's present question
 */
export function useChosenImage(answered: ComputedRef<Answered | null>) {
  const view = useMistakesView()
  const known = shallowRef<KnownAnswer | null>(null)
  watch([answered, () => view.image], ([now, chosen]) => {
    const frame = now?.frame
    if (!frame || chosen === null) { known.value = null; return }
    const answer = frame.items.find(({ index }) => index === chosen) ?? (frame.image?.index === chosen ? frame.image : null)
    if (answer) known.value = { answer, step: frame.step, stale: false }
    else if (known.value?.answer.index === chosen) known.value = { ...known.value, stale: known.value.step !== frame.step }
    else known.value = null
  }, { immediate: true })
  return known
}
