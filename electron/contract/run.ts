import type { CurvesState, DatasetInfo, Evaluation, EvaluationPoint, Finding, RunConfig, RunEvent, RunRecord, SettingsChange, StartingPoint, StopCondition, StopMemory, Stopped, StepProgress, WeightsGap } from '@core'
import * as v from 'valibot'
import type { WireError } from './reply'
import { isPlainObject } from './schema'

/** Steps per second, or full speed. */
export const steadyPaces = [1, 10, 100, 'full'] as const
export type SteadyPace = (typeof steadyPaces)[number]
/** 'layer': slow motion, one layer at a press */
export const paces = ['layer', ...steadyPaces] as const
export type Pace = (typeof paces)[number]
export const paceSchema = v.picklist(paces)

/** Above the core count of any supported machine */
const maxThreads = 1024
/** Number of compute threads; 'auto': as many as the network keeps busy, with one core left free. */
export const threadsSchema = v.union([v.literal('auto'), v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(maxThreads))])
export type Threads = v.InferOutput<typeof threadsSchema>

/** Only a number's type is checked here: core names the field of an invalid one, NaN included. */
const number = v.custom<number>(value => typeof value === 'number')
/** Above the number of layers of any network */
const maxLayers = 100
export const changeSchema = v.pipe(v.custom<object>(isPlainObject), v.strictObject({
  optimizer: v.exactOptional(v.custom<NonNullable<SettingsChange['optimizer']>>(isPlainObject)),
  batchSize: v.exactOptional(number),
  weightDecay: v.exactOptional(number),
  orderSeed: v.exactOptional(number),
  layers: v.exactOptional(v.pipe(v.record(v.string(), v.record(v.string(), number)), v.maxEntries(maxLayers))),
}))

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0))
/** When the run stops by itself */
export const stopSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('step'), step: whole }),
  v.strictObject({ kind: v.literal('epoch'), epoch: whole }),
  v.strictObject({ kind: v.literal('time'), seconds: positive }),
  v.strictObject({ kind: v.literal('loss'), loss: positive }),
  v.strictObject({ kind: v.literal('patience'), epochs: whole }),
])

export type RunPhase = 'idle' | 'running' | 'evaluating' | 'diverged'

/** Source of a run's initial weights, to which rewind returns. */
export type RunOrigin
  = | { readonly from: 'seed' }
  /** gaps: information missing from the file, which the window reports; omitted when nothing is missing */
    | { readonly from: 'file', readonly name: string, readonly step: number, readonly gaps?: readonly WeightsGap[] }

/** One layer of the network, as the window draws it. */
export interface Block {
  /** 'affine1', 'relu1', 'softmaxWithLoss' */
  readonly name: string
  /** 'affine', 'softmaxWithLoss' */
  readonly kind: string
  readonly inputs: number
  readonly outputs: number
}

/** A snapshot of the run. */
export interface RunState {
  /** Increases with every configure, open, resume and rewind, so that frames of an older run can be dropped. */
  readonly runId: number
  readonly phase: RunPhase
  /** The settings at work */
  readonly config: RunConfig
  /** The dataset that it learns */
  readonly dataset: DatasetInfo
  /** Changes of the settings since the initial weights; their effect is part of `config` */
  readonly events: readonly RunEvent[]
  /** Shape of the network's input for one image */
  readonly input: readonly number[]
  readonly origin: RunOrigin
  /** The recorded run and the step that it was forked from; null: none */
  readonly parent: RunRecord['parent']
  readonly pace: Pace
  /** Number of mini-batches trained on since the initial weights */
  readonly step: number
  /** How far the latest step has come if it is computed layer by layer; `done` below `of`: that step is not counted in `step` yet. Null: it was computed at once */
  readonly stages: StepProgress | null
  readonly epoch: number
  readonly stepInEpoch: number
  readonly stepsPerEpoch: number
  readonly blocks: readonly Block[]
  /** 'wasm-wide-simd', 'wasm-relaxed-simd', 'wasm-simd'; 'reference-float32' on a machine without SIMD */
  readonly backend: string
  /** Threads used for this network: 1 when it is too small to parallelize */
  readonly threads: number
  /** The step whose loss was not finite; the weights are those before it. */
  readonly divergence: { readonly step: number, readonly loss: string } | null
  readonly evaluation: Evaluation | null
  /** Loss of the latest mini-batch, null before the first */
  readonly loss: number | null
  /** What the run waits for to stop by itself; null: nothing */
  readonly stopWhen: StopCondition | null
  /** Why it has stopped by itself; null: it has not, or it has gone on */
  readonly stopped: Stopped | null
  /** What is wrong with the run, the worst first and a cause before its consequences; empty while all is well */
  readonly findings: readonly Finding[]
}

