import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Dataset, type LineEnds, type Ops, Trainer, unitRange } from '@core'
import { infoOf } from '../../../fixtures/dataset-info'
import { configOf } from '../../../fixtures/training'

interface Spread { readonly norms: readonly number[], readonly mean: number, readonly deviation: number, readonly signalToNoise: number }
interface Line extends Pick<LineEnds, 'loss' | 'slope'> { readonly alphas: readonly number[], readonly losses: readonly number[] }
type Cell = { readonly path: string, readonly row: number, readonly column: number }

/** Output of generate.py: NumPy in float64. */
export const golden = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../fixtures/golden/measurements/measurements.json'), 'utf8')) as {
  readonly pixels: readonly number[]
  readonly labels: readonly number[]
  readonly params: Readonly<Record<string, readonly number[]>>
  readonly samples: { readonly layers: Readonly<Record<string, Spread>>, readonly whole: Spread, readonly losses: readonly number[] }
  readonly step: { readonly after: Readonly<Record<string, readonly number[]>>, readonly whole: Line, readonly layers: Readonly<Record<string, Line>> }
  readonly planes: readonly { readonly cells: readonly [Cell, Cell], readonly ranges: readonly [readonly [number, number], readonly [number, number]], readonly size: number, readonly loss: number, readonly gradients: readonly number[], readonly losses: readonly number[] }[]
}

const split = { count: golden.labels.length, images: Uint8Array.from(golden.pixels), labels: Uint16Array.from(golden.labels), normalization: unitRange }
const dataset: Dataset = { info: infoOf({ id: 'golden', rows: 4, columns: 3, classes: 6, train: split.count, test: split.count }), train: split, test: split }

/** A run with the weights of the script, whose mini-batches are all images. */
export function goldenTrainer(ops: Ops): Trainer {
  const trainer = new Trainer(configOf('affine 9, relu, affine 7, relu, affine 6', { batchSize: split.count }), dataset, { ops })
  for (const [path, values] of Object.entries(golden.params)) trainer.model.tensor(path)!.data.set(values)
  return trainer
}
