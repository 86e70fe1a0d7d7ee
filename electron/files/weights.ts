import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { WeightsSummary } from '@contract'
import { mnist, readWeights, readWeightsHeader, safetensorsHeaderEnd, type WeightsFile, type WeightsHeader, tensorsOf } from '@core'
import { readBytes, withFile } from './read'

/** 20 million float64 parameters and their header. */
export const maxWeightsBytes = 200_000_000

/** Enough to detect the file type and the length of the header. */
const startBytes = 256

/**
 * Reads a weights file. The header is checked first, so that a large file of another kind is not read completely.
 * @throws LabError file.*, safetensors.*, weights.*
 */
export const readWeightsBytes = (path: string, name = path): Promise<Uint8Array<ArrayBuffer>> => withFile(path, { maxBytes: maxWeightsBytes, name }, async (file, size) => {
  await headerOf(file, size, name)
  return await readBytes(file, size)
})

/** Reads the header of a weights file only, without its numbers. @throws LabError file.*, safetensors.*, weights.* */
export const readWeightsFileHeader = (path: string, name = path): Promise<WeightsHeader> => withFile(path, { maxBytes: maxWeightsBytes, name }, (file, size) => headerOf(file, size, name))

const headerOf = async (file: FileHandle, size: number, name: string): Promise<WeightsHeader> => readWeightsHeader(await headerBytes(file, size, name), name, size)

/** The header of a safetensors file with its length field. @throws FormatError safetensors.* for another kind of file */
export const headerBytes = async (file: FileHandle, size: number, name: string): Promise<Uint8Array> =>
  await readBytes(file, safetensorsHeaderEnd(await readBytes(file, Math.min(size, startBytes)), name, size))

/** Identifies weights: sha256 of the parameters' float32 bytes in layer order, W then b, W as (in, out). Buffers do not count. */
export function weightsSha256({ architecture, tensors }: Pick<WeightsFile, 'architecture' | 'tensors'>): string {
  const hash = createHash('sha256')
  const buffers = new Set(tensorsOf(architecture).flatMap(({ path, trained }) => trained ? [] : [path]))
  for (const { path, data: { buffer, byteOffset, byteLength } } of tensors) if (!buffers.has(path)) hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex')
}

/** Summary of a weights file for lists. @throws LabError when the file is not valid */
export function summarize(bytes: Uint8Array, file: string): WeightsSummary {
  const weights = readWeights(bytes, file)
  return { ...headerSummary(weights), weightsSha256: weightsSha256(weights) }
}

/** Up to this size, seven times that of the default network, lists also read and hash the numbers: 2 ms. */
export const maxIdentifiedBytes = 2 ** 20

/**
 * Summary of a file on disk. A large file is summarized by its header alone, without the hash of its numbers.
 * @param bytes its size
 */
export async function summarizeFile(path: string, { name, bytes }: { name: string, bytes: number }): Promise<WeightsSummary> {
  return bytes <= maxIdentifiedBytes
    ? summarize(await readWeightsBytes(path, name), name)
    : { ...headerSummary(await readWeightsFileHeader(path, name)), weightsSha256: null }
}

const headerSummary = ({ architecture, dataset, config, step, metrics }: WeightsHeader): Omit<WeightsSummary, 'weightsSha256'> =>
  ({ architecture, dataset: dataset?.name ?? (config?.dataset === mnist.id ? mnist.name : null), step, testAccuracy: metrics.testAccuracy ?? null })
