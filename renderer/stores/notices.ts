import { LabError, visible } from '@core'
import { toWire, type WireError } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { type RoomName, useRoom } from './room'

export interface Notice {
  readonly id: number
  readonly kind: 'error' | 'done' | 'note'
  /** A translation key and its parameters */
  readonly key: string
  readonly parameters: Readonly<Record<string, string | number>>
  /** Where it came up and is shown; null: in every room */
  readonly room: RoomName | null
  /** What was attempted: the next attempt at it takes the place of what this one said */
  readonly topic: string | undefined
}

/** A note is longer, and says what is nowhere else in sight. */
const shownMs = { done: 6_000, note: 20_000 } as const

/** Short messages: what happened, what was kept. Errors stay, in the room where they came up, until they are dismissed. */
export const useNotices = defineStore('notices', () => {
  const place = useRoom()
  const notices = ref<Notice[]>([])
  let next = 1

  function add(kind: Notice['kind'], key: string, parameters: Notice['parameters'] = {}, room: Notice['room'] = place.current, topic?: string) {
    const id = next++
    const same = notices.value.filter(notice => notice.key === key).map(notice => notice.id)
    notices.value = [...notices.value.filter(notice => !same.includes(notice.id)), { id, kind, key, parameters, room, topic }].slice(-4)
    if (kind !== 'error') setTimeout(() => dismiss(id), shownMs[kind])
  }
  const done = (key: string, parameters?: Notice['parameters']) => add('done', key, parameters)
  const note = (key: string, parameters?: Notice['parameters']) => add('note', key, parameters)
  const failed = (key: string, parameters?: Notice['parameters']) => add('error', key, parameters)
  const told = ({ code, details }: WireError, room?: Notice['room'], topic?: string) => add('error', `errors.${code}`, Object.fromEntries(Object.entries(details).map(([name, value]) => [name, typeof value === 'string' ? visible(value) : value])), room, topic)
  const error = (found: WireError, topic?: string) => told(found, undefined, topic)
  /** Of something that nobody in a room asked for */
  const warn = (found: WireError) => told(found, null)
  const dismiss = (id: number) => { notices.value = notices.value.filter(notice => notice.id !== id) }

  /**
   * Runs something that a person asked for, and tells when it was refused.
   * @param topic of attempts: what an earlier one said of it is out of date then
   * @returns its value, or undefined when it was refused
   */
  async function attempt<T>(work: () => Promise<T>, topic?: string): Promise<T | undefined> {
    const settle = () => { if (topic !== undefined) notices.value = notices.value.filter(notice => notice.topic !== topic) }
    try {
      const value = await work()
      if (value !== null) settle() // null: called off
      return value
    }
    catch (cause) {
      settle()
      if (!(cause instanceof LabError)) console.error(cause)
      error(toWire(cause), topic)
      return undefined
    }
  }

  /** Those with a place of their own above the room in view */
  const inPlace = computed(() => notices.value.filter(({ kind, room }) => kind !== 'done' && (room === null || room === place.current)))
  /** Those that pass at the window's edge */
  const passing = computed(() => notices.value.filter(({ kind }) => kind === 'done'))

  return { notices, inPlace, passing, done, note, failed, error, warn, dismiss, attempt }
})
