import { defaultSettings, type Settings, settingsSchema } from '@contract'
import { JsonStore } from '@files'
import * as v from 'valibot'

/** Parses settings from disk: a missing or invalid one gets its default. */
export function parseSettings(value: unknown): Settings {
  const given = v.parse(v.record(v.string(), v.unknown()), value)
  const kept = Object.entries(settingsSchema.entries).filter(([key, schema]) => v.is(schema, given[key])).map(([key]) => [key, given[key]])
  return { ...defaultSettings, ...Object.fromEntries(kept) as Partial<Settings> }
}

/** Language, theme and so on, stored in the lab's folder. */
export const openSettings = (path: string): Promise<JsonStore<Settings>> => JsonStore.open(path, parseSettings, defaultSettings)
