import { type Locale, locales, pickLocale } from '@contract'
import { LabError } from '@core'

/**
 * The language to speak: `--lang`, else the environment's.
 * @param args the whole command line: a wrong flag is told in the language that was asked for
 * @param environment LC_ALL goes before LC_MESSAGES, and that before LANG
 */
export function languageOf(args: readonly string[], environment: NodeJS.ProcessEnv): Locale {
  const given = args.flatMap((arg, i) => arg === '--lang' ? args.slice(i + 1, i + 2) : arg.startsWith('--lang=') ? [arg.slice('--lang='.length)] : [])
  const asked = locales.find(locale => locale === given[0])
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  // Windows has none of them: there the system's own language speaks.
  return asked ?? pickLocale([LC_ALL || LC_MESSAGES || LANG || new Intl.DateTimeFormat().resolvedOptions().locale])
}

/** @throws LabError cli.value */
export function checkLanguage(given: string | undefined): void {
  if (given === undefined || locales.some(locale => locale === given)) return
  throw new LabError('cli.value', `--lang: one of ${locales.join(', ')}, found ${given}`, { flag: '--lang', wanted: locales.join(', '), found: given })
}
