import { locales } from '@contract'
import type { Arguments, Flag } from './flags'
import type { Terminal } from './terminal'

/** Exit codes that every command keeps to. */
export const exit = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const

/** How a person starts a command. */
export const invocation = 'npm run -s lab --'

/** What a command finds around it. */
export interface Surroundings {
  readonly terminal: Terminal
  readonly version: string
  /** The folder with MNIST's four files */
  readonly mnist: string
  /** The file that a thread is started from which computes for this one */
  readonly entry: URL
}

/** One command; its sentences are `cli.command.<name>` and `cli.about.<name>`. */
export interface Command {
  readonly name: string
  /** How usage shows its words: 'WEIGHTS IMAGE…' */
  readonly words?: string
  readonly flags: readonly Flag[]
  /** Its word may begin with a minus sign: an expression */
  readonly dashes?: 'words'
  /** Call as people would type it, after `lab` */
  readonly example: string
  /** @returns the exit code @throws LabError for what makes no result */
  run: (args: Arguments, surroundings: Surroundings) => Promise<number>
}

export const commonFlags: readonly Flag[] = [
  { name: 'json' },
  { name: 'lang', value: locales.join('|') },
  { name: 'help' },
  { name: 'version' },
]

export const networkFlags: readonly Flag[] = [
  { name: 'layers', value: 'N,N,…', fallback: '784,50,10' },
  { name: 'activation', value: 'relu|sigmoid', fallback: 'relu' },
  { name: 'init', value: 'small|xavier|he', fallback: 'he' },
]

export const seedFlag: Flag = { name: 'seed', value: 'N', fallback: '1' }
