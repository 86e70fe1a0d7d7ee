import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { idxHeaderBytes, LabError, mostInflation, ownError } from '@core'
import { readBytes, withFile } from './read'

/** A file's uncompressed bytes. */
export interface Unpacked {
  readonly bytes: Uint8Array<SharedArrayBuffer>
  /** Number of bytes found; more than `bytes` can hold when the file is too long, which ends the reading */
  readonly length: number
  readonly sha256: string
  /** Of the file as it is on disk */
  readonly packedSha256: string
  /** Why it could not be uncompressed to its end: truncated or damaged */
  readonly damage: string | null
}

export interface Unpacking {
  readonly name: string
  /** Limit for the file as it is on disk */
  readonly maxBytes: number
  /**
   * Size of the uncompressed file, which ends the reading of a decompression bomb; gets the first 16 bytes, or all when there are
   * fewer, and the most that a file of this size can hold, so that no memory is taken for more
   */
  readonly sizeOf: (start: Uint8Array, most: { readonly bytes: number, readonly packed: boolean }) => number
}

/** Hashing and copying one piece takes 0.5 ms, so main stays responsive. */
const pieceBytes = 2 ** 18

/**
 * Reads a plain or gzip file into shared memory. The first bytes decide which it is, since some browsers uncompress a download
 * and keep its name. Uncompressing runs off the event loop, hashing on it, in small pieces.
 * @throws LabError file.*, dataset.memory, and what `sizeOf` throws
 * @source RFC 1952, 2.3.1
 */
export const unpackFile = (path: string, { name, maxBytes, sizeOf }: Unpacking): Promise<Unpacked> => withFile(path, { name, maxBytes }, async (file, size) => {
  const [first, second] = await readBytes(file, Math.min(size, 2))
  const isPacked = first === 0x1f && second === 0x8b
  const collector = new Collector(name, start => sizeOf(start, { bytes: isPacked ? mostInflation * size : size, packed: isPacked }))
  const source = file.createReadStream({ start: 0, autoClose: false, highWaterMark: pieceBytes })
  const take = (pieces: AsyncIterable<Buffer>): Promise<void> => collector.take(pieces)
  const packed = createHash('sha256')
  async function* hashed(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      packed.update(piece)
      yield piece
    }
  }
  const ended = (damage: string | null): Unpacked => collector.ended(damage, isPacked ? packed.digest('hex') : null)
  try { await (isPacked ? pipeline(source, hashed, createGunzip({ chunkSize: pieceBytes }), take) : pipeline(source, take)) }
  catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    if (collector.refusal) throw collector.refusal
    if (!code.startsWith('Z_') && !collector.isFull) throw cause // a full one ends the pipeline early, which may report that
    return ended(code.startsWith('Z_') && !collector.isFull ? code : null)
  }
  return ended(null)
})

/** How a file differs from what it must hold; null when it does not. */
export function faultIn({ bytes, length, sha256, damage }: Unpacked, wanted: { readonly sha256: string }): string | number | null {
  if (damage !== null) return damage === 'Z_BUF_ERROR' ? length : `${length}, ${damage}` // the file is truncated
  if (length > bytes.length) return `> ${bytes.length}`
  if (length < bytes.length) return length
  return sha256 === wanted.sha256 ? null : `sha256 ${sha256.slice(0, 12)}…`
}

/** @throws LabError dataset.memory */
function allocateShared(bytes: number, file: string): Uint8Array<SharedArrayBuffer> {
  try { return new Uint8Array(new SharedArrayBuffer(bytes)) }
  catch (cause) {
    const megabytes = Math.ceil(bytes / 2 ** 20)
    throw cause instanceof RangeError ? new LabError('dataset.memory', `${file} takes ${megabytes} MB`, { file, found: megabytes }) : cause
  }
}

/** Collects the pieces of a file. Its header says how long it is. */
class Collector {
  private readonly hash = createHash('sha256')
  private start = Buffer.alloc(0)
  private bytes: Uint8Array<SharedArrayBuffer> | null = null
  private length = 0
  /** Why its memory could not be allocated; this also ends the pipeline early */
  refusal: LabError | null = null

  /** @param file its name, for messages */
  constructor(private readonly file: string, private readonly sizeOf: (start: Uint8Array) => number) {}

  /** Whether the file is longer than its header says. */
  get isFull(): boolean { return this.bytes !== null && this.length > this.bytes.length }

  async take(pieces: AsyncIterable<Buffer>): Promise<void> {
    for await (const piece of pieces) {
      this.add(piece)
      if (this.isFull) return
    }
    this.memory()
  }

  /** @param packedSha256 of the file on disk; null where that is the same */
  ended(damage: string | null, packedSha256: string | null): Unpacked {
    const sha256 = this.hash.digest('hex')
    return { bytes: damage === null ? this.memory() : new Uint8Array(new SharedArrayBuffer(0)), length: this.length, sha256, packedSha256: packedSha256 ?? sha256, damage }
  }

  private add(piece: Buffer): void {
    this.hash.update(piece)
    const at = this.length
    this.length += piece.length
    if (this.bytes === null) {
      this.start = Buffer.concat([this.start, piece])
      if (this.length >= idxHeaderBytes) this.memory()
    }
    else if (!this.isFull) this.bytes.set(piece, at)
  }

  /** The file's memory, allocated when the header is known. */
  private memory(): Uint8Array<SharedArrayBuffer> {
    if (this.bytes) return this.bytes
    const bytes = this.bytes = this.allocate()
    if (!this.isFull) bytes.set(this.start)
    return bytes
  }

  private allocate(): Uint8Array<SharedArrayBuffer> {
    try { return allocateShared(this.sizeOf(this.start.subarray(0, idxHeaderBytes)), this.file) }
    catch (cause) {
      this.refusal = ownError(cause)
      throw cause
    }
  }
}
