import { certificate } from '@core'
import { computed } from 'vue'
import { useGradientCheck } from '../stores/gradient-check'

/** The certificate, computed in the window; what takes long is there when lesson 25 has measured it. */
export function useCertificate() {
  const check = useGradientCheck()
  const entries = computed(() => certificate({ ...check.certified ? { checks: check.certified } : {} }))
  const count = (agrees: boolean | null) => entries.value.filter(entry => entry.agrees === agrees).length
  const rows = () => [['lesson', 'number', 'printed', 'recomputed', 'digits', 'agrees'], ...entries.value.map(({ lesson, name, printed, value, digits, agrees }) =>
    [lesson, name, printed, value ?? '', digits ?? '', agrees === null ? '' : agrees ? 'yes' : 'no'])]
  return { entries, agreeing: computed(() => count(true)), wrong: computed(() => count(false)), missing: computed(() => count(null)), rows }
}
