import { open } from 'node:fs/promises'
import { LabError } from '@core'
import { fileError } from './file-errors'

/**
 * Reads a whole file, but never one that is absurdly large.
 * @param name as people know it, for the message
 * @throws LabError file.missing, file.isFolder, file.tooLarge, …
 */
export async function readWhole(path: string, { maxBytes, name = path }: { maxBytes: number, name?: string }): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const file = await open(path, 'r')
    try {
      const found = await file.stat()
      if (found.isDirectory()) throw new LabError('file.isFolder', `${name} is a folder`, { file: name, found: name })
      if (!found.isFile()) throw new LabError('file.other', `${name} is not a file`, { file: name, found: name })
      if (found.size > maxBytes)
        throw new LabError('file.tooLarge', `${name}: ${found.size} bytes, at most ${maxBytes}`, { file: name, found: megabytes(found.size), wanted: megabytes(maxBytes) })
      const bytes = await file.readFile()
      return Uint8Array.from(bytes) // out of Node's shared pool, so that it can be handed to a thread
    }
    finally { await file.close() }
  }
  catch (cause) { throw fileError(cause, name) }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`
