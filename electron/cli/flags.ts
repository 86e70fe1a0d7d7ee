import { LabError, nearest, plainText } from '@core'

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

export interface ParseOptions {
  /** A word with a single dash which is no flag is a word: `-x`, for commands that take an expression */
  readonly dashes?: 'words' | undefined
}

/** One argument: the flag as it is meant, and the value after an equals sign. */
interface Written { readonly head: string, readonly value: string | undefined, /** Whether dashes of other kinds were made two */ readonly guessed: boolean }

/** Dashes and letters of full width are ordinary ones; editors turn two hyphens into one long dash. */
function written(arg: string): Written {
  const { text, place } = plainText(arg)
  const equals = text.indexOf('=')
  const head = equals < 0 ? text : text.slice(0, equals)
  const value = equals < 0 ? undefined : arg.slice(place(equals + 1))
  if (!head.startsWith('-')) return { head: arg, value: undefined, guessed: false }
  const guessed = /^-[a-z]{2}[a-z-]*$/i.test(head) && /^[–—―]/.test(arg)
  return { head: head === '-h' ? '--help' : guessed ? `-${head}` : head, value, guessed }
}

/**
 * Takes a command line apart: `--flag value`, `--flag=value`, `--switch`, words, and only words after `--`.
 * @throws LabError cli.unknownFlag, cli.missingValue, cli.unexpectedValue, cli.repeatedFlag
 */
export function parseArguments(args: readonly string[], known: readonly Flag[], { dashes }: ParseOptions = {}): Arguments {
  const flags = new Map<string, string>()
  const words: string[] = []
  const isFlag = (name: string): boolean => known.some(flag => flag.name === name)
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') return { flags, words: [...words, ...args.slice(i + 1)] }
    const { head, value: given, guessed } = written(arg)
    const single = dashes === 'words' && (guessed ? !isFlag(head.slice(2)) : /^-[^-]/.test(head) && !isFlag(head.slice(1)))
    if (!head.startsWith('-') || arg === '-' || single || isExpression(arg)) {
      words.push(arg)
      continue
    }
    const flag = known.find(({ name }) => head === `--${name}`)
    if (!flag) throw unknownFlag(head, known)
    if (flags.has(flag.name)) throw new LabError('cli.repeatedFlag', `${head} was given twice`, { flag: head })
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
  }
  return { flags, words }
}

/** What follows each time that a flag is given, whatever else stands on the line; '' where nothing follows. */
export function givenTo(args: readonly string[], flag: string): readonly string[] {
  return args.flatMap((arg, i) => {
    const { head, value } = written(arg)
    return head === flag ? [value ?? args[i + 1] ?? ''] : []
  })
}

export const isFlagLike = (arg: string): boolean => written(arg).head.startsWith('-')

/** Whether the argument asks for something, whatever else stands on the line. */
export const asksFor = (args: readonly string[], flag: string): boolean => {
  const end = args.indexOf('--')
  return givenTo(end < 0 ? args : args.slice(0, end), flag).length > 0
}

/** `-(a + b)` is no flag, `-x` might be one. */
const isExpression = (arg: string): boolean => /^-[^-].*[()*/+^ ]/.test(arg)

/** `-0.1` is a value, `-x` and `--x` are flags. */
const looksLikeFlag = (arg: string): boolean => arg.startsWith('-') && arg !== '-' && !/^-[\d.½¼¾]/.test(arg)

const missingValue = (flag: string, wanted: string, found = ''): LabError =>
  new LabError('cli.missingValue', `${flag} wants a value: ${wanted}`, { flag, wanted, found: found || '–' })

function unknownFlag(flag: string, known: readonly Flag[]): LabError {
  const suggestion = nearest(flag, known.map(({ name }) => `--${name}`))
  return new LabError('cli.unknownFlag', `${flag} is not a flag`, { flag, ...(suggestion ? { suggestion } : {}) })
}
