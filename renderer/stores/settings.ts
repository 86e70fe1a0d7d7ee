import { type AppInfo, type DatasetState, defaultSettings, type Locale, type Settings } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, watchEffect } from 'vue'
import { listen, request } from '../lib/bridge'
import { setLocale } from '../lib/i18n'
import { setTheme, type Theme } from '../lib/theme'

/** Language, theme, level and pace; stored by the main process. */
export const useSettings = defineStore('settings', () => {
  const info = ref<AppInfo>()
  const settings = ref(defaultSettings)
  const systemDark = matchMedia('(prefers-color-scheme: dark)')
  const darkSystem = ref(systemDark.matches)

  const locale = computed<Locale>(() => settings.value.locale === 'system' ? info.value?.systemLocale ?? 'en' : settings.value.locale)
  const theme = computed<Theme>(() => settings.value.theme === 'system' ? (darkSystem.value ? 'dark' : 'light') : settings.value.theme)

  async function load() {
    /** Told before the answer about the app is there, and newer than it */
    let told: DatasetState | undefined
    listen('dataset', (dataset) => {
      if (info.value) info.value = { ...info.value, dataset }
      else told = dataset
    });
    [info.value, settings.value] = await Promise.all([request('app:info'), request('settings:read')])
    if (told) info.value = { ...info.value, dataset: told }
    systemDark.addEventListener('change', () => { darkSystem.value = systemDark.matches })
    listen('settings', (value) => { if (pending === 0) settings.value = value })
    watchEffect(() => setLocale(locale.value), { flush: 'sync' })
    watchEffect(() => setTheme(theme.value), { flush: 'sync' })
  }

  /** Number of writes without an answer: until it is 0, answers are older than what is shown. */
  let pending = 0

  async function change(patch: Partial<Settings>) {
    const before = settings.value
    settings.value = { ...before, ...patch } // optimistic; main's answer replaces it
    pending++
    try { confirm(await request('settings:write', patch)) }
    catch (cause) {
      confirm(await request('settings:read').catch(() => before))
      throw cause
    }
  }
  function confirm(answer: Settings) {
    pending--
    if (pending === 0) settings.value = answer
  }

  return { info, settings, locale, theme, load, change }
})
