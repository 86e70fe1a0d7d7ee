import { certificate } from '@core'
import { computed } from 'vue'
import { useCertificateRun } from '../stores/certificate'
import { useGradientCheck } from '../stores/gradient-check'

/**
 * The certificate. The window computes most of it; the slow entries are filled in once they were computed here or in
 * lesson 25.
 */
export function useCertificate() {
  const check = useGradientCheck()
  const long = useCertificateRun()
  const entries = computed(() => {
    const { checks = check.certified, accuracies } = long.run.measured
    return certificate({ ...checks ? { checks } : {}, ...accuracies ? { accuracies } : {} })
  })
  const count = (agrees: boolean | null) => entries.value.filter(entry => entry.agrees === agrees).length
  const rows = () => [['lesson', 'number', 'printed', 'recomputed', 'digits', 'agrees'], ...entries.value.map(({ lesson, name, printed, value, digits, agrees }) =>
    [lesson, name, printed, value ?? '', digits ?? '', agrees === null ? '' : agrees ? 'yes' : 'no'])]
  return { entries, agreeing: computed(() => count(true)), wrong: computed(() => count(false)), missing: computed(() => count(null)), rows }
}
