import { defaultConfig } from '@core'
import { computed, reactive, watch } from 'vue'
import { useRun } from '../stores/run'
import { chainOf, type ConfigForm, type FormBase, readForm, sameConfig, toForm } from './config-form'

/** State of the settings form: follows the run's settings until something is typed, and creates new networks. */
export function useConfigForm() {
  const run = useRun()
  const base = computed<FormBase>(() => run.state ?? { config: defaultConfig, input: [784] })
  const form = reactive<ConfigForm>(toForm(base.value))
  const chain = computed(() => chainOf(base.value))
  const checked = computed(() => readForm(form, base.value))
  const changed = computed(() => !checked.value.config || !sameConfig(checked.value.config, base.value.config))
  const canApply = computed(() => run.ready && changed.value && checked.value.config !== null)

  const revert = () => { Object.assign(form, toForm(base.value)) }
  // A network that was opened or created replaces the form's values, unless its settings are the same.
  watch(base, (now, before) => { if (!sameConfig(now.config, before.config)) revert() })

  async function apply() {
    const { config } = checked.value
    if (canApply.value && config) await run.configure(config)
  }

  return { base, form, chain, checked, changed, canApply, revert, apply }
}
