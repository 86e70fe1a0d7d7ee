import { createHash } from 'node:crypto'
import { classCountOf, datasetFiles, type DatasetInfo, datasetLimits, type ImportedImages, isDatasetId, LabError, preprocessings, type TestShare, testShareLimits, unitRange } from '@core'
import * as v from 'valibot'

/** Longest name of a dataset, in characters. */
const maxName = 40
/** Longest name of a class, in UTF-16 units */
const maxClassName = 100
const namePattern = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]*$/u

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const side = v.pipe(count, v.maxValue(datasetLimits.side))
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))

/** The description beside a dataset's files. */
const descriptionSchema = v.object({
  version: v.literal(1),
  id: v.pipe(v.string(), v.check(id => isDatasetId(id))),
  name: v.pipe(v.string(), v.regex(namePattern), v.maxLength(maxName)),
  shape: v.tuple([v.literal(1), side, side]),
  classes: v.pipe(v.array(v.pipe(v.string(), v.maxLength(maxClassName))), v.minLength(1), v.maxLength(datasetLimits.classes)),
  normalization: v.object({ divideBy: v.literal(unitRange.divideBy) }),
  preprocessing: v.picklist(preprocessings),
  counts: v.object({ train: count, test: count }),
  testSource: v.picklist(['files', 'heldOut']),
  testShare: v.optional(v.object({ share: v.pipe(v.number(), v.minValue(testShareLimits.min), v.maxValue(testShareLimits.max)), seed: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(2 ** 32 - 1)) })),
  sha256: v.object({ trainImages: hash, trainLabels: hash, testImages: v.optional(hash), testLabels: v.optional(hash) }),
  licence: v.string(), source: v.string(), kind: v.literal('imported'),
})

/** @throws SyntaxError or ValiError on anything but a description of this version */
export function readDescription(text: string): DatasetInfo {
  const { id, name, shape, classes, normalization, preprocessing, counts, testSource, testShare, sha256, licence, source, kind } = v.parse(descriptionSchema, JSON.parse(text))
  return { id, name, shape, classes, normalization, preprocessing, counts, testSource, ...testShare && { testShare }, licence, source, kind, sha256: Object.fromEntries(Object.entries(sha256).filter(([, hash]) => hash !== undefined)) }
}

export const writeDescription = (info: DatasetInfo): string => `${JSON.stringify({ version: 1, ...info }, null, 2)}\n`

/** A name with its letters composed, without surrounding or repeated spaces. */
const tidy = (given: string): string => given.normalize('NFC').trim().replace(/\s+/g, ' ')

/**
 * A name as it is stored: see {@link tidy}.
 * @throws LabError dataset.name
 */
export function checkName(given: string): string {
  const name = tidy(given)
  if (namePattern.test(name) && [...name].length <= maxName) return name
  throw new LabError('dataset.name', `a dataset's name has 1 to ${maxName} characters, found ${given}`, { max: maxName, found: given || '–' })
}

/**
 * Names of the classes as they are stored: see {@link tidy}.
 * @param used number of classes that the labels use
 * @throws LabError dataset.classes
 */
export function checkClasses(given: readonly string[], used: number): readonly string[] {
  const names = given.map(tidy)
  const bad = names.find((name, i) => name === '' || name.length > maxClassName || names.indexOf(name) < i)
  if (bad === undefined && names.length >= used && names.length <= datasetLimits.classes) return names
  const found = bad === undefined ? String(names.length) : bad || '–'
  throw new LabError('dataset.classes', `class names: ${found}`, { max: maxClassName, wanted: used, most: datasetLimits.classes, found })
}

/** Two names that differ only in their case would be confused. */
export const isSameName = (a: string, b: string): boolean => a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase()

export interface Described extends Pick<DatasetInfo, 'name' | 'sha256' | 'preprocessing' | 'licence' | 'source'> {
  /** How its test images were held out; null where the source has test images */
  readonly testShare: TestShare | null
}

/** Describes imported images. @param imported with test images */
export function describe(imported: ImportedImages, { name, sha256, preprocessing, licence, source, testShare }: Described): DatasetInfo {
  const { rows, columns, classes, train, test } = imported
  return {
    id: idOf(name, sha256), name, shape: [1, rows, columns], classes: classes ?? Array.from({ length: classCountOf(imported) }, (_, i) => String(i)),
    normalization: unitRange, preprocessing, counts: { train: train.labels.length, test: test?.labels.length ?? 0 },
    testSource: testShare ? 'heldOut' : 'files', ...testShare && { testShare }, sha256, licence, source, kind: 'imported',
  }
}

/** 'Fashion MNIST' → 'fashion-mnist-1a2b3c4d': the name's Latin letters and digits, and the beginning of a hash over the files' hashes */
function idOf(name: string, sha256: DatasetInfo['sha256']): string {
  const hash = createHash('sha256')
  for (const file of datasetFiles) hash.update(`${sha256[file] ?? ''}\n`)
  const words = (name.normalize('NFKD').toLowerCase().match(/[a-z0-9]+/g) ?? ['dataset']).join('-').slice(0, maxName).replace(/-$/, '')
  return `${words}-${hash.digest('hex').slice(0, 8)}`
}
