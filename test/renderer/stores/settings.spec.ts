import type { Locale, Settings } from '@contract'
import { LabError, mnist } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { i18n } from '../../../renderer/lib/i18n'
import { useSettings } from '../../../renderer/stores/settings'
import { fakeMain, info, settings } from '../lab'

afterEach(() => { vi.unstubAllGlobals() })

/** A main process that replies when the test says so, each time with the settings at that moment. */
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

// Cause: the reply to the first of two changes restored the value before the second.
test('of two consecutive changes neither is undone, in whichever order main replies', async () => {
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

test('an event of main applies, but not over a change that it has not answered', async () => {
  const { main, store, answer } = await slowMain()
  main.tell('settings', { ...settings, level: 'everything' })
  expect(store.settings.level).toBe('everything')
  void store.change({ theme: 'dark' })
  main.tell('settings', { ...settings, theme: 'light' })
  expect(store.settings.theme).toBe('dark')
  await answer(0)
  expect(store.settings.theme).toBe('dark')
})

test('the digits that are ready while the window asks about the app are not forgotten', async () => {
  const ready = { phase: 'ready', info: mnist } as const
  const main = fakeMain({ 'app:info': () => ({ ...info, dataset: { phase: 'loading' } as const }), 'settings:read': () => { main.tell('dataset', ready); return settings } })
  await useSettings().load()
  expect(useSettings().info?.dataset).toEqual(ready)
})

test('a change that main refuses is undone', async () => {
  fakeMain({ 'settings:write': () => { throw new LabError('ipc.schema', 'no', { found: 'settings:write' }) } })
  await useSettings().load()
  await expect(useSettings().change({ graphStepMs: 1 })).rejects.toMatchObject({ code: 'ipc.schema' })
  expect(useSettings().settings).toEqual(settings)
})

test('a change that main refuses is undone even when main does not send the current value', async () => {
  let broken = false
  const no = () => { throw new LabError('file.denied', 'no', {}) }
  fakeMain({ 'settings:read': () => broken ? no() : settings, 'settings:write': no })
  await useSettings().load()
  broken = true
  await expect(useSettings().change({ theme: 'dark' })).rejects.toMatchObject({ code: 'file.denied' })
  expect(useSettings().settings).toEqual(settings)
})

test('events of main apply again after a refused change', async () => {
  const main = fakeMain({ 'settings:write': () => { throw new LabError('ipc.schema', 'no', { found: 'settings:write' }) } })
  await useSettings().load()
  await expect(useSettings().change({ theme: 'dark' })).rejects.toThrow()
  main.tell('settings', { ...settings, pace: 10 })
  expect(useSettings().settings.pace).toBe(10)
})

describe('the language', () => {
  const shown = () => [useSettings().locale, i18n.global.locale.value, document.documentElement.lang]

  test.each(['ko', 'ja', 'en'] as const)('is the system’s until one is chosen, in everything that is shown: %s', async (systemLocale) => {
    fakeMain({ 'app:info': () => ({ ...info, systemLocale }), 'settings:read': () => ({ ...settings, locale: 'system' }) })
    await useSettings().load()
    expect(shown()).toEqual([systemLocale, systemLocale, systemLocale])
    const other: Locale = systemLocale === 'ko' ? 'ja' : 'ko'
    const chosen = useSettings().change({ locale: other })
    expect(shown()).toEqual([other, other, other]) // immediately
    await chosen
    expect(shown()).toEqual([other, other, other])
  })

  test('is English when the system’s is not known yet', () => {
    fakeMain()
    useSettings().settings = { ...settings, locale: 'system' }
    expect(useSettings().locale).toBe('en')
  })
})

describe('the theme', () => {
  /** A system that switches between dark and light when the test says so. */
  function system(matches: boolean) {
    const heard: (() => void)[] = []
    const query = { matches, addEventListener: (event: string, handler: () => void) => { if (event === 'change') heard.push(handler) } }
    vi.stubGlobal('matchMedia', (asked: string) => asked === '(prefers-color-scheme: dark)' ? query : { ...query, matches: !matches })
    return (dark: boolean) => { query.matches = dark; heard.forEach(handler => handler()) }
  }
  const shown = () => [useSettings().theme, document.documentElement.dataset['theme']]

  test('is the system’s, and follows it, until one is chosen', async () => {
    for (const [dark, expected, other] of [[true, 'dark', 'light'], [false, 'light', 'dark']] as const) {
      const go = system(dark)
      fakeMain({ 'settings:read': () => ({ ...settings, theme: 'system' }) })
      await useSettings().load()
      expect(shown()).toEqual([expected, expected])
      go(!dark)
      expect(shown()).toEqual([other, other])
    }
  })

  test('that is chosen stays whatever the system does', async () => {
    const go = system(true)
    fakeMain()
    await useSettings().load()
    expect(shown()).toEqual(['light', 'light'])
    void useSettings().change({ theme: 'dark' })
    go(false)
    expect(shown()).toEqual(['dark', 'dark'])
  })
})

test('the dataset is known as main reports it, once the window is loaded', async () => {
  const main = fakeMain()
  const store = useSettings()
  expect(store.info).toBeUndefined()
  await store.load()
  expect(store.info).toEqual(info)
  main.tell('dataset', { phase: 'loading' })
  expect(store.info).toEqual({ ...info, dataset: { phase: 'loading' } })
})
