import { layerDefinition } from '../layers/registry'
import type { Ops } from '../ops/ops'
import type { Tensor } from '../tensor'
import { withEvents } from './change'
import { noTensor } from './probe'
import { maxReadNumbers } from './tensor-window'
import type { Trainer } from './trainer'

/** What the units of one layer did in the latest mini-batch. */
export interface BatchUnits {
  /** 'relu1' */
  readonly layer: string
  /** Rows of the mini-batch */
  readonly rows: number
  /** Per unit, the number of rows whose output is above 0; null for a layer that is not judged by it */
  readonly fired: readonly number[] | null
  /** Share of the inputs, 0 to 1, beyond the layer's limit; null for a layer without one */
  readonly saturatedShare: number | null
  /**
   * 1 for each element that passed, 0 for each that became 0, row-major: of ReLU and dropout, as many whole rows as fit into
   * `maxReadNumbers`; null for other layers
   */
  readonly mask: Uint8Array | null
}

/** The part of a trainer that is read here. */
export type UnitsTrainer = Pick<Trainer, 'model' | 'ops' | 'latestStep' | 'recipe'>

/**
 * Counts what the units of a layer did in the latest mini-batch.
 * @param name 'relu1'
 * @returns null before the first mini-batch
 * @throws LabError train.noTensor when the network has no such layer
 */
export function batchUnits(trainer: UnitsTrainer, name: string): BatchUnits | null {
  const { model, ops, latestStep } = trainer
  const at = model.layers.findIndex(layer => layer.name === name)
  if (at < 0) throw noTensor(name)
  if (latestStep === null) return null
  const { x, out } = model.layers[at]!
  const { units } = model.definitions[at]!
  return {
    layer: name, rows: out.rows,
    fired: units && 'fires' in units ? firedIn(ops, out) : null,
    saturatedShare: units && 'saturated' in units ? ops.countBeyond(x, units.saturated) / x.size : null,
    mask: maskOf(trainer, at, latestStep),
  }
}

function firedIn(ops: Ops, out: Tensor): number[] {
  const fired = new Uint32Array(out.columns)
  ops.countPositive(fired, out)
  return Array.from(fired)
}

function maskOf({ model, recipe: { config, events } }: UnitsTrainer, at: number, latestStep: number): Uint8Array | null {
  const { name, kind, out: { rows, columns, data } } = model.layers[at]!
  const mask = new Uint8Array(Math.min(rows, Math.floor(maxReadNumbers / columns)) * columns)
  const { units } = model.definitions[at]!
  if (units && 'fires' in units) {
    for (let i = 0; i < mask.length; i++) mask[i] = Number(data[i]! > 0)
    return mask
  }
  if (at === model.layers.length - 1) return null
  const definition = layerDefinition(kind, model.registry)
  if (!definition.mask) return null
  // The rate may have changed since that step.
  const { network, seed } = withEvents(config, events.filter(({ step }) => step <= latestStep), model.architecture.input, model.registry)
  definition.mask(network.layers[at]!, { name, seed, step: latestStep }, mask)
  return mask
}
