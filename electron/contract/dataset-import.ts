import type { DatasetInfo } from '@core'
import * as v from 'valibot'
import type { DatasetListing } from './dataset'
import type { WireError } from './reply'
import { count, type Requests, type } from './schema'

const id = v.pipe(v.string(), v.maxLength(64))
const handle = v.pipe(v.string(), v.maxLength(64))
const name = v.pipe(v.string(), v.maxLength(400))
const classNames = v.pipe(v.array(name), v.maxLength(1000))
/** Where images are looked for: in files, or in a folder */
const from = v.picklist(['files', 'folder'])

/** A size of pictures, and how many have it. */
export interface PictureSizeCount { readonly rows: number, readonly columns: number, readonly count: number }

/** A class that was found. */
export interface FoundClass {
  readonly name: string
  readonly train: number
  readonly test: number
  /** Its first images: rows × columns, 0 (paper) to 255 (ink) */
  readonly samples: readonly Uint8Array[]
}

/** What was found in files or in a folder; nothing is written yet. */
export interface DatasetPreview {
  /** Opaque: only main knows the path */
  readonly handle: string
  readonly kind: 'idx' | 'folder' | 'npz'
  /** What the dataset may be called */
  readonly name: string
  readonly shape: DatasetInfo['shape']
  readonly counts: { readonly train: number, /** Null: a part of the training images is held out */ readonly test: number | null }
  readonly classes: readonly FoundClass[]
  /** Sizes of the pictures in a folder, the commonest first; none for another kind */
  readonly sizes: readonly PictureSizeCount[]
  /** Whether ink is darker than paper in the pictures of a folder */
  readonly isDark: boolean
  /** What was left out, and what is wrong with it */
  readonly problems: readonly WireError[]
  /** Id of the published dataset that these files are */
  readonly known: string | null
  /** The dataset of this computer that they are already; null: it is new */
  readonly existing: { readonly id: string, readonly name: string } | null
  readonly licence: string
  readonly source: string
}

/** A dataset of this computer, after a change. */
export interface ImportedDataset {
  readonly info: DatasetInfo
  /** Whether it is new, or was there and was repaired or left as it is */
  readonly outcome: 'new' | 'repaired' | 'known'
}

/** A few images of a dataset: the first one of each class. */
export interface DatasetSamples {
  readonly shape: DatasetInfo['shape']
  readonly images: readonly Uint8Array[]
  /** Class indices */
  readonly labels: readonly number[]
}

/** Channels of the manager of datasets. Dialogs return null when the user cancels. */
export const datasetChannels = {
  /** Looks at files or a folder that a dialog asks for. `known`: id of the published dataset that they are to be. A newer preview ends an older one. @throws dataset.cancelled */
  'data:preview': { arg: v.strictObject({ from, known: v.nullable(id) }), result: type<DatasetPreview | null>() },
  /** Looks at the same folder again: with images of another size, or with ink and paper the other way round */
  'data:revise': { arg: v.strictObject({ handle, size: v.nullable(v.strictObject({ rows: v.pipe(count, v.minValue(1), v.maxValue(128)), columns: v.pipe(count, v.minValue(1), v.maxValue(128)) })), isDark: v.boolean() }), result: type<DatasetPreview>() },
  /** Lets go what was found, or stops looking. */
  'data:dismiss': { arg: v.null(), result: type<null>() },
  /** Writes what was found. `test`: how test images are held out where there are none */
  'data:import': {
    arg: v.strictObject({ handle, name, classes: v.nullable(classNames), test: v.strictObject({ share: v.pipe(v.number(), v.minValue(0.01), v.maxValue(0.5)), seed: v.pipe(count, v.maxValue(2 ** 32 - 1)) }) }),
    result: type<ImportedDataset>(),
  },
  'data:change': { arg: v.strictObject({ id, name: v.optional(name), classes: v.optional(classNames) }), result: type<readonly DatasetListing[]>() },
  /** Reads all files of a dataset, and compares them with what was imported. */
  'data:verify': { arg: v.strictObject({ id }), result: type<readonly DatasetListing[]>() },
  /** Repairs a damaged dataset from files that the user chooses in a dialog. */
  'data:repair': { arg: v.strictObject({ id, from }), result: type<readonly DatasetListing[] | null>() },
  'data:reveal': { arg: v.strictObject({ id }), result: type<null>() },
  /** Moves a dataset to the system's trash, or to the lab's own if the system has none. */
  'data:remove': { arg: v.strictObject({ id }), result: type<{ readonly listings: readonly DatasetListing[], /** Whether it can be put back here */ readonly canRestore: boolean }>() },
  /** Puts a dataset back from the lab's own trash. */
  'data:restore': { arg: v.strictObject({ id }), result: type<readonly DatasetListing[]>() },
  'data:samples': { arg: v.strictObject({ id }), result: type<DatasetSamples>() },
} satisfies Requests
