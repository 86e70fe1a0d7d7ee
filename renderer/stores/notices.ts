import { LabError, visible } from '@core'
import { type RoomName, type SavedFile, toWire, type WireError } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { request } from '../lib/bridge'
import { useRoom } from './room'

export interface Notice {
  readonly id: number
  readonly kind: 'error' | 'done' | 'note'
  /** A translation key and its parameters */
  readonly key: string
  readonly parameters: Readonly<Record<string, string | number>>
  /** The room that it belongs to; null: every room */
  readonly room: RoomName | null
  /** What was attempted: the next attempt of the same kind replaces this notice */
  readonly topic: string | undefined
  /** What can be done about it: a button with its text's key */
  readonly action: NoticeAction | undefined
}
export interface NoticeAction { readonly key: string, readonly run: () => void }

/** How long a notice is shown: longer for notes, since they have more text and their contents appear nowhere else, and where something can be done. */
const shownMs = { done: 6_000, note: 20_000, action: 12_000 } as const

/** Told by main like errors, but nothing went wrong. */
const ordinary: readonly WireError['code'][] = ['run.thinned', 'run.stays']

/** Short messages about results and errors. Errors stay in the room where they occurred until they are dismissed. */
export const useNotices = defineStore('notices', () => {
  const place = useRoom()
  const notices = ref<Notice[]>([])
  let next = 1

  function add(kind: Notice['kind'], key: string, parameters: Notice['parameters'] = {}, room: Notice['room'] = place.current, topic?: string, action?: NoticeAction) {
    const id = next++
    const same = notices.value.filter(notice => notice.key === key).map(notice => notice.id)
    notices.value = [...notices.value.filter(notice => !same.includes(notice.id)), { id, kind, key, parameters, room, topic, action }].slice(-4)
    if (kind !== 'error') setTimeout(() => dismiss(id), shownMs[action ? 'action' : kind])
  }
  const done = (key: string, parameters?: Notice['parameters'], action?: NoticeAction) => add('done', key, parameters, undefined, undefined, action)
  /** What was saved is named, and can be shown in its folder. */
  const saved = (key: string, { id, name }: SavedFile) => done(key, { name }, { key: 'files.menu.reveal', run: () => void attempt(() => request('file:reveal', { id })) })
  const note = (key: string, parameters?: Notice['parameters']) => add('note', key, parameters)
  const failed = (key: string, parameters?: Notice['parameters']) => add('error', key, parameters)
  const told = ({ code, details }: WireError, room?: Notice['room'], topic?: string) => add(ordinary.includes(code) ? 'note' : 'error', `errors.${code}`, Object.fromEntries(Object.entries(details).map(([name, value]) => [name, typeof value === 'string' ? visible(value) : value])), room, topic)
  const error = (found: WireError, topic?: string) => told(found, undefined, topic)
  /** An error not caused by a user action */
  const warn = (found: WireError) => told(found, null)
  const dismiss = (id: number) => { notices.value = notices.value.filter(notice => notice.id !== id) }

  /**
   * Runs an action of the user, and shows an error if it fails.
   * @param topic notices of earlier attempts with the same topic are removed
   * @returns its value, or undefined if it failed
   */
  async function attempt<T>(work: () => Promise<T>, topic?: string): Promise<T | undefined> {
    const removeEarlier = () => { if (topic !== undefined) notices.value = notices.value.filter(notice => notice.topic !== topic) }
    try {
      const value = await work()
      if (value !== null) removeEarlier() // null: cancelled
      return value
    }
    catch (cause) {
      removeEarlier()
      if (!(cause instanceof LabError)) console.error(cause)
      error(toWire(cause), topic)
      return undefined
    }
  }

  /** Errors and notes of the current room */
  const inPlace = computed(() => notices.value.filter(({ kind, room }) => kind !== 'done' && (room === null || room === place.current)))
  /** Confirmations, shown for a few seconds */
  const passing = computed(() => notices.value.filter(({ kind }) => kind === 'done'))

  return { notices, inPlace, passing, done, saved, note, failed, error, warn, dismiss, attempt }
})
