import type { Dataset, Split } from '../../data/dataset'
import { writeIdx } from '../../formats/idx'
import type { ExportFiles } from '../files'

/** Classes that labels of one byte can tell apart */
export const byteClasses = 256

/**
 * A dataset as IDX files: its images and labels as the lab has them, and the indices of the training images that are set aside.
 * @param validation indices; no file when there are none
 */
export function dataFiles({ info: { shape: [, rows, columns], classes }, train, test }: Dataset, validation: Uint32Array): ExportFiles {
  const filesOf = (name: string, { count, images, labels }: Split): readonly (readonly [string, Uint8Array])[] => [
    [`data/${name}-images.idx`, writeIdx([count, rows, columns], images)],
    [`data/${name}-labels.idx`, writeIdx([count], classes.length > byteClasses ? Int16Array.from(labels) : Uint8Array.from(labels))],
  ]
  return new Map([
    ...filesOf('train', train), ...filesOf('test', test),
    ...validation.length > 0 ? [['data/validation.idx', writeIdx([validation.length], Int32Array.from(validation))] as const] : [],
  ])
}
