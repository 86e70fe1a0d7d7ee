import { basename } from 'node:path'
import { LabError } from '@core'
import { readCheckedWeights } from '@files'
import type { ExportedNetwork } from './exported-network'
import { readNetwork } from './network-files'
import type { WeightsLibrary } from './weights-library'

/**
 * The network of a weights file.
 * @throws LabError export.open for a file that leaves something open, which nobody has chosen; file.*, weights.*, and as `readNetwork`
 */
export async function networkOfFile(handle: string, library: Pick<WeightsLibrary, 'has' | 'pathOf' | 'read'>): Promise<ExportedNetwork> {
  if (!library.has(handle)) {
    const { bytes, name } = await library.read(handle)
    return { name: stemOf(name), weights: readCheckedWeights(bytes, name) }
  }
  const path = library.pathOf(handle)
  const file = basename(path)
  const { open, weights } = await readNetwork(path, file)
  if (open.length > 0) throw new LabError('export.open', `${file} leaves open: ${open.join(', ')}`, { file })
  return { name: stemOf(file), weights }
}

const stemOf = (file: string): string => file.replace(/\.[^.]*$/, '')
