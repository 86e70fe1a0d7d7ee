import { JsonStore } from '@files'
import * as v from 'valibot'

const sessionSchema = v.strictObject({ run: v.nullable(v.string()) })

/** Where the next session goes on. */
export interface Session {
  /** Id of the current run on the disk; null: it has learned nothing */
  readonly run: string | null
}

/** Opens the file that says where the next session goes on. */
export const openSession = (path: string): Promise<JsonStore<Session>> => JsonStore.open<Session>(path, v.parser(sessionSchema), { run: null })
