import type { RunCurves } from '@contract'
import { LabError, layerDefinition, readNumber, stateAtStep } from '@core'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { liveChange, pendingOf } from '../train/at-work'
import { type ConfigForm, type FieldName, type FormBase, type FormErrors, readForm, toForm } from '../train/config-form'
import { followSettings } from '../train/follow'
import { placeOf, settingsOf } from '../train/layer-rows'

/** What a form knows of the run that is forked. */
export type ForkedRun = Pick<RunCurves, 'config' | 'events' | 'dataset' | 'classes' | 'firstStep' | 'last'>

/**
 * The settings of a run at a step, and what is typed in their place: the fields that a run can take over.
 * @param first the step that the form begins with
 */
export function useForkForm(run: ForkedRun, first: number) {
  const typedStep = ref(String(first))
  const step = computed((): number | null => {
    try {
      const value = readNumber(typedStep.value, { whole: true })
      return value >= run.firstStep && value <= run.last ? value : null
    }
    catch { return null }
  })
  const stepError = computed(() => step.value === null ? new LabError('past.range', 'no such step', { step: typedStep.value, first: run.firstStep, last: run.last }) : undefined)
  const knownStep = ref(first)
  watch(step, (now) => { if (now !== null) knownStep.value = now })

  const base = computed((): FormBase => ({ config: stateAtStep(run, knownStep.value).config, dataset: { ...run.dataset, classes: run.classes } }))
  const form = reactive<ConfigForm>(toForm(base.value))
  watch(base, (now, before) => Object.assign(form, followSettings(form, before.config, now.config)))

  const refused = shallowRef<FormErrors>({})
  watch(form, () => { refused.value = {} }, { deep: true })
  const checked = computed(() => readForm(form, base.value))
  const errors = computed((): FormErrors => ({ ...refused.value, ...checked.value.errors }))
  const pending = computed(() => pendingOf(form, base.value))
  const live = computed(() => liveChange(form, base.value, pending.value, checked.value.errors))
  /** Without a change while something is invalid there is nothing to begin. */
  const isValid = computed(() => step.value !== null && Object.keys(checked.value.errors).length === 0)

  /** Settings of layers that a run can take over, by their places. */
  const ofLayers = computed(() => form.layers.flatMap(row => settingsOf(row).filter(({ name }) => layerDefinition(row.kind).live?.includes(name)).map(setting => ({ row, setting, place: placeOf(row, setting) }))))

  /** Shows at its field that the memory does not suffice. */
  function showRefusal(error: LabError): boolean {
    if (error.code !== 'train.memory') return false
    const place = (['batchSize', 'optimizer', 'weightDecay'] as const satisfies readonly FieldName[]).find(place => pending.value[place] !== undefined) ?? 'batchSize'
    refused.value = { [place]: error }
    return true
  }

  return { typedStep, step, stepError, base, form, checked, errors, pending, live, isValid, ofLayers, showRefusal }
}
