import { useI18n } from 'vue-i18n'
import { useNumbers } from '../lib/useNumbers'
import type { KeptNetwork } from '../stores/sketch/networks'

/** Names a network that was kept: by its file, or by its run and step. */
export function useKeptName() {
  const { t } = useI18n()
  const numbers = useNumbers()
  return ({ from, name, facts: { step } }: KeptNetwork): string =>
    from === 'file' ? name ?? '' : t(name === null ? 'draw.kept.step' : 'draw.kept.stepOf', { name: name ?? '', step: numbers.value.count(step) })
}
