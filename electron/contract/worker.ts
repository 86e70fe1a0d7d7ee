import type { RunConfig } from '@core'
import type { SharedDataset } from './dataset'
import type { PassedOn } from './passed-on'
import type { Reply, WireError } from './reply'
import type { RequestArg, RequestResult } from './requests'
import type { MetricsFrame, Pace, RunState, Threads } from './run'

/** A weights file in memory, and its file name. */
export interface NamedWeights {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The run's weights as a file, and the step that they are from. */
export interface WeightsBytes {
  readonly bytes: Uint8Array
  readonly step: number
}

/** What main asks the training thread by itself. */
interface OwnCommands {
  /** A new run from a seed */
  'configure': { arg: { config: RunConfig, pace: Pace }, result: RunState }
  /** A run from a weights file: its network, its settings where it has them, its step */
  'open': { arg: { weights: NamedWeights, pace: Pace }, result: RunState }
  'rewind': { arg: null, result: RunState }
  /** Changes the thread count, also of the current run; null when there is none. */
  'threads': { arg: { threads: Threads }, result: RunState | null }
  'state': { arg: null, result: RunState | null }
  /** The weights as a safetensors file */
  'weights': { arg: null, result: WeightsBytes }
}

/** Every command of the training thread: the channels that main passes on, and main's own. Errors come as replies, never as exceptions. */
type Commands = OwnCommands & { [K in PassedOn]: { arg: RequestArg<K>, result: RequestResult<K> } }
export type WorkerCommand = keyof Commands
export type ArgOf<K extends WorkerCommand> = Commands[K]['arg']
export type ResultOf<K extends WorkerCommand> = Commands[K]['result']

/** The training thread's `workerData`. */
export interface WorkerStart {
  /** The threads that compute for it start from the same file, with another role */
  readonly role: 'train'
  readonly dataset: SharedDataset
  readonly sample: NamedWeights
  /** Int32: number of requests not yet taken; more than 0 ends the current slice after its mini-batch. */
  readonly wanted: Int32Array<SharedArrayBuffer>
  readonly version: string
  readonly threads: Threads
  /** Int32: 1 while a thread of this process compiles kernels. It holds a lock: V8's flags apply to the whole process. */
  readonly compiling: Int32Array<SharedArrayBuffer>
  /** Its run ids count up from here, above those of every earlier thread */
  readonly firstRunId: number
}

export type ToWorker = { [K in WorkerCommand]: { readonly id: number, readonly command: K, readonly arg: ArgOf<K> } }[WorkerCommand]

export type FromWorker
  = | { readonly type: 'ready' }
    | { readonly type: 'reply', readonly id: number, readonly reply: Reply<unknown> }
    | { readonly type: 'metrics', readonly frame: MetricsFrame }
  /** Changed without a request: diverged, an epoch ended, … */
    | { readonly type: 'state', readonly state: RunState }
  /** To be shown to the person; training goes on. */
    | { readonly type: 'warning', readonly error: WireError }
