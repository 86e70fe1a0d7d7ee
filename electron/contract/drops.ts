import type { ChoiceAccuracy, OpenChoice } from '@core'
import * as v from 'valibot'
import type { DatasetPreview } from './dataset-import'
import type { OpenedGraph } from './graph'
import type { RunState } from './run'
import type { RunArrival } from './runs'
import { type Requests, type } from './schema'

/** What a network file of another program leaves open, and how well the network does under each answer. */
export interface OpenQuestion {
  readonly id: string
  /** Of the file */
  readonly name: string
  readonly open: readonly OpenChoice[]
  /** Name of the dataset on which it was measured, and the number of its training images */
  readonly dataset: string
  readonly images: number
  /** The best first */
  readonly choices: readonly ChoiceAccuracy[]
}

/** A file that the user opened or dropped: what it was found to be by its content, and what came of it. */
export type OpenedFile
  = | { readonly kind: 'weights', readonly state: RunState }
    | { readonly kind: 'question', readonly question: OpenQuestion }
    | { readonly kind: 'run', readonly arrival: RunArrival }
    | { readonly kind: 'graph', readonly graph: OpenedGraph }
    | { readonly kind: 'recipe', readonly name: string, readonly text: string }
    /** Images that can be imported as a dataset */
    | { readonly kind: 'dataset', readonly preview: DatasetPreview }

/** A file that the system passes on. `id` is opaque: only main knows the path. */
export interface GivenFile {
  readonly id: string
  readonly name: string
}

/** More files than this are no dataset, and only one of another kind is opened. */
export const maxDropped = 16

/** Channels for files dropped onto the window. The page cannot call them; the preload does, with the path from the system. */
export const drops = {
  'file:drop': { arg: v.strictObject({ paths: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))), v.minLength(1), v.maxLength(maxDropped)) }), result: type<OpenedFile>() },
} satisfies Requests

export type DropChannel = keyof typeof drops
export const dropChannels = Object.keys(drops) as readonly DropChannel[]
