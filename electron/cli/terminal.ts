import { resolve } from 'node:path'
import { type Locale, paragraph, shortNumber, type TextParameters, translate } from '@contract'
import { type ErrorDetails, LabError, reasonOf, suggestionOf, visible } from '@core'
import { terminalText } from '@terminal'

/** An output stream of a command. */
export interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
  write: (text: string) => unknown
}

/** Makes texts from files and command lines safe to print: replaces control characters and spells out invisible ones. */
const printable = (details: ErrorDetails): ErrorDetails =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => [key, typeof value === 'string' ? visible(value.replace(/\p{Cc}/gu, '\ufffd')) : value]))

/** Output of a command in its language, with the base folder of its paths and its clock. */
export class Terminal {
  /** @param now clock in milliseconds, with an arbitrary origin */
  constructor(
    readonly locale: Locale,
    readonly stdout: Stream,
    readonly stderr: Stream,
    private readonly folder: string,
    readonly now: () => number = () => performance.now(),
  ) {}

  /** A text of the terminal in its language. */
  text(key: string, parameters: TextParameters = {}): string { return terminalText(this.locale, key, parameters) }

  /** Prints the result, on stdout. */
  print(text: string): void { this.stdout.write(`${text}\n`) }
  /** Prints a message, on stderr. */
  say(text: string): void { this.stderr.write(`${text}\n`) }

  /** Resolves a path against the folder of the call: npm runs scripts in the project's root. */
  path(given: string): string {
    const path = resolve(this.folder, given)
    return path === resolve(given) ? given : path // messages show the path as it was given
  }

  /** The message of an error: the window's, unless the terminal has its own because the advice differs (nothing can be rewound here). */
  errorText(cause: unknown): string {
    if (!(cause instanceof LabError)) return this.text('instead.internal', { found: String(cause instanceof Error ? cause.stack ?? cause.message : cause) })
    const { code } = cause
    const details = this.inWords(printable(cause.details))
    const own = `instead.${code}`
    const text = this.text(own, details)
    const sentence = text === own ? translate(this.locale, `errors.${code}`, details) : text
    const { flag } = details
    const named = flag === undefined || code.startsWith('cli.') ? sentence : `${flag}: ${sentence}` // the window's messages name no flag
    const reason = reasonOf(cause)
    const why = reason ? translate(this.locale, `errors.${reason.code}`, printable(reason.details)) : ''
    const suggestion = details['suggestion'] ?? suggestionOf(cause)?.text
    const meant = suggestion === undefined ? '' : suggestion === '' ? translate(this.locale, 'suggestion.removal') : translate(this.locale, 'suggestion.meant', { suggestion })
    return paragraph(this.locale, [named, why, meant])
  }

  /** Spells out ranges and a missing value, which a form shows as '0 ≤ … < 1' and '–'. */
  private inWords(details: ErrorDetails): ErrorDetails {
    const { wanted, found } = details
    const [, min, sign, max] = /^(\S+) ≤ … ([<≤]) (\S+)$/.exec(String(wanted)) ?? []
    const [, first, last] = /^(\d+), \d+, …, (\d+)$/.exec(String(wanted)) ?? []
    return {
      ...details,
      ...min !== undefined && { wanted: this.text(sign === '<' ? 'wanted.below' : 'wanted.upTo', { min, max: max! }) },
      ...first !== undefined && { wanted: this.text('wanted.count', { min: first, max: last! }) },
      ...found === '–' && { found: this.text('nothing') },
    }
  }

  /** Three significant digits, as in the window: 0.0123, 4.56e−5. */
  short(value: number): string { return shortNumber(this.locale, value) }

  /** 12345.6 → 12,345.6 in the language's notation */
  number(value: number, digits = 0): string {
    return value.toLocaleString(this.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  }

  /** 0.97 → 97.00% */
  percent(share: number, digits = 2): string {
    return share.toLocaleString(this.locale, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits })
  }

  /** 95 → 1:35 */
  duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds))
    const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
    const two = (n: number): string => String(n).padStart(2, '0')
    return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
  }
}
