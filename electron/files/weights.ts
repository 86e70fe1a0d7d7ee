import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { WeightsSummary } from '@contract'
import { excerpt, FormatError, hashWeights, learnedDataset, readWeights, readWeightsHeader, safetensorsHeaderEnd, type WeightsFile, type WeightsHeader, withSha256, writeWeights } from '@core'
import { readBytes, withFile } from './read'

/** 20 million float64 parameters and their header. */
export const maxWeightsBytes = 200_000_000

/** Enough to detect the file type and the length of the header. */
const startBytes = 256

/**
 * Reads a weights file. The header is checked first, so that a large file of another kind is not read completely; then the
 * numbers, if the file states their hash.
 * @throws LabError file.*, safetensors.*, weights.*; weights.changed when they have another hash
 */
export const readWeightsBytes = (path: string, name = path): Promise<Uint8Array<ArrayBuffer>> => withFile(path, { maxBytes: maxWeightsBytes, name }, async (file, size) => {
  const { weightsSha256 } = await headerOf(file, size, name)
  const bytes = await readBytes(file, size)
  if (weightsSha256 !== undefined) readCheckedWeights(bytes, name)
  return bytes
})

/** Reads weights whose hash is that which the file states, if it states one. @throws LabError safetensors.*, weights.* */
export function readCheckedWeights(bytes: Uint8Array, file: string): WeightsFile {
  const weights = readWeights(bytes, file)
  checkHash(weights, file)
  return weights
}

/** @throws FormatError weights.changed when a file states another hash than its weights have */
export function checkHash(weights: WeightsFile, file: string): void {
  const wanted = weights.weightsSha256
  if (wanted === undefined) return
  const found = weightsSha256(weights)
  if (found === wanted) return
  throw new FormatError('weights.changed', `${file}: the weights have the hash ${found}, the file states ${excerpt(wanted)}`, { file, wanted: excerpt(wanted.slice(0, shownDigits)), found: found.slice(0, shownDigits) })
}

/** Digits of a hash in a message: as many as the lists show */
const shownDigits = 8

/** Writes a weights file that states the hash of its weights. */
export const writeHashedWeights = (weights: WeightsFile): Uint8Array<ArrayBuffer> => writeWeights(withSha256(weights, createHash('sha256')))

/** Reads the header of a weights file only, without its numbers. @throws LabError file.*, safetensors.*, weights.* */
export const readWeightsFileHeader = (path: string, name = path): Promise<WeightsHeader> => withFile(path, { maxBytes: maxWeightsBytes, name }, (file, size) => headerOf(file, size, name))

const headerOf = async (file: FileHandle, size: number, name: string): Promise<WeightsHeader> => readWeightsHeader(await headerBytes(file, size, name), name, size)

/** The header of a safetensors file with its length field. @throws FormatError safetensors.* for another kind of file */
export const headerBytes = async (file: FileHandle, size: number, name: string): Promise<Uint8Array> =>
  await readBytes(file, safetensorsHeaderEnd(await readBytes(file, Math.min(size, startBytes)), name, size))

/** Identifies weights everywhere, see `hashWeights`. */
export const weightsSha256 = (weights: Pick<WeightsFile, 'architecture' | 'tensors'>): string => hashWeights(weights, createHash('sha256'))

/** Summary of a weights file for lists. @throws LabError when the file is not valid */
export function summarize(bytes: Uint8Array, file: string): WeightsSummary {
  const weights = readCheckedWeights(bytes, file)
  return { ...headerSummary(weights), weightsSha256: weightsSha256(weights) }
}

/** Up to this size, seven times that of the default network, lists read and hash the numbers of a file that states no hash: 2 ms. */
export const maxIdentifiedBytes = 2 ** 20

/** What a header says, for lists. */
export const headerSummary = (header: WeightsHeader): Omit<WeightsSummary, 'weightsSha256'> =>
  ({ architecture: header.architecture, dataset: learnedDataset(header)?.name ?? null, step: header.step === 0 && !header.version ? null : header.step, testAccuracy: header.metrics.testAccuracy ?? null })
