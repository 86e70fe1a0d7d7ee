import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SharedDataset } from '@contract'
import { LabError, mnist, mnistFiles } from '@core'
import { datasetOf, type NamedBytes, readParts } from './datasets/parts'
import { faultIn, unpackFile } from './unpack'

type MnistFile = keyof typeof mnistFiles

/** A gzip file that is larger than its contents is not one of the published ones. */
const maxBytes = 2 ** 26

/**
 * Reads MNIST, plain or gzip, and verifies it against the sha256 of the published files.
 * @param folder with the four IDX files
 * @throws LabError dataset.missing, dataset.damaged, file.*
 */
export async function loadMnist(folder: string): Promise<SharedDataset> {
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    readVerified(folder, 'train-images-idx3-ubyte'), readVerified(folder, 'train-labels-idx1-ubyte'),
    readVerified(folder, 't10k-images-idx3-ubyte'), readVerified(folder, 't10k-labels-idx1-ubyte'),
  ])
  return datasetOf(mnist, readParts({ trainImages, trainLabels, testImages, testLabels }, mnist))
}

/** One file's uncompressed bytes in shared memory. */
async function readVerified(folder: string, name: MnistFile): Promise<NamedBytes> {
  const wanted = mnistFiles[name]
  const file = await fileIn(folder, name)
  const unpacked = await unpackFile(join(folder, file), { name: file, maxBytes, sizeOf: () => wanted.bytes })
  const found = faultIn(unpacked, wanted)
  if (found !== null) throw new LabError('dataset.damaged', `${name}: damaged: ${found}`, { file: name, wanted: `${wanted.bytes}`, found })
  return { name, bytes: unpacked.bytes }
}

/** The name that a file has there, plain or gzip. @throws LabError dataset.missing */
async function fileIn(folder: string, name: MnistFile): Promise<string> {
  if (await exists(join(folder, `${name}.gz`))) return `${name}.gz`
  if (await exists(join(folder, name))) return name
  throw new LabError('dataset.missing', `${join(folder, name)}.gz does not exist`, { file: `${name}.gz`, found: folder })
}

/** Where the test files are, for a dataset that is tested on them. */
export async function mnistTestFiles(folder: string): Promise<{ readonly testImages: { readonly path: string, readonly name: string }, readonly testLabels: { readonly path: string, readonly name: string } }> {
  const [images, labels] = await Promise.all([fileIn(folder, 't10k-images-idx3-ubyte'), fileIn(folder, 't10k-labels-idx1-ubyte')])
  return { testImages: { path: join(folder, images), name: images }, testLabels: { path: join(folder, labels), name: labels } }
}

const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false)
