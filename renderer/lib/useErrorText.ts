import { type Locale, paragraph, type WireError } from '@contract'
import { reasonOf, suggestionOf, visible } from '@core'
import { useI18n } from 'vue-i18n'
import { useNumbers } from './useNumbers'

/** An error as it is told, with what it comes from */
export type Told = Pick<WireError, 'code' | 'details'> & { readonly cause?: unknown }

/**
 * Tells an error in the reader's language, its large numbers with separators, and why what was found could not be read. What was
 * probably meant is `Suggestion`'s to show, where it can be put in place.
 */
export function useErrorText(): (error: Told) => string {
  const { t, locale } = useI18n()
  const numbers = useNumbers()
  const tell = ({ code, details }: Told): string => t(`errors.${code}`, Object.fromEntries(Object.entries(details).map(([key, value]) =>
    [key, typeof value === 'number' && Number.isInteger(value) ? numbers.value.count(value) : typeof value === 'string' ? visible(value) : value])))
  return (error) => {
    const reason = reasonOf(error)
    const { suggestion } = error.details
    const meant = suggestion === undefined || suggestionOf(error) ? '' : t('cli.suggestion', { suggestion })
    return paragraph(locale.value as Locale, [tell(error), reason ? tell(reason) : '', meant])
  }
}
