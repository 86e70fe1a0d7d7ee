import type { LayerRegistry } from '../layers/registry'
import { tensorsOf } from '../network/shapes'
import type { WeightsFile } from './weights'

/** The host's SHA-256, as Node's `createHash('sha256')`: core has none. */
export interface Sha256 {
  update(bytes: Uint8Array): unknown
  digest(encoding: 'hex'): string
}

/** Identifies weights: sha256 of the parameters' float32 bytes in layer order, W then b, W as (in, out). Buffers do not count. */
export function hashWeights({ architecture, tensors }: Pick<WeightsFile, 'architecture' | 'tensors'>, hash: Sha256, registry?: LayerRegistry): string {
  const buffers = new Set(tensorsOf(architecture, registry).flatMap(({ path, trained }) => trained ? [] : [path]))
  for (const { path, data: { buffer, byteOffset, byteLength } } of tensors) if (!buffers.has(path)) hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex')
}

/** Weights that state their hash, so that a list need not read the numbers and a reader can check them. */
export const withSha256 = (weights: WeightsFile, hash: Sha256): WeightsFile => ({ ...weights, weightsSha256: hashWeights(weights, hash) })
