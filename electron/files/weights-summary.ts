import type { WeightsSummary } from '@contract'
import { isOtherNetworkFile, readNetworkOnDisk } from './checkpoints'
import { headerSummary, maxIdentifiedBytes, readWeightsBytes, readWeightsFileHeader, summarize, weightsSha256 } from './weights'

/**
 * Summary of a file on disk, by its header if it states a hash or is large. Other formats than safetensors have no header: they are
 * read completely.
 * @param bytes its size
 */
export async function summarizeFile(path: string, { name, bytes }: { name: string, bytes: number }): Promise<WeightsSummary> {
  if (await isOtherNetworkFile(path, name)) {
    const { weights } = await readNetworkOnDisk(path, name)
    return { ...headerSummary(weights), weightsSha256: weightsSha256(weights) }
  }
  const header = await readWeightsFileHeader(path, name)
  if (header.weightsSha256 === undefined && bytes <= maxIdentifiedBytes) return summarize(await readWeightsBytes(path, name), name)
  const { weightsSha256: stated = null } = header
  return { ...headerSummary(header), weightsSha256: stated !== null && /^[0-9a-f]{64}$/.test(stated) ? stated : null }
}
