import { datasetFilesOf, parseIdxImages, parseIdxLabels, readIdxHeader } from '@core'
import { expect, test } from 'vitest'
import { bandFiles } from '../../fixtures/idx-files'

test.each([1, 2, 4] as const)('images and labels of %i bytes that were read from IDX files are written as the same bytes', (width) => {
  const files = bandFiles({ train: 20, test: 8, width })
  const part = (images: Uint8Array<ArrayBuffer>, labels: Uint8Array<ArrayBuffer>) => ({ images: parseIdxImages(images, 'i').images, labels: parseIdxLabels(labels, 'l'), labelWidth: readIdxHeader(labels, 'l', 'labels').width })
  const written = datasetFilesOf({ rows: 20, columns: 30, train: part(files.trainImages, files.trainLabels), test: part(files.testImages, files.testLabels) })
  expect(written).toEqual(files)
  expect(Object.keys(datasetFilesOf({ rows: 20, columns: 30, train: part(files.trainImages, files.trainLabels), test: null }))).toEqual(['trainImages', 'trainLabels'])
})
