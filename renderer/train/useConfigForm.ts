import type { RunOrigin } from '@contract'
import { architectureOn, countParameters, type DatasetInfo, defaultConfig, isSameConfig, type LabError, mnist, type OptimizerName, printLayers } from '@core'
import { computed, inject, type InjectionKey, provide, reactive, shallowRef, watch } from 'vue'
import { useRecipeFile } from '../stores/recipe'
import { useRun } from '../stores/run'
import { liveChange, pendingOf } from './at-work'
import { chooseOptimizer as chooseIn, type ConfigForm, type FormBase, type FormErrors, hasUsualRate, readForm, toForm } from './config-form'
import { followSettings } from './follow'
import { isPerceptron, sameRows, typedLayers } from './layer-rows'
import { layersOf, type Preset, presets } from './presets'

const isOtherFile = (now: RunOrigin, before: RunOrigin | undefined): boolean =>
  now.from === 'file' && !(before?.from === 'file' && now.name === before.name && now.step === before.step)

/** State of the settings form: its fields follow the run's settings until something is typed in them; it creates new networks and changes the present run. */
export function useConfigForm() {
  const run = useRun()
  const chosen = shallowRef<DatasetInfo | null>(null)
  /** The dataset of the next network: the run's, until another one is chosen */
  const dataset = computed({ get: () => chosen.value ?? run.state?.dataset ?? mnist, set: (info) => { chosen.value = info } })
  const base = computed<FormBase>(() => ({ config: run.state?.config ?? defaultConfig, dataset: dataset.value }))
  const form = reactive<ConfigForm>(toForm(base.value))
  const checked = computed(() => readForm(form, base.value))
  const pending = computed(() => pendingOf(form, base.value))
  /** Errors of the fields, those of a refused request too, until something else is typed */
  const errors = computed<FormErrors>(() => ({ ...refused.value, ...checked.value.errors }))
  const refused = shallowRef<FormErrors>({})
  watch([form, dataset], () => { refused.value = {} }, { deep: true })
  const changed = computed(() => !checked.value.config || !isSameConfig(checked.value.config, base.value.config))
  const canApply = computed(() => run.ready && changed.value && checked.value.config !== null)
  /** The layers as text, where hidden sizes do not describe them; null for a perceptron. */
  const chain = computed(() => form.layersText ?? (isPerceptron(form.layers, form.loss) ? null : printLayers(typedLayers(form.layers, dataset.value.classes.length))))
  const parameters = computed(() => checked.value.config && countParameters(architectureOn(checked.value.config.network, dataset.value)))

  function revert() {
    chosen.value = null
    const values = toForm(base.value)
    Object.assign(form, { ...values, layers: sameRows(form.layers, values.layers) })
  }
  // Another file replaces all of the form's values; any other change of settings only those that were not typed.
  watch(() => run.state, (now, before) => {
    const was = before?.config ?? defaultConfig
    if (!now || isSameConfig(now.config, was)) return
    if (isOtherFile(now.origin, before?.origin)) return revert()
    if (chosen.value?.id === now.dataset.id) chosen.value = null
    Object.assign(form, followSettings(form, was, now.config))
  })

  // A recipe that arrives replaces all values, which are not applied yet.
  const recipeFile = useRecipeFile()
  watch(() => recipeFile.arrived, (arrived) => {
    if (!arrived) return
    chosen.value = arrived.dataset
    const values = toForm(arrived)
    Object.assign(form, { ...values, layers: sameRows(form.layers, values.layers) })
    recipeFile.done()
  }, { immediate: true })

  /** What the run can take over as it goes on; null at step 0, where a new network is the same run. */
  const live = computed(() => run.ready && run.step > 0 ? liveChange(form, base.value, pending.value, checked.value.errors) : null)
  /** What the form's values mean: some are wrong, the run can take some over, a new network is needed, or all are in use. */
  const state = computed(() => !checked.value.config && !live.value ? 'wrong' : live.value ? 'live' : changed.value ? 'changed' : 'same')
  /** Step of the latest change, while all of the form's values are in use */
  const since = computed(() => changed.value ? null : run.state?.events.findLast(({ taught }) => !taught)?.step ?? null)

  async function apply() {
    const { config } = checked.value
    if (canApply.value && config) await run.configure(config, showRefusal)
  }
  async function change() {
    if (live.value) await run.change(live.value.change, showRefusal)
  }
  /** Enter applies what the run can take over, and otherwise makes a new network. */
  const submit = () => live.value ? change() : apply()
  /** Shows at its field that the memory does not suffice; everything stays as it is. */
  function showRefusal(error: LabError): boolean {
    if (error.code !== 'train.memory') return false
    const place = (['batchSize', 'optimizer', 'weightDecay'] as const).find(place => pending.value[place] !== undefined) ?? 'layers'
    refused.value = { [place]: error }
    return true
  }

  /** The preset that the form equals. */
  const preset = computed(() => presets.find(preset => isPreset(preset))?.id ?? null)
  const isPreset = (preset: Preset): boolean => {
    const { config } = checked.value
    return config !== null && isSameConfig(config, { ...config, ...valuesOf(preset) })
  }
  const valuesOf = (preset: Preset) => ({ network: { layers: layersOf(preset, dataset.value), loss: preset.loss }, init: preset.init, optimizer: preset.optimizer })
  function choose(id: Preset['id']) {
    const { layers, layersText, loss, init, optimizer, learningRate, rates } = toForm({ ...base.value, config: { ...base.value.config, ...valuesOf(presets.find(preset => preset.id === id)!) } })
    Object.assign(form, { layers, layersText, loss, init, optimizer, learningRate, rates })
  }

  const followed = shallowRef<OptimizerName | null>(null)
  /** Whether the learning rate was set with the optimizer */
  const rateFollowed = computed(() => followed.value === form.optimizer && hasUsualRate(form))
  const chooseOptimizer = (kind: OptimizerName) => { if (chooseIn(form, kind, base.value.config)) followed.value = kind }

  const recipe = { base, dataset, form, checked, errors, pending, changed, canApply, chain, parameters, preset, live, state, since, choose, chooseOptimizer, rateFollowed, revert, apply, submit }
  provide(recipeKey, recipe)
  return recipe
}

export type Recipe = ReturnType<typeof useConfigForm>
const recipeKey: InjectionKey<Recipe> = Symbol('recipe')

/** The form of the panel around a component. */
export const useRecipe = (): Recipe => inject(recipeKey)!
