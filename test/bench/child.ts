import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Network, Product, Work } from './cases'
import type { Asked } from './views'

/** A request to a child, one per line. */
export type Request
  = | { readonly work: Exclude<Work, 'loop'>, readonly network: Network, readonly seconds: number, readonly steps?: number }
    | { readonly work: 'loop', readonly network: Network, readonly iterations: number }
    | { readonly work: 'product', readonly product: Product, readonly seconds: number }
    | { readonly work: 'peak', readonly seconds: number }
    | { readonly work: 'profile', readonly network: Network, readonly seconds: number }
    | ThreadRequest
    | RecordRequest
    | VisitRequest

/** Training in the app's thread, at full speed. */
export interface ThreadRequest {
  readonly work: 'thread'
  readonly network: Network
  readonly seconds: number
  /** What views ask about the run meanwhile, each again and again */
  readonly asked: readonly Asked[]
}

/** Training in the app's thread, at full speed, recorded on the disk or not. */
export interface RecordRequest {
  readonly work: 'record'
  readonly network: Network
  readonly seconds: number
  readonly recording: boolean
}

/** Visits of random moments of a recorded run's past, at rest and while it learns on at full speed. */
export interface VisitRequest {
  readonly work: 'visits'
  readonly network: Network
  /** Length of the run */
  readonly steps: number
  readonly visits: number
  /** Of the bursts while moments are reached, while one is looked at, and with the past left */
  readonly seconds: number
}

/** Milliseconds until a moment is shown, and what is left of the run's speed. */
export interface VisitFigures {
  readonly steps: number
  readonly atRest: readonly number[]
  readonly whileLearning: readonly number[]
  /** Samples per second of the run: bursts in turns */
  readonly alone: readonly number[]
  readonly reaching: readonly number[]
  readonly looking: readonly number[]
}

/** One operation of a step, named by operation and output shape. */
export interface ProfileLine {
  readonly op: string
  /** Microseconds per step: the first quartile over all steps, which excludes time taken by other programs */
  readonly microseconds: number
}

/** The answers to the last question during a burst. */
export interface ProbeBurst {
  readonly answers: number
  /** Median duration of an answer in milliseconds, in the thread */
  readonly ms: number
  /** Median share of the thread's time that answers took, as measured there */
  readonly share: number
}

/** Result of a burst. */
export interface Burst {
  /** Number of samples, images or floating-point operations */
  readonly count: number
  readonly steps: number
  readonly seconds: number
  /** CPU seconds of all threads together */
  readonly cpu: number
  readonly loss?: number
  readonly accuracy?: number
  /** Profile of a step */
  readonly lines?: readonly ProfileLine[]
  readonly probes?: ProbeBurst
  readonly visits?: VisitFigures
}

/** Identity of a child, which it sends first. */
export interface Introduction {
  readonly name: string
  readonly version: string
  /** Library or kernel that multiplies its matrices, when known */
  readonly kernel: string | null
  readonly threads: number
}

/** A process that runs bursts of work on request. */
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

/** Timeout of a request. */
const patienceMs = 300_000

/** Starts a child that answers each line with a line. @throws Error when it ends or does not answer in time */
export async function startChild({ file, args, env }: Command): Promise<Runner> {
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { complaint = (complaint + text).slice(-2000) })
  child.stdin.on('error', () => undefined) // `answers` reports its end
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
