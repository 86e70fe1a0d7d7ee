import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Network, Product, Work } from './cases'

/** What a child is asked for, one a line. */
export type Request
  = | { readonly work: Exclude<Work, 'loop'>, readonly network: Network, readonly seconds: number, readonly steps?: number }
    | { readonly work: 'loop', readonly network: Network, readonly iterations: number }
    | { readonly work: 'product', readonly product: Product, readonly seconds: number }
    | { readonly work: 'peak', readonly seconds: number }
    | { readonly work: 'profile', readonly network: Network, readonly seconds: number }

/** One operation of a step, by its name and the shape of what it writes. */
export interface ProfileLine {
  readonly op: string
  /** Microseconds a step, the first quartile over all steps: time that another program took is not counted */
  readonly microseconds: number
}

/** What a burst came to. */
export interface Burst {
  /** Samples, images or floating-point operations */
  readonly count: number
  readonly steps: number
  readonly seconds: number
  /** Seconds on processors, of all threads together */
  readonly cpu: number
  readonly loss?: number
  readonly accuracy?: number
  /** Where a step's time went */
  readonly lines?: readonly ProfileLine[]
}

/** Who a child is; the first thing it says. */
export interface Introduction {
  readonly name: string
  readonly version: string
  /** What multiplies its matrices, where it tells */
  readonly kernel: string | null
  readonly threads: number
}

/** Somebody who does bursts of work on request. */
export interface Runner {
  readonly about: Introduction
  ask(request: Request): Promise<Burst>
  end(): void
}

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** A request that is not answered by then never will be. */
const patienceMs = 300_000

/** Starts a child that answers each line with a line. @throws Error when it ends or stays silent */
export async function startChild({ file, args, env }: Command): Promise<Runner> {
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { complaint = (complaint + text).slice(-2000) })
  child.stdin.on('error', () => undefined) // its end is told by `answers`
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async <T>(): Promise<T> => {
    const { value, done } = await bounded(child, lines.next())
    if (done) throw new Error(`${[file, ...args].join(' ')} ended: ${complaint.trim()}`)
    return JSON.parse(value) as T
  }
  return {
    about: await answer<Introduction>(),
    ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      return answer<Burst>()
    },
    end() { child.stdin.end() },
  }
}

async function bounded<T>(child: ChildProcess, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  try { return await work }
  finally { clearTimeout(timer) }
}
