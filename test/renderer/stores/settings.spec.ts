import type { Settings } from '@contract'
import { LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { useSettings } from '../../../renderer/stores/settings'
import { fakeMain, settings } from '../lab'

afterEach(() => { vi.unstubAllGlobals() })

/** Main as it answers when a test says so, each time with the settings as they are by then. */
async function slowMain() {
  let now = settings
  const waiting: (() => void)[] = []
  const main = fakeMain({
    'settings:read': () => now,
    'settings:write': (patch) => {
      now = { ...now, ...patch }
      main.tell('settings', now)
      return new Promise<Settings>((done) => { waiting.push(() => done(now)) })
    },
  })
  await useSettings().load()
  const answer = async (i: number) => { waiting[i]!(); await flushPromises() }
  return { main, answer, store: useSettings() }
}

// Cause: the answer to the first of two changes brought back what stood there before the second.
test('of two changes in a row neither is taken back, in whichever order main answers', async () => {
  for (const order of [[0, 1], [1, 0]]) {
    const { store, answer } = await slowMain()
    const seen: string[] = []
    store.$subscribe(() => seen.push(`${store.settings.theme} ${store.settings.graphStepMs}`), { flush: 'sync' })
    void store.change({ theme: 'dark' })
    void store.change({ graphStepMs: 100 })
    for (const i of order) await answer(i)
    expect(store.settings).toEqual({ ...settings, theme: 'dark', graphStepMs: 100 })
    expect(new Set(seen)).toEqual(new Set([`dark ${settings.graphStepMs}`, 'dark 100']))
  }
})

test('what main tells by itself holds, but not over a change that it has not answered', async () => {
  const { main, store, answer } = await slowMain()
  main.tell('settings', { ...settings, level: 'everything' })
  expect(store.settings.level).toBe('everything')
  void store.change({ theme: 'dark' })
  main.tell('settings', { ...settings, theme: 'light' })
  expect(store.settings.theme).toBe('dark')
  await answer(0)
  expect(store.settings.theme).toBe('dark')
})

test('a change that main refuses is taken back', async () => {
  fakeMain({ 'settings:write': () => { throw new LabError('ipc.schema', 'no', { found: 'settings:write' }) } })
  await useSettings().load()
  await expect(useSettings().change({ graphStepMs: 1 })).rejects.toMatchObject({ code: 'ipc.schema' })
  expect(useSettings().settings).toEqual(settings)
})
