import { type Desk, deskSchema, roomNames, type RoomName } from '@contract'
import { JsonStore } from '@files'
import * as v from 'valibot'

const sessionSchema = v.object({ run: v.fallback(v.nullable(v.string()), null), room: v.fallback(v.nullable(v.picklist(roomNames)), null), desk: v.fallback(v.nullable(deskSchema), null) })

/** Where the next session goes on. */
export interface Session {
  /** Id of the current run on the disk; null: it has learned nothing */
  readonly run: string | null
  /** The room that is shown; null: the first one */
  readonly room: RoomName | null
  /** What is being looked at and drawn; null: nothing was yet */
  readonly desk: Desk | null
}

/** Opens the file that says where the next session goes on. */
export const openSession = (path: string): Promise<JsonStore<Session>> => JsonStore.open<Session>(path, v.parser(sessionSchema), { run: null, room: null, desk: null })

/** Changes what the next session goes on with. A disk that refuses only means that it begins anew; what matters more has been reported. */
export const remember = (session: JsonStore<Session>, change: Partial<Session>): Promise<void> =>
  session.set({ ...session.value, ...change }).catch(() => undefined)
