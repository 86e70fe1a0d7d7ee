import type { WireError } from '@contract'
import { useI18n } from 'vue-i18n'
import { useNumbers } from './useNumbers'

/** Tells an error in the reader's language, its large numbers with separators, and what may have been meant. */
export function useErrorText(): (error: Pick<WireError, 'code' | 'details'>) => string {
  const { t } = useI18n()
  const numbers = useNumbers()
  return ({ code, details }) => {
    const text = t(`errors.${code}`, Object.fromEntries(Object.entries(details).map(([key, value]) =>
      [key, typeof value === 'number' && Number.isInteger(value) ? numbers.value.count(value) : value])))
    const { suggestion } = details
    return suggestion === undefined ? text : `${text} ${t('cli.suggestion', { suggestion })}`
  }
}
