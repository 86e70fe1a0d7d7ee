import { defaultSettings, type Settings } from '@contract'
import { JsonStore } from '@files'
import { parseSettings } from './schemas'

/** Language, theme and the like, kept in the lab's folder. */
export const openSettings = (path: string): Promise<JsonStore<Settings>> => JsonStore.open(path, parseSettings, defaultSettings)
