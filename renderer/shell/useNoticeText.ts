import { useI18n } from 'vue-i18n'
import type { Notice } from '../stores/notices'
import { useFileName } from '../lib/useFileName'
import { useNumbers } from '../lib/useNumbers'

/** The text of a notice: steps are grouped, and the lab's own files have the names that Files gives them. */
export function useNoticeText() {
  const { t } = useI18n()
  const numbers = useNumbers()
  const fileName = useFileName()
  return ({ key, parameters }: Pick<Notice, 'key' | 'parameters'>): string => t(key, Object.fromEntries(Object.entries(parameters).map(([name, value]) =>
    [name, name === 'step' && typeof value === 'number' ? numbers.value.count(value) : name === 'name' && key.startsWith('files.') ? fileName(String(value)) : value])))
}
