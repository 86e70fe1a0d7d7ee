import * as v from 'valibot'
import type { OpenedGraph } from './graph'
import type { RunState } from './run'
import { type Requests, type } from './schema'

const path = v.strictObject({ path: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) })

/**
 * Channels for a file dropped onto the window. The page cannot ask them: the preload does, with the path that the
 * system gave it. The first one whose `ending` matches the file's name takes it.
 */
export const drops = {
  'graph:drop': { ending: '.json', arg: path, result: type<OpenedGraph>() },
  'weights:drop': { ending: '', arg: path, result: type<RunState>() },
} satisfies Requests & Readonly<Record<string, { readonly ending: string }>>

export type DropChannel = keyof typeof drops
export const dropChannels = Object.keys(drops) as readonly DropChannel[]

/** Which channel takes a dropped file, by the file's name. */
export const dropOf = (name: string): DropChannel => dropChannels.find(channel => name.toLowerCase().endsWith(drops[channel].ending)) ?? 'weights:drop'
