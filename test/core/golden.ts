import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Activation, buildModel, expand, createReferenceOps, type Model, type Ops } from '@core'
import { expect } from 'vitest'
import { Fast, modules } from './ops/fast'

/** Output of generate.py: PyTorch's autograd in float64, with flattened tensors under the lab's paths. */
export interface Golden {
  readonly layers: readonly number[]
  readonly activation: Activation
  readonly lossLayer: 'softmaxWithLoss' | 'identityWithLoss'
  readonly rows: number
  readonly learningRate: number
  readonly x: readonly number[]
  readonly t: readonly number[]
  readonly params: Tensors
  readonly loss: number
  readonly values: Tensors
  readonly gradients: Tensors
  /** Losses before each of ten SGD steps */
  readonly losses: readonly number[]
  /** Parameters after these steps */
  readonly trained: Tensors
}
export type Tensors = Readonly<Record<string, readonly number[]>>

const folder = resolve(import.meta.dirname, '../fixtures/golden')
const namesIn = (place: string): string[] => readdirSync(place).filter(name => name.endsWith('.json'))

/** Files of the networks. */
export const goldenNames = namesIn(folder)
/** Networks that were also trained with the other optimizers. */
export const optimizerNames = namesIn(resolve(folder, 'optimizers'))
export const readGolden = <T = Golden>(name: string): T => JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as T

/** Rounding over ten steps of numbers around 1 is about 1e-15 in float64 and 1e-7 in float32. */
export const machines: readonly (readonly [name: string, ops: Ops, tolerance: number])[] = [
  ['reference in float64', createReferenceOps('float64'), 1e-10],
  ['reference in float32', createReferenceOps('float32'), 1e-5],
  ...modules.map(([name, bytes]) => [name, new Fast(name, bytes).ops, 1e-5] as const),
]

/** The network with its weights, inputs and targets in the backend's memory. */
export function buildGolden(golden: Golden, ops: Ops): Model {
  const model = buildModel(expand(golden, golden.lossLayer), { rows: golden.rows, arena: ops.arena(), inputGrad: true })
  model.input.value.data.set(golden.x)
  model.target.value.data.set(golden.t)
  for (const [path, values] of Object.entries(golden.params)) model.tensor(path)!.data.set(values)
  return model
}

export function expectTensors(model: Model, tensors: Tensors, tolerance: number): void {
  for (const [path, wanted] of Object.entries(tensors)) {
    const found = model.tensor(path)
    expect(found?.size, path).toBe(wanted.length)
    wanted.forEach((number, i) => expect(Math.abs(found!.data[i]! - number), `${path}[${i}]`).toBeLessThanOrEqual(tolerance))
  }
}