/** Sent at most 20 times per second while a run is running. */
export interface MetricsFrame {
  readonly runId: number
  /** Number of mini-batches trained on by the time the frame was sent */
  readonly step: number
  /** Step of losses[0], counted from 1 */
  readonly firstStep: number
  /** Loss of each mini-batch since the last frame */
  readonly losses: Float32Array
  readonly epoch: number
  readonly stepInEpoch: number
  readonly samplesPerSecond: number
  /** Finished since the last frame */
  readonly evaluations: readonly Evaluation[]
  /** All findings, if they have changed since the last frame */
  readonly findings?: readonly Finding[]
}

/** A state of a run, from which its later steps can be learned again. */
export interface CheckpointFrame {
  readonly runId: number
  readonly step: number
  /** A checkpoint file */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A run that was recorded, to be continued at its latest step. */
export interface RecordedRun {
  /** For messages */
  readonly name: string
  /** A state of the run, at this step or before it */
  readonly checkpoint: StartingPoint
  /** The latest step */
  readonly step: number
  readonly origin: RunOrigin
  readonly parent: RunRecord['parent']
  /** All changes of the settings */
  readonly events: readonly RunEvent[]
  /** Step of losses[0], counted from 1 */
  readonly firstLoss: number
  /** Loss of each mini-batch; NaN where it was not recorded */
  readonly losses: Float32Array
  readonly evaluations: readonly EvaluationPoint[]
}

/** What a run waits for to stop by itself, or why it has stopped, when its thread ends for a while. */
export interface SuspendedStop {
  /** Null: it waits for nothing. `ms`: time of learning since the condition was set */
  readonly watch: { readonly condition: StopCondition, readonly memory: StopMemory, readonly ms: number } | null
  /** Step at the end of an epoch whose evaluation decides; null: none */
  readonly awaited: number | null
  readonly stopped: Stopped | null
}

/** A run whose thread has ended to make room, so that another thread goes on from the disk as if nothing had happened. */
export interface SuspendedRun {
  readonly runId: number
  /** What it was learning towards: without end, to the end of the epoch, or nothing */
  readonly goal: 'endless' | 'epoch' | null
  /** Time of learning, in milliseconds */
  readonly trainedMs: number
  readonly stop: SuspendedStop
  /** Whether it had diverged */
  readonly diverged: boolean
  readonly evaluation: Evaluation | null
}

/** A run on the disk that was the current one, and its latest step. */
export interface LeftRun {
  readonly runId: number
  readonly id: string
  readonly step: number
  /** It is too short to stay: unless a person marks it, it goes when the next run learns */
  readonly goes?: boolean
}

/** The training thread has died. */
export interface LostRun {
  readonly error: WireError
  /** Its settings */
  readonly config: RunConfig
  /** What of it is on the disk; null when it had learned nothing */
  readonly run: LeftRun | null
}

/** The run so far, for a newly opened window: its state, and the curves up to the step of that state. */
export interface RunSoFar {
  readonly state: RunState
  readonly history: CurvesState
}
