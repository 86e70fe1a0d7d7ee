import { type Locale, paragraph, type WireError } from '@contract'
import { reasonOf, suggestionOf, visible } from '@core'
import { useI18n } from 'vue-i18n'
import { useNumbers } from './useNumbers'

/** The parts of an error that its text is made from, with the cause */
export type Told = Pick<WireError, 'code' | 'details'> & { readonly cause?: unknown }

/**
 * Formats an error in the user's language, with separators in large numbers, and the reason for a parse error. The
 * suggested correction is left to `Suggestion`, which can apply it.
 */
export function useErrorText(): (error: Told) => string {
  const { t, locale } = useI18n()
  const numbers = useNumbers()
  const tell = ({ code, details }: Told): string => t(`errors.${code}`, Object.fromEntries(Object.entries(details).map(([key, value]) =>
    [key, typeof value === 'number' && Number.isInteger(value) ? numbers.value.count(value) : typeof value === 'string' ? visible(value) : value])))
  return (error) => {
    const reason = reasonOf(error)
    const { suggestion } = error.details
    const meant = suggestion === undefined || suggestionOf(error) ? '' : t('suggestion.meant', { suggestion })
    return paragraph(locale.value as Locale, [tell(error), reason ? tell(reason) : '', meant])
  }
}
