import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { backends, Engine } from '@core'
import { kernelBytes } from '@kernels'
import type { CommandEnvironment } from './command'
import type { Arguments, Flag } from './flags'
import { choiceOf, countOf } from './values'

export const backendFlag: Flag = { name: 'backend', value: backends.join('|'), fallback: backends[0] }
export const threadsFlag: Flag = { name: 'threads', value: 'N' }

/** The backend and the thread count that the flags select. */
export interface EngineChoice {
  readonly backend: (typeof backends)[number]
  readonly threads: number | 'auto'
}

/** @throws LabError cli.value naming the flag, what it accepts and what was found */
export function engineChoiceOf(args: Arguments, { terminal }: CommandEnvironment): EngineChoice {
  return {
    backend: choiceOf(args, 'backend', backends, backends[0]),
    threads: args.flags.has('threads') ? countOf(args, 'threads', { max: availableParallelism(), fallback: 1 }, terminal) : 'auto',
  }
}

/** Creates the compute engine, and prints its notice when it runs slower than it could. */
export function openEngine({ backend, threads }: EngineChoice, { terminal, entry }: CommandEnvironment): Engine {
  const engine = new Engine({
    bytes: kernelBytes, backend, threads, cores: availableParallelism(),
    startThread: start => new Worker(entry, { workerData: start }),
    lost: cause => terminal.say(terminal.errorText(cause)),
  })
  if (engine.notice) terminal.say(terminal.errorText(engine.notice))
  return engine
}
