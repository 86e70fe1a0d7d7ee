import * as v from 'valibot'
import { type LineFrame, type PlaneFrame, planeQuery, type SamplesFrame, type UnitFrame, unitQuery } from './measurements'
import { mistakesQuery, type MistakesFrame } from './mistakes'
import { drawQuery, type NetworkNumbers, networkQuery, type Prediction, type Walk } from './prediction'
import { type BatchFrame, probeQuery, type ProbeFrame } from './probe'
import { changeSchema, paceSchema, type RunState, stopSchema } from './run'
import { layerQuery, type StageFrame, stageQuery } from './slow-motion'
import { type XrayCellFrame, xrayCellQuery, type XrayFrame, xrayQuery } from './xray'
import { count, isPlainObject, nothing, type Requests, type } from './schema'

/** The kernel module in use, and the peak rate of one thread. */
export interface KernelSpeed {
  /** 'wasm-wide-simd', 'wasm-relaxed-simd', …; 'reference-float32' without SIMD */
  readonly backend: string
  /** Operations per second on registers alone, two per multiply-add; null without SIMD */
  readonly operationsPerSecond: number | null
}

/** Channels that control the run. The training thread replies with the run's new state. */
export const controls = {
  'run:start': { arg: v.strictObject({ pace: paceSchema }), result: type<RunState>() },
  'run:pause': { arg: nothing, result: type<RunState>() },
  'run:pace': { arg: v.strictObject({ pace: paceSchema }), result: type<RunState>() },
  /** Changes settings between two mini-batches; core names the first invalid field. After a divergence the run may then continue. */
  'run:change': { arg: changeSchema, result: type<RunState>() },
  /** When the run stops by itself, until another run begins; null: never. @throws train.stopPassed */
  'run:stopWhen': { arg: v.strictObject({ condition: v.nullable(stopSchema) }), result: type<RunState>() },
  /** Replies after the mini-batch or the epoch, or at a pause before its end. */
  'run:step': { arg: v.strictObject({ unit: v.picklist(['batch', 'epoch']) }), result: type<RunState>() },
  /** Slow motion; in a moment of the past it goes on from there, and nothing is recorded. */
  'run:layer': { arg: layerQuery, result: type<RunState>() },
} satisfies Requests

/** Channels that ask about one moment: of the present, or of the past while that is shown. */
export const viewChannels = ['slow:look', 'run:probe', 'run:batch', 'run:mistakes', 'xray:open', 'xray:cell', 'xray:close', 'unit:look', 'measure:samples', 'measure:line', 'measure:plane', 'draw:predict', 'draw:walk', 'draw:network'] as const satisfies readonly (keyof typeof forwarded)[]

/** Channels that main forwards to the training thread unchanged: each needs only an entry here and a handler in the thread. */
export const forwarded = {
  ...controls,
  /** All data that a view shows of one step, in one reply */
  'run:probe': { arg: v.pipe(v.custom<object>(isPlainObject), probeQuery), result: type<ProbeFrame>() },
  /** The run's next mini-batch with the weights before it. `rows`: number of images */
  'run:batch': { arg: v.strictObject({ rows: v.pipe(count, v.minValue(1)) }), result: type<BatchFrame>() },
  /** The answers of the latest evaluation; evaluates first when there are none of the current weights. Null: the split has no images. */
  'run:mistakes': { arg: v.pipe(v.custom<object>(isPlainObject), mistakesQuery), result: type<MistakesFrame | null>() },
  /** Keeps a step, or one image alone, for the X-ray: all that it shows is of this step, while the run learns on. */
  'xray:open': { arg: v.pipe(v.custom<object>(isPlainObject), xrayQuery), result: type<XrayFrame>() },
  /** A cell of that step, with the sum that it is */
  'xray:cell': { arg: v.pipe(v.custom<object>(isPlainObject), xrayCellQuery), result: type<XrayCellFrame>() },
  /** The latest stage of slow motion; null: the latest step was computed at once */
  'slow:look': { arg: v.pipe(v.custom<object>(isPlainObject), stageQuery), result: type<StageFrame | null>() },
  'xray:close': { arg: nothing, result: type<null>() },
  /** A unit's incoming weights, and the images that wake it most */
  'unit:look': { arg: unitQuery, result: type<UnitFrame>() },
  /** The gradient of each image of the latest mini-batch. @throws measure.* */
  'measure:samples': { arg: nothing, result: type<SamplesFrame>() },
  /** The loss of the latest mini-batch along the update. @throws measure.noUpdate, xray.* */
  'measure:line': { arg: nothing, result: type<LineFrame>() },
  'measure:plane': { arg: v.pipe(v.custom<object>(isPlainObject), planeQuery), result: type<PlaneFrame>() },
  'draw:predict': { arg: drawQuery, result: type<Prediction>() },
  /** As 'draw:predict', with the output of each layer */
  'draw:walk': { arg: drawQuery, result: type<Walk>() },
  /** The weights that would read a drawing now */
  'draw:network': { arg: networkQuery, result: type<NetworkNumbers>() },
  /** Pauses training for 50 ms. */
  'kernels:speed': { arg: nothing, result: type<KernelSpeed>() },
} satisfies Requests

export type ForwardedChannel = keyof typeof forwarded
export const forwardedChannels = Object.keys(forwarded) as readonly ForwardedChannel[]
