import { locales } from '@contract'
import { activations, inits } from '@core'
import type { Arguments, Flag } from './flags'
import type { Terminal } from './terminal'

/** Exit codes of every command. */
export const exitCodes = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const

/** Start of every command line, as shown in messages. */
export const invocation = 'npm run -s lab --'

/** The environment of a command. */
export interface CommandEnvironment {
  readonly terminal: Terminal
  readonly version: string
  /** The folder with MNIST's four files */
  readonly mnist: string
  /** The entry file of compute threads */
  readonly entry: URL
}

/** One command; its texts are `command.<name>` and `about.<name>` in `terminal.json`. */
export interface Command {
  readonly name: string
  /** Positional arguments in the usage line: 'WEIGHTS IMAGE…' */
  readonly positional?: string
  readonly flags: readonly Flag[]
  /** 'words': a positional argument may begin with a minus sign, as an expression does */
  readonly singleDash?: 'words'
  /** Example arguments, after `lab` */
  readonly example: string
  /** @returns the exit code @throws LabError when there is no result */
  run: (args: Arguments, environment: CommandEnvironment) => Promise<number>
}

export const commonFlags: readonly Flag[] = [
  { name: 'json' },
  { name: 'lang', value: locales.join('|') },
  { name: 'help' },
  { name: 'version' },
]

export const networkFlags: readonly Flag[] = [
  { name: 'layers', value: 'N,N,…', fallback: '784,50,10' },
  { name: 'activation', value: activations.join('|'), fallback: 'relu' },
  { name: 'init', value: inits.join('|'), fallback: 'he' },
]

export const seedFlag: Flag = { name: 'seed', value: 'N', fallback: '1' }
