import { constants, type FileHandle, open } from 'node:fs/promises'
import { LabError } from '@core'
import { fileError } from './file-errors'

/** Options for reading a file. */
export interface ReadOptions {
  readonly maxBytes: number
  /** For error messages; default: the path */
  readonly name?: string | undefined
}

/**
 * Reads a whole file, up to a maximum size.
 * @throws LabError file.missing, file.isFolder, file.notFile, file.tooLarge, …
 */
export const readWhole = (path: string, reading: ReadOptions): Promise<Uint8Array<ArrayBuffer>> => withFile(path, reading, (file, size) => readBytes(file, size))

/**
 * Opens a file for reading, and closes it.
 * @param work gets the file and its size in bytes
 * @throws LabError file.missing, file.isFolder, file.notFile, file.tooLarge, …
 */
export async function withFile<T>(path: string, { maxBytes, name = path }: ReadOptions, work: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  try {
    // O_NONBLOCK, because opening a pipe would block until another process writes to it; Windows has no such flag and does not need it
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const found = await file.stat()
      if (found.isDirectory()) throw new LabError('file.isFolder', `${name} is a folder`, { file: name, found: name })
      if (!found.isFile()) throw new LabError('file.notFile', `${name} is a device or a pipe`, { file: name })
      if (found.size > maxBytes)
        throw new LabError('file.tooLarge', `${name}: ${found.size} bytes, at most ${maxBytes}`, { file: name, found: megabytes(found.size), wanted: megabytes(maxBytes) })
      return await work(file, found.size)
    }
    finally { await file.close() }
  }
  catch (cause) { throw fileError(cause, name) }
}

/** The file's first `size` bytes, in a buffer of their own instead of Node's shared pool, so that it can be transferred to a thread. */
export async function readBytes(file: FileHandle, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size)
  let length = 0
  while (length < size) {
    const { bytesRead } = await file.read(bytes, length, size - length, length)
    if (bytesRead === 0) return bytes.slice(0, length) // another process has truncated it in the meantime
    length += bytesRead
  }
  return bytes
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`
