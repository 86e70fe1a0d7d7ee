import { resolve } from 'node:path'
import { type Locale, paragraph, shortNumber, type TextParameters, translate } from '@contract'
import { type ErrorDetails, LabError, reasonOf, suggestionOf, visible } from '@core'

/** What a command writes to. */
export interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
  write: (text: string) => unknown
}

/** Names out of files and command lines must not steer the terminal, and what nobody sees is named. */
const printable = (details: ErrorDetails): ErrorDetails =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => [key, typeof value === 'string' ? visible(value.replace(/\p{Cc}/gu, '\ufffd')) : value]))

/** A command's surroundings: its language, its two streams, where its paths begin, and its clock. */
export class Terminal {
  /** @param now in milliseconds, from any beginning */
  constructor(
    readonly locale: Locale,
    readonly stdout: Stream,
    readonly stderr: Stream,
    private readonly folder: string,
    readonly now: () => number = () => performance.now(),
  ) {}

  /** A sentence out of the `cli` section. */
  text(key: string, parameters: TextParameters = {}): string { return translate(this.locale, `cli.${key}`, parameters) }

  /** The command's result. */
  print(text: string): void { this.stdout.write(`${text}\n`) }
  /** Everything else. */
  say(text: string): void { this.stderr.write(`${text}\n`) }

  /** The file as the system finds it: npm runs a script at the project's root, wherever it was called. */
  path(given: string): string {
    const path = resolve(this.folder, given)
    return path === resolve(given) ? given : path // messages name files as they were given
  }

  /** An error's sentence; where the window's would not fit (there is nothing to rewind here), the terminal's own. */
  sentence(cause: unknown): string {
    if (!(cause instanceof LabError)) return this.text('instead.internal', { found: String(cause instanceof Error ? cause.stack ?? cause.message : cause) })
    const { code } = cause
    const details = printable(cause.details)
    const own = `instead.${code}`
    const text = this.text(own, details)
    const sentence = text === `cli.${own}` ? translate(this.locale, `errors.${code}`, details) : text
    const { flag } = details
    const named = flag === undefined || code.startsWith('cli.') ? sentence : `${flag}: ${sentence}` // a window's sentence names no flag
    const reason = reasonOf(cause)
    const why = reason ? translate(this.locale, `errors.${reason.code}`, printable(reason.details)) : ''
    const suggestion = details['suggestion'] ?? suggestionOf(cause)?.text
    const meant = suggestion === undefined ? '' : suggestion === '' ? this.text('suggestionRemoval') : this.text('suggestion', { suggestion })
    return paragraph(this.locale, [named, why, meant])
  }

  /** Three significant digits, as the window writes them: 0.0123, 4.56e−5. */
  short(value: number): string { return shortNumber(this.locale, value) }

  /** 12345.6 → 12,345.6 as the language writes it. */
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
