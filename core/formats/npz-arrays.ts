import { excerpt } from '../typed/excerpt'
import type { NumberArray } from './array-numbers'
import { fault } from './fault'
import { fileKind, fileStart } from './file-kind'
import { readNpy } from './npy'
import { readEntry, readZip } from './zip'

const ending = '.npy'
/** PK, as every part of a zip begins */
const zipStart = [0x50, 0x4b] as const
/** More arrays than any dataset or network of the lab has */
const maxArrays = 1_000

/** The arrays of a file that `np.savez` writes. */
export interface NpzArrays {
  /** By their names, in the file's order */
  readonly arrays: ReadonlyMap<string, NumberArray>
  /** The comment of the zip */
  readonly comment: Uint8Array
}

/**
 * Reads all arrays of an .npz file.
 * @param bytes the whole file
 * @param file its name, for the message
 * @param maxBytes limit for all arrays together, unpacked
 * @throws FormatError zip.*, npy.*, npz.*
 */
export function readNpzArrays(bytes: Uint8Array, file: string, maxBytes: number): NpzArrays {
  if (bytes[0] !== zipStart[0] || bytes[1] !== zipStart[1]) throw fault(file, 'npz.foreign', { found: fileKind(bytes) ?? fileStart(bytes) })
  const { entries, comment } = readZip(bytes, file, { entries: maxArrays, bytes: maxBytes })
  for (const { name } of entries) if (!name.endsWith(ending)) throw fault(file, 'npz.name', { name: excerpt(name), wanted: `*${ending}` })
  return { comment, arrays: new Map(entries.map(entry => [entry.name.slice(0, -ending.length), readNpy(readEntry(bytes, entry, file), `${file}: ${excerpt(entry.name)}`)])) }
}
