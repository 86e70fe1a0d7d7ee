import type { RunConfig } from '@core'
import type { Reply, WireError } from './reply'
import type { BatchFrame, DrawSource, MetricsFrame, Pace, Prediction, ProbeFrame, ProbeQuery, RunHistory, RunState, Threads } from './run'

/** Dataset bytes, shared between main and the training thread without copying. */
export interface SharedDataset {
  readonly id: string
  readonly classes: number
  /** Height and width of an image */
  readonly rows: number
  readonly columns: number
  readonly train: SharedSplit
  readonly test: SharedSplit
}

export interface SharedSplit {
  readonly count: number
  /** count × rows × columns bytes, 0 to 255 */
  readonly images: Uint8Array<SharedArrayBuffer>
  readonly labels: Uint8Array<SharedArrayBuffer>
}

/** A weights file in memory, with the name that people know it by. */
export interface NamedWeights {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The module that computes, and what it can do at most on one thread. */
export interface KernelSpeed {
  /** 'wasm-wide-simd', 'wasm-relaxed-simd', …; 'reference-float32' without SIMD */
  readonly backend: string
  /** Operations a second on registers alone, two for each multiply-add; null without SIMD */
  readonly operationsPerSecond: number | null
}

/** A file's bytes and what a person should know of them. */
export interface WeightsBytes {
  readonly bytes: Uint8Array
  readonly step: number
}

/** What the training thread answers, by name. Errors come as replies, never as exceptions. */
export interface WorkerRequests {
  /** A new run from a seed. */
  'configure': (arg: { config: RunConfig, pace: Pace }) => RunState
  /** A run from a weights file: its network, its settings where it has them, its step. */
  'open': (arg: { weights: NamedWeights, pace: Pace }) => RunState
  'run': (arg: { pace: Pace }) => RunState
  'pause': (arg: null) => RunState
  'pace': (arg: { pace: Pace }) => RunState
  /** Answers when the mini-batch, or the epoch's last one, is done, or when paused before. */
  'step': (arg: { unit: 'batch' | 'epoch' }) => RunState
  'rewind': (arg: null) => RunState
  /** Other threads from now on, for the run at work, too; null when there is none. */
  'threads': (arg: { threads: Threads }) => RunState | null
  'state': (arg: null) => RunState | null
  'history': (arg: null) => RunHistory
  /** @param arg.pixels 28×28, 0 (paper) to 1 (ink), already made like MNIST */
  'predict': (arg: { source: DrawSource, pixels: Float32Array }) => Prediction
  /** What one thread can do at most: multiply-adds on registers alone. */
  'peak': (arg: null) => KernelSpeed
  'probe': (arg: ProbeQuery) => ProbeFrame
  /** @param arg.rows of the mini-batch's images, how many are wanted */
  'batch': (arg: { rows: number }) => BatchFrame
  /** The weights as a safetensors file. */
  'weights': (arg: null) => WeightsBytes
}

export type WorkerCommand = keyof WorkerRequests
export type ArgOf<K extends WorkerCommand> = Parameters<WorkerRequests[K]>[0]
export type ResultOf<K extends WorkerCommand> = ReturnType<WorkerRequests[K]>

/** Given once, when the thread starts. */
export interface WorkerStart {
  /** The same file is the entry of the threads that compute for it */
  readonly role: 'train'
  readonly dataset: SharedDataset
  readonly sample: NamedWeights
  /** Int32: not 0 when a request waits; ends the running slice after its mini-batch. */
  readonly wanted: Int32Array<SharedArrayBuffer>
  readonly version: string
  readonly threads: Threads
  /** Int32: not 0 while a thread of this process compiles kernels, under flags of V8's that hold for all of them */
  readonly compiling: Int32Array<SharedArrayBuffer>
  /** Its runs are counted on from here: above those of every thread before it, whatever the clock says */
  readonly firstRunId: number
}

export type ToWorker = { [K in WorkerCommand]: { readonly id: number, readonly command: K, readonly arg: ArgOf<K> } }[WorkerCommand]

export type FromWorker
  = | { readonly type: 'ready' }
    | { readonly type: 'reply', readonly id: number, readonly reply: Reply<unknown> }
    | { readonly type: 'metrics', readonly frame: MetricsFrame }
  /** Phase, pace or settings changed by themselves: diverged, an epoch ended, … */
    | { readonly type: 'state', readonly state: RunState }
  /** What a person should know; training goes on. */
    | { readonly type: 'warning', readonly error: WireError }
