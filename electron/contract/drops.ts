import * as v from 'valibot'
import type { OpenedGraph } from './graph'
import type { RunState } from './run'
import type { RunArrival } from './runs'
import { type Requests, type } from './schema'

const path = v.strictObject({ path: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) })

/**
 * Channels for files dropped onto the window. The page cannot call them; the preload does, with the path from the
 * system. The first channel whose `ending` matches the file name is used.
 */
export const drops = {
  'graph:drop': { ending: '.json', arg: path, result: type<OpenedGraph>() },
  'runs:drop': { ending: '.labrun', arg: path, result: type<RunArrival>() },
  'weights:drop': { ending: '', arg: path, result: type<RunState>() },
} satisfies Requests & Readonly<Record<string, { readonly ending: string }>>

export type DropChannel = keyof typeof drops
export const dropChannels = Object.keys(drops) as readonly DropChannel[]

/** The channel for a dropped file, by its name. */
export const dropOf = (name: string): DropChannel => dropChannels.find(channel => name.toLowerCase().endsWith(drops[channel].ending)) ?? 'weights:drop'
