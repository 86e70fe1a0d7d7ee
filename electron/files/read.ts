import { constants, type FileHandle, open } from 'node:fs/promises'
import { LabError } from '@core'
import { fileError } from './file-errors'

/**
 * Reads a whole file, but never one that is absurdly large.
 * @param name as people know it, for the message
 * @throws LabError file.missing, file.isFolder, file.notFile, file.tooLarge, …
 */
export async function readWhole(path: string, { maxBytes, name = path }: { maxBytes: number, name?: string }): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // a pipe would be waited for, until somebody writes into it; Windows has neither the flag nor the need
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const found = await file.stat()
      if (found.isDirectory()) throw new LabError('file.isFolder', `${name} is a folder`, { file: name, found: name })
      if (!found.isFile()) throw new LabError('file.notFile', `${name} is a device or a pipe`, { file: name })
      if (found.size > maxBytes)
        throw new LabError('file.tooLarge', `${name}: ${found.size} bytes, at most ${maxBytes}`, { file: name, found: megabytes(found.size), wanted: megabytes(maxBytes) })
      return await readBytes(file, found.size)
    }
    finally { await file.close() }
  }
  catch (cause) { throw fileError(cause, name) }
}

/** Into memory of its own, not Node's shared pool, so that it can be handed to a thread. */
async function readBytes(file: FileHandle, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size)
  let length = 0
  while (length < size) {
    const { bytesRead } = await file.read(bytes, length, Math.min(size - length, pieceBytes), null)
    if (bytesRead === 0) return bytes.slice(0, length) // cut off by somebody meanwhile
    length += bytesRead
  }
  return bytes
}

const pieceBytes = 2 ** 24
const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`
