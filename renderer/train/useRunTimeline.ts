import { settingChanges, stateAtStep } from '@core'
import { computed, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AxisMark } from '../components/charts/axis-marks'
import { useNetworkName } from '../lib/useNetworkName'
import { useNumbers } from '../lib/useNumbers'
import { useSettingTexts } from '../lib/useSettingTexts'
import { useTaughtText } from '../lib/useTaughtText'
import { usePast } from '../stores/past'
import { useRun } from '../stores/run'
import { useTimeline } from '../stores/timeline'

/** What all charts of the run share: their axis, what happened on it, the moment that is shown, and the settings in words. */
export function useRunTimeline() {
  const { t } = useI18n()
  const run = useRun()
  const past = usePast()
  const timeline = useTimeline()
  const numbers = useNumbers()
  const texts = useSettingTexts()
  const taughtText = useTaughtText()
  const networkName = useNetworkName()

  /** The settings at the beginning; null until the run is on the disk */
  const beginning = computed(() => past.reach?.beginning ?? (run.state?.events.length ? null : run.state?.config ?? null))
  const course = computed(() => run.state && beginning.value ? { config: beginning.value, events: run.state.events, dataset: run.state.dataset, firstStep: past.reach?.first ?? (run.state.origin.from === 'file' ? run.state.origin.step : 0) } : null)
  watch(() => run.state?.events.length, (count) => { if (count && !past.reach) void past.refresh() })

  const changes = computed((): readonly AxisMark[] => {
    const all = course.value ? settingChanges(course.value) : []
    const steps = [...new Set(all.map(({ step }) => step))]
    return steps.map(at => ({ at, kind: 'change', text: all.filter(({ step }) => step === at).map(change => texts.changeOf(change, run.state!.input)).join(t('train.chart.and')) }))
  })
  const marks = computed((): readonly AxisMark[] => {
    const { divergence } = run.state ?? {}
    return [
      ...changes.value,
      ...run.state?.events.flatMap(({ step, taught }) => taught ? [{ at: step, kind: 'change' as const, text: taughtText(run.state!.dataset.classes[taught.label]!, taught.times) }] : []) ?? [],
      ...past.bookmarks.map(({ step, note }) => ({ at: step, kind: 'bookmark' as const, text: note === '' ? t('train.chart.bookmark') : note })),
      ...divergence ? [{ at: divergence.step, kind: 'diverged' as const, text: t('train.chart.diverged', { loss: divergence.loss }) }] : [],
    ]
  })

  /** The step that is read, with its epoch. */
  const place = computed((): string | null => {
    const { cursor } = timeline.axis
    if (cursor === null) return null
    const step = Math.round(cursor)
    const text = t('train.chart.at', { step: numbers.value.count(step) })
    const { value: from } = course
    return from && step >= from.firstStep ? t('train.chart.atEpoch', { at: text, epoch: numbers.value.count(stateAtStep(from, step).position.epoch) }) : text
  })

  /** What a figure was made with, in a line. */
  const about = computed((): string => {
    const { state, architecture } = run
    return state && architecture ? [networkName(architecture), ...texts.recipeOf(beginning.value ?? state.config, state.input), state.dataset.name].join(' · ') : ''
  })
  const flags = computed(() => marks.value.filter(({ kind }) => kind !== 'bookmark').map(({ at, text }) => t('train.chart.markAt', { step: numbers.value.count(at), text })))
  return { axis: timeline.axis, marks, flags, place, about, shown: computed(() => past.shownStep), canVisit: computed(() => past.canVisit), visit: (step: number) => void past.visit(step) }
}
