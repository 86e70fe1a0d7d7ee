import { noTensor } from '../probe'
import type { Trainer } from '../trainer'
import type { Tensor } from '../../tensor'
import type { Ops } from '../../ops/ops'
import type { Curve } from '../../layers/definition'
import { measuredStep } from './health'

/** A column of the unit map: what the units of a layer did in the mini-batch that led to a step. */
export interface UnitColumn {
  readonly step: number
  /** 'relu1' */
  readonly layer: string
  /** `fired`: share of the rows with an output above 0. `saturated`: mean over the rows of 1 − slope(x) / slope(0) */
  readonly of: 'fired' | 'saturated'
  /** By unit (M), 0 to 255 for 0 to 1 */
  readonly shares: Uint8Array<ArrayBuffer>
}

/** The part of a trainer that is read here. */
export type UnitsTrainer = Pick<Trainer, 'model' | 'ops' | 'step' | 'latestStep' | 'divergence'>

/**
 * What the units of a layer did in the latest mini-batch.
 * @param name 'relu1'
 * @returns null before the first mini-batch, and for a layer whose units neither fire nor have a curve
 * @throws LabError train.noTensor when the network has no such layer
 */
export function unitsOf(trainer: UnitsTrainer, name: string): UnitColumn | null {
  const { model: { layers, definitions }, ops } = trainer
  const at = layers.findIndex(layer => layer.name === name)
  if (at < 0) throw noTensor(name)
  const step = measuredStep(trainer)
  if (step === null) return null
  const { units, curve } = definitions[at]!
  const { x, out } = layers[at]!
  if (units && 'fires' in units) return { step, layer: name, of: 'fired', shares: firedShares(ops, out) }
  return curve ? { step, layer: name, of: 'saturated', shares: saturatedShares(x, curve) } : null
}

function firedShares(ops: Ops, out: Tensor): UnitColumn['shares'] {
  const fired = new Uint32Array(out.columns)
  ops.countPositive(fired, out)
  return Uint8Array.from(fired, n => Math.round(255 * n / out.rows))
}

function saturatedShares({ data, rows, columns }: Tensor, { slopeAt }: Curve): UnitColumn['shares'] {
  const slopes = new Float64Array(columns)
  for (let row = 0, i = 0; row < rows; row++) for (let unit = 0; unit < columns; unit++, i++) slopes[unit]! += slopeAt(data[i]!)
  return Uint8Array.from(slopes, sum => Math.round(255 * Math.min(1, Math.max(0, 1 - sum / (rows * slopeAt(0))))))
}
