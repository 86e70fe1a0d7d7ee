import { createHash } from 'node:crypto'
import type { WeightsSummary } from '@contract'
import { readWeights, type WeightsFile } from '@core'
import { readWhole } from './read'

/** 20 million float64 parameters and their header. */
export const maxWeightsBytes = 200_000_000

/** Reads a weights file's bytes, before they are looked into. @throws LabError file.* */
export const readWeightsBytes = (path: string, name = path): Promise<Uint8Array<ArrayBuffer>> => readWhole(path, { maxBytes: maxWeightsBytes, name })

/** Identifies weights everywhere: sha256 of the float32 bytes in layer order, W then b, W as (in, out). */
export function weightsSha256({ params }: Pick<WeightsFile, 'params'>): string {
  const hash = createHash('sha256')
  for (const { W, b } of params) for (const { buffer, byteOffset, byteLength } of [W, b]) hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex')
}

/** What a list shows of a weights file. @throws LabError when it cannot be used */
export function summarize(bytes: Uint8Array, file: string): WeightsSummary {
  const weights = readWeights(bytes, file)
  const { architecture: { layers, activation }, step, metrics } = weights
  return { layers, activation, step, testAccuracy: metrics.testAccuracy ?? null, weightsSha256: weightsSha256(weights) }
}
