import { LabError, nearest, plainText } from '@core'

/** A flag of a command; without `value` it is a switch. Its text in `terminal.json` is `flag.<name>`, unless `text` names another. */
export interface Flag {
  readonly name: string
  readonly text?: string
  /** Whether it may be given more than once */
  readonly repeatable?: boolean
  /** Placeholder of its value in help: 'N', 'FILE' */
  readonly value?: string
  /** Its default, as help shows it */
  readonly fallback?: string
}

export interface Arguments {
  /** By name, without the dashes; the value of a switch is '' */
  readonly flags: ReadonlyMap<string, string>
  /** All values of the repeatable flags, in order; the last one is in `flags` too */
  readonly repeated: ReadonlyMap<string, readonly string[]>
  readonly positional: readonly string[]
}

export interface ParseOptions {
  /** 'words': an unknown argument with a single dash, such as `-x`, is positional, for commands that take an expression */
  readonly singleDash?: 'words' | undefined
}

/** One argument after normalization: the flag, and the value after an equals sign. */
interface NormalizedArgument { readonly head: string, readonly value: string | undefined, /** Whether one long dash was replaced by two hyphens */ readonly wasLongDash: boolean }

/** Normalizes full-width letters and other dashes; editors replace two hyphens by one long dash. */
function normalize(arg: string): NormalizedArgument {
  const { text, place } = plainText(arg)
  const equals = text.indexOf('=')
  const head = equals < 0 ? text : text.slice(0, equals)
  const value = equals < 0 ? undefined : arg.slice(place(equals + 1))
  if (!head.startsWith('-')) return { head: arg, value: undefined, wasLongDash: false }
  const wasLongDash = /^-[a-z]{2}[a-z-]*$/i.test(head) && /^[–—―]/.test(arg)
  return { head: head === '-h' ? '--help' : wasLongDash ? `-${head}` : head, value, wasLongDash }
}

/**
 * Parses a command line: `--flag value`, `--flag=value`, `--switch`, positional arguments. After `--` all are positional.
 * @throws LabError cli.unknownFlag, cli.missingValue, cli.unexpectedValue, cli.repeatedFlag
 */
export function parseArguments(args: readonly string[], known: readonly Flag[], { singleDash }: ParseOptions = {}): Arguments {
  const flags = new Map<string, string>()
  const repeated = new Map<string, readonly string[]>()
  const positional: string[] = []
  const isFlag = (name: string): boolean => known.some(flag => flag.name === name)
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') return { flags, repeated, positional: [...positional, ...args.slice(i + 1)] }
    const { head, value: given, wasLongDash } = normalize(arg)
    const isPositional = singleDash === 'words' && (wasLongDash ? !isFlag(head.slice(2)) : /^-[^-]/.test(head) && !isFlag(head.slice(1)))
    if (!head.startsWith('-') || arg === '-' || isPositional || isExpression(arg)) {
      positional.push(arg)
      continue
    }
    const flag = known.find(({ name }) => head === `--${name}`)
    if (!flag) throw unknownFlag(head, known)
    if (flags.has(flag.name) && !flag.repeatable) throw new LabError('cli.repeatedFlag', `${head} was given twice`, { flag: head })
    let value = given
    if (flag.value === undefined) {
      if (value !== undefined) throw new LabError('cli.unexpectedValue', `${head} takes no value, found ${value}`, { flag: head, found: value })
    }
    else if (value === undefined) {
      value = args[i + 1]
      if (!value || looksLikeFlag(value)) throw missingValue(head, flag.value, value)
      i++
    }
    else if (value === '') throw missingValue(head, flag.value, '')
    flags.set(flag.name, value ?? '')
    if (flag.repeatable) repeated.set(flag.name, [...repeated.get(flag.name) ?? [], value ?? ''])
  }
  return { flags, repeated, positional }
}

/**
 * The only positional argument of a command.
 * @param wanted what it stands for: 'FILE'
 * @throws LabError cli.missingArgument, cli.extraArgument
 */
export function onlyArgument({ positional: [given, extra] }: Arguments, command: string, wanted: string): string {
  if (given === undefined) throw new LabError('cli.missingArgument', `${command} needs ${wanted}`, { wanted })
  if (extra !== undefined) throw new LabError('cli.extraArgument', `${command} takes no ${extra}`, { command, found: extra })
  return given
}

/** The values of all occurrences of a flag, without checking the rest of the line; '' for a missing value. */
export function valuesOf(args: readonly string[], flag: string): readonly string[] {
  return args.flatMap((arg, i) => {
    const { head, value } = normalize(arg)
    return head === flag ? [value ?? args[i + 1] ?? ''] : []
  })
}

export const isFlagLike = (arg: string): boolean => normalize(arg).head.startsWith('-')

/** Whether a flag occurs before `--`, without checking the rest of the line. */
export const hasFlag = (args: readonly string[], flag: string): boolean => {
  const end = args.indexOf('--')
  return valuesOf(end < 0 ? args : args.slice(0, end), flag).length > 0
}

/** `-(a + b)` is an expression; `-x` may be a flag. */
const isExpression = (arg: string): boolean => /^-[^-].*[()*/+^ ]/.test(arg)

/** `-0.1` is a value, `-x` and `--x` are flags. */
const looksLikeFlag = (arg: string): boolean => arg.startsWith('-') && arg !== '-' && !/^-[\d.½¼¾]/.test(arg)

const missingValue = (flag: string, wanted: string, found = ''): LabError =>
  new LabError('cli.missingValue', `${flag} needs a value (${wanted}), found ${found || 'nothing'}`, { flag, wanted, found: found || '–' })

function unknownFlag(flag: string, known: readonly Flag[]): LabError {
  const suggestion = nearest(flag, known.map(({ name }) => `--${name}`))
  return new LabError('cli.unknownFlag', `${flag} is not a flag`, { flag, ...(suggestion ? { suggestion } : {}) })
}
