import { Inflate } from 'fflate/browser' // its other entry imports node:module

/** Deflate makes at most 1,032 bytes of one. @source zlib, "Maximum Compression Factor" */
export const mostInflation = 1032

/** What compressed bytes hold. */
export interface Unpacked {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Bytes that were unpacked; more than `bytes` holds when there are more than were promised, which ends the reading */
  readonly length: number
  /** Whether the compressed bytes are damaged or end early */
  readonly damaged: boolean
}

/**
 * Unpacks deflated bytes into exactly as much memory as was promised, and no more than a piece beyond it.
 * @param size promised number of unpacked bytes
 */
export function inflate(packed: Uint8Array, size: number): Unpacked {
  const bytes = new Uint8Array(size)
  const pieceBytes = pieceOf(size)
  let [length, ended] = [0, false]
  const stream = new Inflate((piece, final) => {
    ended = final
    if (length < size) bytes.set(piece.subarray(0, size - length), length)
    length += piece.length
  })
  try {
    for (let from = 0; from < packed.length && length <= size; from += pieceBytes) stream.push(packed.subarray(from, from + pieceBytes), from + pieceBytes >= packed.length)
  }
  catch (cause) {
    if (!isFault(cause)) throw cause
    return { bytes, length, damaged: true }
  }
  return { bytes, length, damaged: !ended && length <= size }
}

/** Compressed bytes that are unpacked at a time: few enough for 4 MB, or for a quarter of the promised size if that is more. */
const pieceOf = (size: number): number => Math.floor(Math.max(4 * 2 ** 20, size / 4) / mostInflation)

/** Whether fflate says that the bytes are no deflate stream. */
const isFault = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && typeof cause.code === 'number'
