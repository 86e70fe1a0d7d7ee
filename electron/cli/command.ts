import { locales } from '@contract'
import { architectureOn, defaultConfig, mnist, sizesOf } from '@core'
import type { DatasetStore } from '@files'
import type { Arguments, Flag } from './flags'
import type { Terminal } from './terminal'

/** Exit codes of every command. */
export const exit = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const

/** Start of every command line, as shown in messages. */
export const invocation = 'npm run -s lab --'

/** The environment of a command. */
export interface Surroundings {
  readonly terminal: Terminal
  readonly version: string
  readonly datasets: DatasetStore
  /** The entry file of compute threads */
  readonly entry: URL
}

/** One command; its texts are `cli.command.<name>` and `cli.about.<name>`. */
export interface Command {
  readonly name: string
  /** Positional arguments in the usage line: 'WEIGHTS IMAGE…' */
  readonly words?: string
  readonly flags: readonly Flag[]
  /** 'words': a positional argument may begin with a minus sign, as an expression does */
  readonly dashes?: 'words'
  /** Example arguments, after `lab` */
  readonly example: string
  /** @returns the exit code @throws LabError when there is no result */
  run: (args: Arguments, surroundings: Surroundings) => Promise<number>
}

export const commonFlags: readonly Flag[] = [
  { name: 'json' },
  { name: 'lang', value: locales.join('|') },
  { name: 'help' },
  { name: 'version' },
]

export const networkFlags: readonly Flag[] = [
  { name: 'layers', value: 'N,N,…', fallback: sizesOf(architectureOn(defaultConfig.network, mnist)).join(',') },
  { name: 'activation', value: 'relu|sigmoid', fallback: 'relu' },
  { name: 'network', value: 'LAYERS' },
  { name: 'loss', value: 'softmax|identity', fallback: 'softmax' },
  { name: 'init', value: 'small|xavier|he', fallback: 'he' },
]

export const seedFlag: Flag = { name: 'seed', value: 'N', fallback: '1' }
