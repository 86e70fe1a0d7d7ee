import { locales } from '@contract'
import { activations, architectureOn, defaultConfig, inits, lossDefinition, losses, mnist, sizesOf } from '@core'
import type { DatasetStore, RunStore } from '@files'
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
  readonly datasets: DatasetStore
  readonly runs: RunStore
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
  { name: 'layers', value: 'N,N,…', fallback: sizesOf(architectureOn(defaultConfig.network, mnist)).join(',') },
  { name: 'activation', value: activations.join('|'), fallback: 'relu' },
  { name: 'network', value: 'LAYERS' },
  { name: 'loss', value: losses.map(loss => lossDefinition(loss).word).join('|'), fallback: 'softmax' },
  { name: 'init', value: inits.join('|'), fallback: 'he' },
]

export const seedFlag: Flag = { name: 'seed', value: 'N', fallback: '1' }
