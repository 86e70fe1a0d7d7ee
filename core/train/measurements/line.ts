import type { Ops } from '../../ops/ops'
import { LabError } from '../../errors'
import type { XraySource } from '../xray/source'

/**
 * Where a step ends, judged by the slopes along it: `under`, `on` or `over` the floor of the valley; `uphill` if the loss grows where it
 * begins, `steepening` if the loss falls faster at its end than at its beginning, so that no floor is in sight, `flat` if it does not change.
 */
export type LineVerdict = 'under' | 'on' | 'over' | 'uphill' | 'steepening' | 'flat'

/** Both ends of a step, before (α = 0) and after it (α = 1). */
export interface LineEnds {
  /** Of the mini-batch */
  readonly loss: readonly [before: number, after: number]
  /** dL/dα by backpropagation: the gradient times Δ, summed over all parameters that move */
  readonly slope: readonly [before: number, after: number]
  /** α of the floor of the parabola with these slopes; null if it has none ahead */
  readonly floor: number | null
  readonly verdict: LineVerdict
}

/** The loss of the latest mini-batch along the latest update Δ = after − before, of whatever optimizer. */
export interface StepLine {
  readonly alphas: Float32Array
  readonly losses: Float32Array
  readonly whole: LineEnds
  /** The same when only one layer moves */
  readonly layers: readonly (LineEnds & { readonly layer: string })[]
}

/** A slope at the end below this share of the one at the beginning counts as the floor: then it is less than a tenth of the step away. */
const onFloor = 0.1
const [firstAlpha, lastAlpha, points] = [-0.5, 2, 26]

/** A parameter before and after the update. */
interface Moved {
  readonly layer: string
  readonly value: { readonly data: { set(numbers: ArrayLike<number>): void, [i: number]: number } }
  readonly grad: { readonly data: ArrayLike<number> }
  readonly before: ArrayLike<number>
  readonly after: ArrayLike<number>
}

/**
 * Measures a step along its own line, with the mini-batch and the dropout masks of that step.
 * @param source the step in a copy of the run, whose parameters are changed here
 * @throws LabError measure.noUpdate when the step changed nothing: its update was undone after a divergence
 */
export function stepLine({ model, pass, optimizer, loss: first }: XraySource, ops: Ops): StepLine {
  if (!optimizer) throw new LabError('measure.noUpdate', 'the update was undone')
  const moved = model.params.map(({ path, slot: { value, grad, before } }): Moved => ({ layer: path.split('.')[0]!, value, grad, before: before!.data.slice(), after: value.data.slice() }))
  const moveTo = (alpha: number, layer?: string): void => {
    for (const { layer: own, value: { data }, before, after } of moved) {
      if (alpha === 0 || (layer !== undefined && own !== layer)) data.set(before)
      else if (alpha === 1) data.set(after)
      else for (let i = 0; i < before.length; i++) data[i] = before[i]! + alpha * (after[i]! - before[i]!)
    }
  }
  const slopeOf = (layer?: string): number => moved.reduce((sum, { layer: own, grad: { data }, before, after }) => {
    if (layer === undefined || own === layer) for (let i = 0; i < before.length; i++) sum += data[i]! * (after[i]! - before[i]!)
    return sum
  }, 0)
  const names = [...new Set(moved.map(({ layer }) => layer))]
  const starts = [undefined, ...names].map(layer => ({ layer, slope: slopeOf(layer) })) // the gradients of the step itself
  const [whole, ...layers] = starts.map(({ layer, slope }) => {
    moveTo(1, layer)
    const loss = model.forward(ops, pass)
    model.backward(ops, pass)
    return endsOf([first, loss], [slope, slopeOf(layer)])
  })
  const alphas = Float32Array.from({ length: points }, (_, i) => firstAlpha + i * (lastAlpha - firstAlpha) / (points - 1))
  const losses = alphas.map((alpha) => {
    moveTo(alpha)
    return model.forward(ops, pass)
  })
  return { alphas, losses, whole: whole!, layers: layers.map((ends, i) => ({ layer: names[i]!, ...ends })) }
}

function endsOf(loss: LineEnds['loss'], slope: LineEnds['slope']): LineEnds {
  const [begins, ends] = slope
  const floor = begins < 0 && ends > begins ? begins / (begins - ends) : null
  return { loss, slope, floor, verdict: verdictOf(slope) }
}

function verdictOf([begins, ends]: LineEnds['slope']): LineVerdict {
  if (begins === 0 && ends === 0) return 'flat'
  if (begins >= 0) return 'uphill'
  if (ends <= begins) return 'steepening'
  if (Math.abs(ends) <= onFloor * Math.abs(begins)) return 'on'
  return ends < 0 ? 'under' : 'over'
}
