import type { RunCurves } from '@contract'
import { type StepRange } from '@core'
import { computed, shallowRef, watch } from 'vue'
import { latestWins } from '../lib/latest-wins'
import { useCompare } from '../stores/compare'

/** Values of each line in a part that is shown */
const columns = 600

/**
 * The curves of a part of the runs, read more exactly than the whole ones: as soon as a column of the whole is wide on the screen.
 * @param steps that are shown; null: all
 */
export function useComparePart(steps: () => StepRange | null) {
  const compare = useCompare()
  const part = shallowRef<{ readonly of: readonly RunCurves[], readonly range: StepRange, readonly curves: readonly RunCurves[] } | null>(null)
  const whole = computed(() => compare.curves)
  const ask = latestWins(
    ({ range }: { readonly range: StepRange, readonly of: readonly RunCurves[] }) => compare.read(2 * columns, range),
    (curves, { range, of }) => { part.value = { of, range, curves } },
    () => undefined, // the whole curves are drawn
  )
  const isEnough = (width: number, { from, to }: StepRange): boolean => width === 1 || (to - from) / width >= columns / 2
  watch(steps, (shown) => {
    const width = whole.value[0]?.loss.width ?? 1
    if (!shown || isEnough(width, shown)) return
    const known = part.value?.of === whole.value ? part.value : null
    if (known && known.range.from <= shown.from && known.range.to >= shown.to && isEnough(known.curves[0]!.loss.width, shown)) return
    const spare = Math.ceil((shown.to - shown.from) / 2)
    ask({ range: { from: Math.max(0, shown.from - spare), to: shown.to + spare }, of: whole.value })
  }, { immediate: true })
  /** By the index of the run; empty while the whole is shown */
  return computed((): readonly RunCurves[] => {
    const shown = steps()
    if (!shown || part.value?.of !== whole.value || part.value.range.to <= shown.from || part.value.range.from >= shown.to) return []
    return part.value.curves[0]!.loss.width < (whole.value[0]?.loss.width ?? 1) ? part.value.curves : []
  })
}
