import * as v from 'valibot'
import { drawQuery, type Prediction } from './prediction'
import { type BatchFrame, probeQuery, type ProbeFrame } from './probe'
import { paceSchema, type RunHistory, type RunState } from './run'
import { count, isPlainObject, nothing, type Requests, type } from './schema'

/** The kernel module in use, and the most that one thread can do with it. */
export interface KernelSpeed {
  /** 'wasm-wide-simd', 'wasm-relaxed-simd', …; 'reference-float32' without SIMD */
  readonly backend: string
  /** Operations a second on registers alone, two for each multiply-add; null without SIMD */
  readonly operationsPerSecond: number | null
}

/** Channels that control the run. The training thread answers with the run's new state. */
export const controls = {
  'run:start': { arg: v.strictObject({ pace: paceSchema }), result: type<RunState>() },
  'run:pause': { arg: nothing, result: type<RunState>() },
  'run:pace': { arg: v.strictObject({ pace: paceSchema }), result: type<RunState>() },
  /** Answered when the mini-batch or the epoch's last one is done, or when the run is paused before. */
  'run:step': { arg: v.strictObject({ unit: v.picklist(['batch', 'epoch']) }), result: type<RunState>() },
} satisfies Requests

/** Channels that main passes on to the training thread unchanged: an entry here and a handler in the thread is all. */
export const passedOn = {
  ...controls,
  'run:history': { arg: nothing, result: type<RunHistory>() },
  /** Everything that a view shows of one step, in one answer */
  'run:probe': { arg: v.pipe(v.custom<object>(isPlainObject), probeQuery), result: type<ProbeFrame>() },
  /** The run's next mini-batch with the weights before it. `rows`: how many of its images */
  'run:batch': { arg: v.strictObject({ rows: v.pipe(count, v.minValue(1)) }), result: type<BatchFrame>() },
  'draw:predict': { arg: drawQuery, result: type<Prediction>() },
  /** Training pauses for a twentieth of a second. */
  'kernels:speed': { arg: nothing, result: type<KernelSpeed>() },
} satisfies Requests

export type PassedOn = keyof typeof passedOn
export const passedOnChannels = Object.keys(passedOn) as readonly PassedOn[]
