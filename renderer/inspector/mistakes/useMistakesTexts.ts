import type { MistakesFrame } from '@contract'
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { type DigitItem, fitsBelow } from '../../components/digit-grid'
import { useNumbers } from '../../lib/useNumbers'
import { useMistakesView } from '../../stores/mistakes'

/** What Mistakes says about its answers and their images. @param names of the classes */
export function useMistakesTexts(frame: ComputedRef<MistakesFrame | null>, names: ComputedRef<readonly string[]>) {
  const { t } = useI18n()
  const numbers = useNumbers()
  const view = useMistakesView()
  const nameOf = (label: number) => names.value[label] ?? String(label)

  const wrong = computed(() => frame.value ? frame.value.score.images - frame.value.score.correct.reduce((sum, n) => sum + n, 0) : 0)
  const facts = computed(() => {
    if (!frame.value) return ''
    const { score, of, split, step } = frame.value
    const key = score.images === of ? `train.mistakes.facts.whole.${split}` : 'train.mistakes.facts.part'
    return t(key, { wrong: numbers.value.count(wrong.value), n: numbers.value.count(score.images), step: numbers.value.count(step) })
  })
  /** Without the split, which is chosen beside it, and the step */
  const brief = computed(() => frame.value ? t('train.mistakes.facts.short', { wrong: numbers.value.count(wrong.value), n: numbers.value.count(frame.value.score.images) }) : '')
  const isRightList = computed(() => view.filter.actual !== undefined && view.filter.actual === view.filter.predicted)
  const title = computed(() => {
    const { actual, predicted } = view.filter
    const key = isRightList.value ? 'right' : actual !== undefined ? predicted === undefined ? 'actual' : 'pair' : predicted === undefined ? 'all' : 'predicted'
    return t(`train.mistakes.list.${key}`, { actual: nameOf(actual ?? 0), predicted: nameOf(predicted ?? 0), n: numbers.value.count(frame.value?.total ?? 0) })
  })
  const items = computed((): readonly DigitItem[] => (frame.value?.items ?? []).map(({ index, label, predicted, loss, pixels }) => {
    const [actual, read] = [nameOf(label), nameOf(predicted)]
    return {
      key: index, pixels, label: t(label === predicted ? 'train.mistakes.itemRight' : 'train.mistakes.item', { actual, predicted: read, loss: numbers.value.few(loss, 3) }),
      ...fitsBelow(actual, read) && { sub: `${actual} → ${read}` },
    }
  }))
  return { wrong, facts, brief, title, isRightList, items }
}
