import { datasetFiles, type GivenFiles, isKnownFile, knownDatasetOf, knownDatasets } from '@core'
import { expect, test } from 'vitest'

const [fashion, kmnist] = knownDatasets
const packed = (from = fashion!): GivenFiles => Object.fromEntries(datasetFiles.map(file => [file, { packedSha256: from.files[file].sha256, sha256: 'x'.repeat(64) }]))

test('the published files are recognized as they are fetched, and packed in another way', () => {
  expect(knownDatasetOf(packed())).toEqual({ known: fashion, differing: [] })
  expect(knownDatasetOf(packed(kmnist))).toEqual({ known: kmnist, differing: [] })
  const unpacked = Object.fromEntries(datasetFiles.map(file => [file, { packedSha256: 'y'.repeat(64), sha256: fashion!.files[file].unpackedSha256! }]))
  expect(knownDatasetOf(unpacked)).toEqual({ known: fashion, differing: [] })
})

test('a file that is another one, or is missing, is named', () => {
  const { trainLabels, ...others } = packed()
  expect(knownDatasetOf({ ...others, trainLabels: { ...trainLabels!, packedSha256: 'z'.repeat(64) } })).toEqual({ known: fashion, differing: ['trainLabels'] })
  expect(knownDatasetOf(others)?.differing).toEqual(['trainLabels'])
  expect(knownDatasetOf({}, 'kmnist')).toEqual({ known: kmnist, differing: [...datasetFiles] })
})

test('other files are of no known dataset', () => {
  expect(knownDatasetOf({ trainImages: { packedSha256: 'a', sha256: 'b' } })).toBe(null)
  expect(knownDatasetOf({})).toBe(null)
  // an unknown hash of the contents is no hash that could be met
  expect(isKnownFile(kmnist!.files.trainImages, { packedSha256: 'a', sha256: 'null' })).toBe(false)
})

test('each known dataset has ten classes, four files with different hashes, an address and a licence', () => {
  for (const { classes, files, address, licence, source } of knownDatasets) {
    expect(new Set(classes).size).toBe(10)
    expect(new Set(datasetFiles.map(file => files[file].sha256)).size).toBe(4)
    for (const file of datasetFiles) expect(files[file].sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(address).toMatch(/^https?:\/\/.*\/$/)
    expect(licence && source).not.toBe('')
  }
})
