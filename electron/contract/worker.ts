import type { ChoiceAccuracy, NextLosses, Quantity, Question, RunConfig, RunEvent, Taught, TaughtEffect, UnitLook } from '@core'
import type { BrowsedSplit } from './browse'
import type { SharedDataset } from './dataset'
import type { Neighbours, NeighboursQuery } from './neighbours'
import type { HealthOfSpan, HealthToMeasure } from './health'
import type { PathOfSpan, PathToMeasure } from './measurements'
import type { ForwardedChannel } from './forwarded'
import type { FoundInSpan, SpanProgress, SpanToMeasure, StepPrice, TracedSpan } from './questions'
import type { NetworkNumbers } from './prediction'
import type { Reply, WireError } from './reply'
import type { RequestArg, RequestResult } from './requests'
import type { ReachedMoment, VisitProgress } from './past'
import type { NamedWeights } from './weights'
import type { CheckpointFrame, MetricsFrame, Pace, RecordedRun, RunSoFar, RunState, SuspendedRun, Threads } from './run'

/** The run's weights as a file, and their step. */
export interface WeightsBytes {
  readonly bytes: Uint8Array
  readonly step: number
}

/** A state of a recorded run that was learned again. */
export interface ReachedState {
  /** A checkpoint file */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The first step whose loss is not the recorded one; null while all are the same, bit for bit */
  readonly differsAt: number | null
  /** Whether the moment that was shown had to make room */
  readonly dropped: boolean
}

/** A state of a run, and how it goes on. */
export interface ContinuedState extends Pick<ReachedState, 'bytes' | 'differsAt'> {
  readonly next: NextLosses
}

/** Requests of main itself to the training thread. */
interface OwnCommands {
  /** Creates a run from a seed. `dataset` left out: the one of `WorkerStart`. `isKept` false: no states of its past are made */
  'configure': { arg: { config: RunConfig, pace: Pace, dataset?: SharedDataset, isKept?: boolean }, result: RunState }
  /** Creates a run from a weights file: its network, its step, and its settings as far as they are given */
  'open': { arg: { weights: NamedWeights, pace: Pace, dataset?: SharedDataset }, result: RunState }
  /**
   * Continues a recorded run: learns again from a checkpoint of it to its latest step. `differsAt`: the first step whose loss is
   * not the recorded one. With `suspended` it is the same run as before: with its id, learning on if it was
   */
  'resume': { arg: { run: RecordedRun, pace: Pace, dataset?: SharedDataset, suspended?: SuspendedRun }, result: { state: RunState, differsAt: number | null } }
  /** The checkpoint with which a run begins that is opened from a weights file; the current run stays */
  'firstState': { arg: { weights: NamedWeights, dataset?: SharedDataset }, result: { bytes: Uint8Array<ArrayBuffer> } }
  /** How well the network of a file does under each answer to what the file leaves open */
  'choices': { arg: { file: NamedWeights, dataset?: SharedDataset }, result: readonly ChoiceAccuracy[] }
  /** Pauses, and sends first what is needed to continue and was not sent yet: losses, and the first state of a run from a file */
  'keep': { arg: null, result: RunState }
  /** As 'keep', before this thread ends and another one goes on with the run */
  'suspend': { arg: null, result: { state: RunState, suspended: SuspendedRun } }
  /** How much memory this thread may take from now on: more is refused with train.memory before any of it is taken */
  'limit': { arg: { maxBytes: number }, result: null }
  /** Learns a recorded run again up to a step, and shows that moment; a newer wish ends an older one with past.left */
  'visit': { arg: { run: RecordedRun, dataset?: SharedDataset }, result: ReachedMoment }
  /** Learns a recorded run again up to a step, and returns that state as a checkpoint file, shown to nobody; otherwise as `visit`. `mayDrop`: whether the moment that is shown may go for it */
  'reach': { arg: { run: RecordedRun, mayDrop: boolean, dataset?: SharedDataset }, result: ReachedState }
  /** Learns a recorded run again up to a step, teaches it an image, and says what that has changed; the state is kept by nobody. Otherwise as `visit` */
  'teach': { arg: { run: RecordedRun, taught: Taught, dataset?: SharedDataset }, result: { effect: TaughtEffect, differsAt: number | null } }
  /** Learns a recorded run again up to a step, and returns that state as a checkpoint file with the losses that follow it; otherwise as `teach` */
  'continued': { arg: { run: RecordedRun, dataset?: SharedDataset }, result: ContinuedState }
  /** Learns a recorded run again up to a step, and looks at a unit there; otherwise as `teach` */
  'lookAtUnit': { arg: { run: RecordedRun, layer: string, unit: number, dataset?: SharedDataset }, result: UnitLook }
  /** Ends what is being reached, with past.left. */
  'unwish': { arg: null, result: null }
  /** Nobody looks at the moment any more: its evaluation ends. */
  'leave': { arg: null, result: null }
  /** Looks for the first or the last step of a span for which a question's condition holds; a newer `find`, `trace` or `health`, and `stopMeasuring`, end it with past.stopped */
  'find': { arg: SpanToMeasure & { question: Question, find: 'first' | 'last' }, result: FoundInSpan }
  /** Measures every n-th step of a span; ended as `find` */
  'trace': { arg: SpanToMeasure & { quantity: Quantity, every: number }, result: TracedSpan }
  /** Measures the health at steps of a span; ended as `find` */
  'health': { arg: HealthToMeasure, result: HealthOfSpan }
  /** Measures two numbers at steps of a span; ended as `find` */
  'path': { arg: PathToMeasure, result: PathOfSpan }
  /** Measures what a step of a `find` or a `trace` takes */
  'priceStep': { arg: SpanToMeasure & { quantity: Quantity }, result: StepPrice }
  /** Whether the run learns beside what is measured, when that changes */
  'measureBeside': { arg: { beside: boolean }, result: null }
  /** Compares a drawing with the training images of a dataset; left out: the one of `WorkerStart` */
  'neighbours': { arg: Omit<NeighboursQuery, 'dataset'> & { dataset?: SharedDataset }, result: Neighbours }
  /** The class that a network gives to each image of a split; `dataset` left out: the one of `WorkerStart`. A newer one ends an older one with past.left */
  'readImages': { arg: { network: NetworkNumbers, split: BrowsedSplit, dataset?: SharedDataset }, result: Uint16Array }
  /** Ends `find`, `trace` and `health`, and frees their memory. */
  'stopMeasuring': { arg: null, result: null }
  /** Starts a recorded run as the twin, replacing an earlier twin. It waits at its step until 'twin:follow'. */
  'twin:begin': { arg: { run: RecordedRun, dataset?: SharedDataset }, result: { state: RunState, differsAt: number | null } }
  /** The step of the first run, up to which the second one learns; whether the first one pauses; and all changes of the settings since the second one's beginning that it shares */
  'twin:follow': { arg: { step: number, isResting: boolean, events: readonly RunEvent[] }, result: null }
  /** State and curves of the twin; null without a twin */
  'twin:read': { arg: null, result: RunSoFar | null }
  /** Ends the twin after sending what it has learned. */
  'twin:end': { arg: null, result: null }
  'rewind': { arg: null, result: RunState }
  /** Changes the thread count, also of the current run; null without a run. */
  'threads': { arg: { threads: Threads }, result: RunState | null }
  /** State and curves of the current step; null without a run */
  'read': { arg: null, result: RunSoFar | null }
  /** The weights as a safetensors file */
  'weights': { arg: null, result: WeightsBytes }
}

