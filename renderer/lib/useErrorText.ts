import { type Locale, paragraph, type WireError } from '@contract'
import { layerKinds, optimizerDefinition, optimizers, reasonOf, suggestionOf, visible } from '@core'
import { useI18n } from 'vue-i18n'
import { useBlockName } from './useBlockName'
import { useNumbers } from './useNumbers'
import { useSettingName } from './useSettingName'

/** The parts of an error that its text is made from, with the cause */
export type Told = Pick<WireError, 'code' | 'details'> & { readonly cause?: unknown }

/**
 * Formats an error in the user's language, with separators in large numbers, names of layers and settings, and the reason for a parse error. The
 * suggested correction is left to `Suggestion`, which can apply it.
 */
export function useErrorText(): (error: Told) => string {
  const { t, locale } = useI18n()
  const numbers = useNumbers()
  const nameOf = useBlockName()
  const settingName = useSettingName()
  const show = (key: string, value: string | number, code: string): string | number => {
    if (typeof value === 'number') return Number.isInteger(value) ? numbers.value.count(value) : value
    if (key === 'kind' && code.startsWith('network.') && layerKinds.has(value)) return nameOf(value)
    if (key === 'found' && value === '–') return t('terms.nothing')
    return key === 'setting' || key === 'rate' ? settingName(value) : visible(value)
  }
  /** A range in words, for the settings and rates that the core gives as an inequality. */
  const range = ({ kind, setting, rate }: Told['details']): string | null => {
    const found = rate !== undefined
      ? optimizers.flatMap(name => optimizerDefinition(name).rates).find(({ name }) => name === rate)
      : layerKinds.get(String(kind))?.settings.find(({ name, whole }) => name === setting && !whole)
    return found ? t(found.open ? 'terms.range.below' : 'terms.range.to', { min: found.min, max: found.max }) : null
  }
  const tell = ({ code, details }: Told): string => {
    const wanted = code === 'network.setting' || code === 'config.rate' ? range(details) : null
    return t(`errors.${code}`, { ...Object.fromEntries(Object.entries(details).map(([key, value]) => [key, show(key, value, code)])), ...wanted !== null && { wanted } })
  }
  return (error) => {
    const reason = reasonOf(error)
    const { suggestion } = error.details
    const meant = suggestion === undefined || suggestionOf(error) ? '' : t('suggestion.meant', { suggestion })
    return paragraph(locale.value as Locale, [tell(error), reason ? tell(reason) : '', meant])
  }
}
