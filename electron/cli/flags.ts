import { LabError, nearest } from '@core'

/** A flag of a command; without `value` it is a switch. Its sentence is `cli.flag.<name>`. */
export interface Flag {
  readonly name: string
  /** How help shows what it takes: 'N', 'FILE' */
  readonly value?: string
  /** How help shows what it is when left out */
  readonly fallback?: string
}

export interface Arguments {
  /** By name, without the dashes; a switch is '' */
  readonly flags: ReadonlyMap<string, string>
  readonly words: readonly string[]
}

/**
 * Takes a command line apart: `--flag value`, `--flag=value`, `--switch`, words, and only words after `--`.
 * @throws LabError cli.unknownFlag, cli.missingValue, cli.unexpectedValue, cli.repeatedFlag
 */
export function parseArguments(args: readonly string[], known: readonly Flag[]): Arguments {
  const flags = new Map<string, string>()
  const words: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') return { flags, words: [...words, ...args.slice(i + 1)] }
    if (!arg.startsWith('-') || arg === '-' || isExpression(arg)) {
      words.push(arg)
      continue
    }
    const [given = '', ...rest] = (arg === '-h' ? '--help' : arg).split('=')
    const flag = known.find(({ name }) => given === `--${name}`)
    if (!flag) throw unknownFlag(given, known)
    if (flags.has(flag.name)) throw new LabError('cli.repeatedFlag', `${given} was given twice`, { flag: given })
    let value = rest.length > 0 ? rest.join('=') : undefined
    if (flag.value === undefined) {
      if (value !== undefined) throw new LabError('cli.unexpectedValue', `${given} takes no value, found ${value}`, { flag: given, found: value })
    }
    else if (value === undefined) {
      value = args[i + 1]
      if (!value || looksLikeFlag(value)) throw missingValue(given, flag.value, value)
      i++
    }
    else if (value === '') throw missingValue(given, flag.value, '')
    flags.set(flag.name, value ?? '')
  }
  return { flags, words }
}

/** Whether the argument asks for something, whatever else stands on the line. */
export const asksFor = (args: readonly string[], ...wanted: string[]): boolean => {
  const end = args.indexOf('--')
  return (end < 0 ? args : args.slice(0, end)).some(arg => wanted.includes(arg))
}

/** `-(a + b)` is no flag, `-x` might be one. */
const isExpression = (arg: string): boolean => /^-[^-].*[()*/+^ ]/.test(arg)

/** `-0.1` is a value, `-x` and `--x` are flags. */
const looksLikeFlag = (arg: string): boolean => arg.startsWith('-') && arg !== '-' && !/^-[\d.]/.test(arg)

const missingValue = (flag: string, wanted: string, found = ''): LabError =>
  new LabError('cli.missingValue', `${flag} wants a value: ${wanted}`, { flag, wanted, found: found || '–' })

function unknownFlag(flag: string, known: readonly Flag[]): LabError {
  const suggestion = nearest(flag, known.map(({ name }) => `--${name}`))
  return new LabError('cli.unknownFlag', `${flag} is not a flag`, { flag, ...(suggestion ? { suggestion } : {}) })
}