/** All commands of the training thread: the channels that main forwards, and main's own. Errors are returned as replies, never thrown. */
type Commands = OwnCommands & { [K in ForwardedChannel]: { arg: RequestArg<K>, result: RequestResult<K> } }
export type WorkerCommand = keyof Commands
export type ArgOf<K extends WorkerCommand> = Commands[K]['arg']
export type ResultOf<K extends WorkerCommand> = Commands[K]['result']

/** The training thread's `workerData`. */
export interface WorkerStart {
  /** 'replay': shows moments of a run's past, beside the thread that trains. Compute threads start from the same file, with another role */
  readonly role: 'train' | 'replay'
  /** Of the runs that bring no other one */
  readonly dataset: SharedDataset
  readonly sample: NamedWeights
  /** Int32: number of pending requests; a slice of training ends after its mini-batch when it is above 0. */
  readonly pendingRequests: Int32Array<SharedArrayBuffer>
  readonly version: string
  readonly threads: Threads
  /** Int32: a lock, 1 while a thread of this process compiles kernels, because V8's flags apply to the whole process. */
  readonly compiling: Int32Array<SharedArrayBuffer>
  /** Its run ids start after this one, above those of all earlier threads */
  readonly firstRunId: number
}

export type ToWorker = { [K in WorkerCommand]: { readonly id: number, readonly command: K, readonly arg: ArgOf<K> } }[WorkerCommand]

export type FromWorker
  = | { readonly type: 'ready' }
    | { readonly type: 'reply', readonly id: number, readonly reply: Reply<unknown> }
    | { readonly type: 'metrics', readonly frame: MetricsFrame }
  /** A state to be kept on the disk */
    | { readonly type: 'checkpoint', readonly frame: CheckpointFrame }
  /** The memory that this thread holds, when that has changed; before the reply to the request that has changed it */
    | { readonly type: 'memory', readonly bytes: number }
  /** A moment of the past that is being reached */
    | { readonly type: 'progress', readonly progress: VisitProgress }
  /** A span that is being measured */
    | { readonly type: 'measured', readonly progress: SpanProgress }
  /** The state has changed without a request: diverged, an epoch ended, … */
    | { readonly type: 'state', readonly state: RunState }
  /** To be shown to the user; training continues. */
    | { readonly type: 'warning', readonly error: WireError }
