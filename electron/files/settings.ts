import { defaultSettings, type Settings, settingsSchema } from '@contract'
import * as v from 'valibot'
import { JsonStore } from './json-store'
import { readWhole } from './read'
import type { RunLimits } from './runs/store'

/** A larger file was not written by the lab. */
const maxBytes = 2 ** 20

/** Parses settings from disk: a missing or invalid one gets its default. */
export function parseSettings(value: unknown): Settings {
  const given = v.parse(v.record(v.string(), v.unknown()), value)
  const kept = Object.entries(settingsSchema.entries).filter(([key, schema]) => v.is(schema, given[key])).map(([key]) => [key, given[key]])
  return { ...defaultSettings, ...Object.fromEntries(kept) as Partial<Settings> }
}

/** Language, theme and so on, stored in the lab's folder. */
export const openSettings = (path: string): Promise<JsonStore<Settings>> => JsonStore.open(path, parseSettings, defaultSettings)

/** The settings in a file that belongs to another program: nothing is changed there, and where it cannot be read the defaults apply. */
export async function readSettings(path: string): Promise<Settings> {
  try { return parseSettings(JSON.parse(new TextDecoder().decode(await readWhole(path, { maxBytes })))) }
  catch { return defaultSettings }
}

/** How much the checkpoints of the runs may take. */
export const runLimitsOf = ({ runMb, allRunsGb }: Pick<Settings, 'runMb' | 'allRunsGb'>): RunLimits => ({ perRun: runMb * 2 ** 20, all: allRunsGb * 2 ** 30 })
