import { type Cure, type Finding, type RuleId, severities, type Severity } from '@core'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useRun } from './run'

/** What is wrong with the run, and the changes that would mend it. */
export const useDiagnosis = defineStore('diagnosis', () => {
  const run = useRun()
  /** The severity at which a rule was dismissed in a run */
  const dismissed = shallowRef<{ readonly runId: number, readonly rules: Readonly<Partial<Record<RuleId, Severity>>> }>({ runId: -1, rules: {} })

  function isDismissed({ rule, severity }: Finding): boolean {
    const at = dismissed.value.runId === run.state?.runId ? dismissed.value.rules[rule] : undefined
    return at !== undefined && severities.indexOf(severity) <= severities.indexOf(at)
  }
  /** The most fundamental finding that was not dismissed, but first of all why a run has stopped; null while there is nothing to say */
  const finding = computed(() => {
    const left = run.state?.findings.filter(found => !isDismissed(found)) ?? []
    return (run.diverged ? left.find(({ rule }) => rule === 'notFinite') : undefined) ?? left[0] ?? null
  })

  /** Hides a finding in this run until it gets worse. */
  function dismiss({ rule, severity }: Finding) {
    const { runId } = run.state ?? {}
    if (runId !== undefined) dismissed.value = { runId, rules: { ...dismissed.value.runId === runId ? dismissed.value.rules : {}, [rule]: severity } }
  }
  /** Makes exactly the advised change. A new run runs on if the one before it was running, which is kept. */
  async function apply(cure: Cure) {
    if (cure.kind === 'change') return void await run.change(cure.change)
    const { running } = run
    if (await run.configure(cure.config) && running) await run.start()
  }
  return { finding, dismiss, apply }
})
