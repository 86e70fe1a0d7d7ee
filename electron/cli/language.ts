import { type Locale, locales, pickLocale } from '@contract'
import { LabError, plainText } from '@core'
import { valuesOf } from './flags'

/**
 * The language of the output: `--lang`, else the environment's.
 * @param args the whole command line, unparsed: errors in it use this language, too
 * @param environment precedence: LC_ALL, LC_MESSAGES, LANG
 */
export function languageOf(args: readonly string[], environment: NodeJS.ProcessEnv): Locale {
  const [given] = valuesOf(args, '--lang')
  const asked = given === undefined ? undefined : localeOf(given)
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  // Windows sets none of these variables: use the system's language.
  return asked ?? pickLocale([LC_ALL || LC_MESSAGES || LANG || new Intl.DateTimeFormat().resolvedOptions().locale])
}

const localeOf = (given: string): Locale | undefined => locales.find(locale => locale.toLowerCase() === plainText(given).text.trim().toLowerCase())

/** @throws LabError cli.value */
export function checkLanguage(given: string | undefined): void {
  if (given === undefined || localeOf(given) !== undefined) return
  throw new LabError('cli.value', `--lang: one of ${locales.join(', ')}, found ${given}`, { flag: '--lang', wanted: locales.join(', '), found: given })
}
