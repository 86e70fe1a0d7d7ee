import { LabError } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { i18n } from '../../../renderer/i18n'
import { useSettings } from '../../../renderer/stores/settings'
import { fakeMain, info, settings as given } from '../lab'

afterEach(() => vi.unstubAllGlobals())

describe('the settings', () => {
  let main: ReturnType<typeof fakeMain>
  beforeEach(() => { main = fakeMain() })

  test('are main\'s, with what main knows about the computer', async () => {
    const settings = useSettings()
    await settings.load()
    expect([settings.settings, settings.info]).toEqual([given, info])
  })

  test('hold at once when they are changed, and then as main has them', async () => {
    main = fakeMain({ 'settings:write': patch => ({ ...given, ...patch, pace: 100 }) })
    const settings = useSettings()
    await settings.load()
    const written = settings.change({ level: 'everything', pace: 10 })
    expect(settings.settings).toMatchObject({ level: 'everything', pace: 10 })
    await written
    expect(settings.settings).toMatchObject({ level: 'everything', pace: 100 })
    expect(main.asked('settings:write')).toEqual([{ level: 'everything', pace: 10 }])
  })

  test('follow what main tells by itself: a change in the menu, and the digits that are there now', async () => {
    const settings = useSettings()
    await settings.load()
    main.tell('settings', { ...given, drawDocked: true })
    main.tell('dataset', { phase: 'loading' })
    expect(settings.settings.drawDocked).toBe(true)
    expect(settings.info).toEqual({ ...info, dataset: { phase: 'loading' } })
  })

  test('a refusal reaches whoever asked for the change', async () => {
    main = fakeMain({ 'settings:write': () => { throw new LabError('file.full', 'full', {}) } })
    await expect(useSettings().change({ pace: 1 })).rejects.toMatchObject({ code: 'file.full' })
  })
})

describe('the language', () => {
  test('is the one that was chosen', async () => {
    fakeMain({ 'settings:read': () => ({ ...given, locale: 'ja' }), 'app:info': () => ({ ...info, systemLocale: 'ko' }) })
    const settings = useSettings()
    await settings.load()
    expect([settings.locale, i18n.global.locale.value, document.documentElement.lang]).toEqual(['ja', 'ja', 'ja'])
  })

  test('is the system\'s when that was chosen, English while it is not known', async () => {
    fakeMain({ 'settings:read': () => ({ ...given, locale: 'system' }), 'app:info': () => ({ ...info, systemLocale: 'ko' }) })
    const settings = useSettings()
    settings.settings = { ...given, locale: 'system' }
    expect(settings.locale).toBe('en')
    await settings.load()
    expect([settings.locale, i18n.global.locale.value]).toEqual(['ko', 'ko'])
  })

  test('changes what is read at once', async () => {
    fakeMain()
    const settings = useSettings()
    await settings.load()
    void settings.change({ locale: 'ko' })
    expect(i18n.global.locale.value).toBe('ko')
    await vi.waitFor(() => { expect(settings.settings.locale).toBe('ko') })
  })
})

describe('light and dark', () => {
  test.each(['light', 'dark'] as const)('%s is shown where it was chosen', async (theme) => {
    fakeMain({ 'settings:read': () => ({ ...given, theme }) })
    const settings = useSettings()
    await settings.load()
    expect([settings.theme, document.documentElement.dataset['theme']]).toEqual([theme, theme])
  })

  test('follow the system where that was chosen, also when the system changes', async () => {
    const dark = Object.assign(new EventTarget(), { matches: false })
    vi.stubGlobal('matchMedia', (query: string) => {
      expect(query).toBe('(prefers-color-scheme: dark)')
      return dark
    })
    vi.resetModules()
    const [lab, fresh] = [await import('../lab'), await import('../../../renderer/stores/settings')]
    lab.fakeMain({ 'settings:read': () => ({ ...given, theme: 'system' }) })
    const settings = fresh.useSettings()
    await settings.load()
    expect(document.documentElement.dataset['theme']).toBe('light')
    dark.matches = true
    dark.dispatchEvent(new Event('change'))
    expect([settings.theme, document.documentElement.dataset['theme']]).toEqual(['dark', 'dark'])
    vi.resetModules()
  })
})
