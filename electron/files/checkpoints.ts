import { createHash } from 'node:crypto'
import { type Checkpoint, fileKind, isCheckpoint, type NetworkFile, type NetworkFormat, readCheckpoint, readNetworkFile as readNetwork, type Snapshot, type WeightsFile, weightsOfCheckpoint } from '@core'
import { readBytes, withFile } from './read'
import { checkHash, headerBytes, readCheckedWeights } from './weights'

/** 20 million float32 parameters with the two states of Adam and the initial weights, and the header. */
export const maxCheckpointBytes = 330_000_000

/** Reads a checkpoint. @throws LabError file.*, safetensors.*, checkpoint.* */
export const readCheckpointFile = (path: string, name = path): Promise<Checkpoint> => withFile(path, { maxBytes: maxCheckpointBytes, name }, async (file, size) => {
  await headerBytes(file, size, name) // a large file of another kind is not read completely
  return readCheckpoint(await readBytes(file, size), name)
})

/** Reads the weights in a weights file or in a checkpoint. @throws LabError file.*, safetensors.*, weights.*, checkpoint.* */
export const readNetworkFile = (path: string, name = path): Promise<WeightsFile> => withFile(path, { maxBytes: maxCheckpointBytes, name }, async (file, size) => {
  const isFull = isCheckpoint(await headerBytes(file, size, name), name, size)
  const bytes = await readBytes(file, size)
  return isFull ? weightsOfCheckpoint(readCheckpoint(bytes, name)) : readCheckedWeights(bytes, name)
})

/** A network in a file of any format that is read. */
export interface NetworkOnDisk extends Pick<NetworkFile, 'weights' | 'open'> {
  readonly format: NetworkFormat | 'checkpoint'
  /** Null: the file has weights alone */
  readonly checkpoint: Checkpoint | null
}

/** Other formats than safetensors, by the names of `fileKind`: no header tells what is in them, so they are read completely. */
const otherFormats: readonly (string | null)[] = ['NumPy (.npz)', 'ZIP', 'pickle']
/** Early pickles have no signature; a safetensors header begins with a brace after its length. */
const isOther = (start: Uint8Array, name: string): boolean => {
  const kind = fileKind(start)
  return otherFormats.includes(kind) || ((kind === null || /\.npz$/i.test(name)) && start[8] !== 0x7b)
}

/** Whether a file of this kind may be a network in another format than safetensors. @param kind by `fileKind` */
export const isOtherNetwork = (kind: string | null): boolean => kind !== 'ZIP' && otherFormats.includes(kind)

/** Whether a file has another format than safetensors, by its first bytes. @throws LabError file.* */
export const isOtherNetworkFile = (path: string, name = path): Promise<boolean> => withFile(path, { maxBytes: maxCheckpointBytes, name }, async (file, size) => isOtherNetwork(fileKind(await readBytes(file, Math.min(size, 256)))))

/** Reads a network from a file of any format. @throws LabError file.*, checkpoint.*, and as for core's `readNetworkFile`; weights.changed */
export const readNetworkOnDisk = (path: string, name = path): Promise<NetworkOnDisk> => withFile(path, { maxBytes: maxCheckpointBytes, name }, async (file, size) => {
  const isFull = !isOther(await readBytes(file, Math.min(size, 256)), name) && isCheckpoint(await headerBytes(file, size, name), name, size)
  const bytes = await readBytes(file, size)
  if (!isFull) {
    const network = readNetwork(bytes, name)
    checkHash(network.weights, name)
    return { ...network, checkpoint: null }
  }
  const checkpoint = readCheckpoint(bytes, name)
  return { format: 'checkpoint', weights: weightsOfCheckpoint(checkpoint), open: [], checkpoint }
})

/** Whether a file has the header of a checkpoint. @throws LabError file.*, safetensors.* */
export const isCheckpointFile = (path: string): Promise<boolean> => withFile(path, { maxBytes: maxCheckpointBytes }, async (file, size) => isCheckpoint(await headerBytes(file, size, path), path, size))

/**
 * Identifies the state of a training between two steps, everything that determines the next one besides the recipe. The
 * sha256 covers, for each tensor of the snapshot (parameters, buffers, the optimizer's state) in the order of their paths by
 * UTF-16 unit: the path and a line feed as UTF-8, then the numbers as little-endian float32, row-major, W as (in, out); and
 * after the last one the line `optimizer KIND updates U step S epoch E seen N`, with a line feed, as UTF-8.
 */
export function stateSha256({ tensors, optimizer, updates, position: { step, epoch, seen } }: Snapshot): string {
  const hash = createHash('sha256')
  for (const { path, data: { buffer, byteOffset, byteLength } } of [...tensors].sort((a, b) => a.path < b.path ? -1 : 1))
    hash.update(`${path}\n`).update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.update(`optimizer ${optimizer} updates ${updates} step ${step} epoch ${epoch} seen ${seen}\n`).digest('hex')
}
