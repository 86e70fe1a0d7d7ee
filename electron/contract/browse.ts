import type { DatasetInfo } from '@core'
import * as v from 'valibot'
import { count, nothing, type Requests, type } from './schema'

/** The parts of a dataset's files. */
export const browsedSplits = ['train', 'test'] as const
export type BrowsedSplit = (typeof browsedSplits)[number]

/** Most images, and most classes, in one reply */
export const browseLimits = { images: 500, classes: 100 } as const

const dataset = v.pipe(v.string(), v.maxLength(64))
const split = v.picklist(browsedSplits)

/** What a window needs of a dataset in order to list its images. */
export interface BrowsedDataset {
  readonly info: DatasetInfo
  /** Class index of each image */
  readonly labels: Readonly<Record<BrowsedSplit, Uint16Array>>
}

/** How a network reads every image of a dataset. */
export interface ReadImages {
  /** Of the network */
  readonly at: { readonly runId: number, readonly step: number }
  /** The class with the largest output, for each image */
  readonly predicted: Readonly<Record<BrowsedSplit, Uint16Array>>
}

/** Channels of the browser of a dataset's images. */
export const browseChannels = {
  /** Loads a dataset, unless it is in memory, and holds it until another one is opened or the browser is left. @throws dataset.*, file.* */
  'data:open': { arg: v.strictObject({ dataset }), result: type<BrowsedDataset>() },
  'data:leave': { arg: nothing, result: type<null>() },
  /** Images by their indices: their pixels one after the other, 0 (paper) to 255 (ink) */
  'data:bytes': { arg: v.strictObject({ dataset, split, indices: v.pipe(v.array(count), v.minLength(1), v.maxLength(browseLimits.images)) }), result: type<Uint8Array>() },
  /** The mean image of each of these classes, 0 (paper) to 1 (ink); null for a class without images in the split */
  'data:means': { arg: v.strictObject({ dataset, split, classes: v.pipe(v.array(count), v.maxLength(browseLimits.classes)) }), result: type<readonly (Float32Array | null)[]>() },
  /** How the run's network, of the moment that is shown, reads every image; a newer question ends an older one with past.left. @throws dataset.otherNetwork when it reads images of another kind */
  'data:answers': { arg: v.strictObject({ dataset }), result: type<ReadImages>() },
} satisfies Requests
