import type { LayerRegistry } from '../layers/registry'
import { tensorsOf } from '../network/shapes'
import type { WeightsFile } from './weights'

/** The host's SHA-256, as Node's `createHash('sha256')`: core has none. */
export interface Sha256 {
  update(bytes: Uint8Array): unknown
  digest(encoding: 'hex'): string
}

type Weights = Pick<WeightsFile, 'architecture' | 'tensors'>

/** What identifies weights: the parameters' float32 bytes in layer order, W then b, W as (in, out). Buffers do not count. */
export function identifyingBytes({ architecture, tensors }: Weights, registry?: LayerRegistry): readonly Uint8Array<ArrayBuffer>[] {
  const buffers = new Set(tensorsOf(architecture, registry).flatMap(({ path, trained }) => trained ? [] : [path]))
  return tensors.filter(({ path }) => !buffers.has(path)).map(({ data: { buffer, byteOffset, byteLength } }) => new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength))
}

/** The sha256 of what identifies weights. */
export function hashWeights(weights: Weights, hash: Sha256, registry?: LayerRegistry): string {
  for (const bytes of identifyingBytes(weights, registry)) hash.update(bytes)
  return hash.digest('hex')
}

/** Weights that state their hash, so that a list need not read the numbers and a reader can check them. */
export const withSha256 = (weights: WeightsFile, hash: Sha256): WeightsFile => ({ ...weights, weightsSha256: hashWeights(weights, hash) })
