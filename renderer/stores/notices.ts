import { LabError, visible } from '@core'
import { toWire, type WireError } from '@contract'
import { defineStore } from 'pinia'
import { ref } from 'vue'

export interface Notice {
  readonly id: number
  readonly kind: 'error' | 'done' | 'note'
  /** A translation key and its parameters */
  readonly key: string
  readonly parameters: Readonly<Record<string, string | number>>
}

/** A note is longer, and says what is nowhere else in sight. */
const shownMs = { done: 6_000, note: 20_000 } as const

/** Short messages at the window's edge: what happened, what was kept. Errors stay until they are dismissed. */
export const useNotices = defineStore('notices', () => {
  const notices = ref<Notice[]>([])
  let next = 1

  function add(kind: Notice['kind'], key: string, parameters: Notice['parameters'] = {}) {
    const id = next++
    const same = notices.value.filter(notice => notice.key === key).map(notice => notice.id)
    notices.value = [...notices.value.filter(notice => !same.includes(notice.id)), { id, kind, key, parameters }].slice(-4)
    if (kind !== 'error') setTimeout(() => dismiss(id), shownMs[kind])
  }
  const done = (key: string, parameters?: Notice['parameters']) => add('done', key, parameters)
  const note = (key: string, parameters?: Notice['parameters']) => add('note', key, parameters)
  const failed = (key: string, parameters?: Notice['parameters']) => add('error', key, parameters)
  const error = ({ code, details }: WireError) => add('error', `errors.${code}`, Object.fromEntries(Object.entries(details).map(([name, value]) => [name, typeof value === 'string' ? visible(value) : value])))
  const dismiss = (id: number) => { notices.value = notices.value.filter(notice => notice.id !== id) }

  /** Runs something that a person asked for, and tells when it was refused. @returns its value, or undefined then */
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try { return await work() }
    catch (cause) {
      if (!(cause instanceof LabError)) console.error(cause)
      error(toWire(cause))
      return undefined
    }
  }

  return { notices, done, note, failed, error, dismiss, attempt }
})
