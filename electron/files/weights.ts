import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { WeightsSummary } from '@contract'
import { readWeights, readWeightsHeader, safetensorsHeaderEnd, type WeightsFile, type WeightsHeader } from '@core'
import { readBytes, withFile } from './read'

/** 20 million float64 parameters and their header. */
export const maxWeightsBytes = 200_000_000

/** Enough to tell what kind of file it is, and how long its header. */
const startBytes = 256

/**
 * Reads a weights file. Its header comes first: of another program's file, however large, no more is read.
 * @throws LabError file.*, safetensors.*, weights.*
 */
export const readWeightsBytes = (path: string, name = path): Promise<Uint8Array<ArrayBuffer>> => withFile(path, { maxBytes: maxWeightsBytes, name }, async (file, size) => {
  await headerOf(file, size, name)
  return await readBytes(file, size)
})

/** Reads what a weights file says besides its numbers, without reading those. @throws LabError file.*, safetensors.*, weights.* */
export const readWeightsFacts = (path: string, name = path): Promise<WeightsHeader> => withFile(path, { maxBytes: maxWeightsBytes, name }, (file, size) => headerOf(file, size, name))

async function headerOf(file: FileHandle, size: number, name: string): Promise<WeightsHeader> {
  const end = safetensorsHeaderEnd(await readBytes(file, Math.min(size, startBytes)), name, size)
  return readWeightsHeader(await readBytes(file, end), name, size)
}

/** Identifies weights everywhere: sha256 of the float32 bytes in layer order, W then b, W as (in, out). */
export function weightsSha256({ params }: Pick<WeightsFile, 'params'>): string {
  const hash = createHash('sha256')
  for (const { W, b } of params) for (const { buffer, byteOffset, byteLength } of [W, b]) hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex')
}

/** What a list shows of a weights file. @throws LabError when it cannot be used */
export function summarize(bytes: Uint8Array, file: string): WeightsSummary {
  const weights = readWeights(bytes, file)
  return { ...factsOf(weights), weightsSha256: weightsSha256(weights) }
}

/** To this size, seven times the usual network's, the numbers of a listed file are read and identified: two milliseconds. */
export const maxIdentifiedBytes = 2 ** 20

/**
 * The same of a file on the disk; of a large one by its header alone, without what identifies its numbers.
 * @param bytes its size
 */
export async function summarizeFile(path: string, { name, bytes }: { name: string, bytes: number }): Promise<WeightsSummary> {
  return bytes <= maxIdentifiedBytes
    ? summarize(await readWeightsBytes(path, name), name)
    : { ...factsOf(await readWeightsFacts(path, name)), weightsSha256: null }
}

const factsOf = ({ architecture: { layers, activation }, step, metrics }: Pick<WeightsFile, 'architecture' | 'step' | 'metrics'>): Omit<WeightsSummary, 'weightsSha256'> =>
  ({ layers, activation, step, testAccuracy: metrics.testAccuracy ?? null })
