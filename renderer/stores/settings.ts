import { type AppInfo, defaultSettings, type Locale, type Settings } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, watchEffect } from 'vue'
import { listen, request } from '../bridge'
import { setLocale } from '../i18n'

const systemDark = matchMedia('(prefers-color-scheme: dark)')

/** Language, theme, level and pace: kept by main, shown here. */
export const useSettings = defineStore('settings', () => {
  const info = ref<AppInfo>()
  const settings = ref(defaultSettings)
  const darkSystem = ref(systemDark.matches)

  const locale = computed<Locale>(() => settings.value.locale === 'system' ? info.value?.systemLocale ?? 'en' : settings.value.locale)
  const theme = computed<'light' | 'dark'>(() => settings.value.theme === 'system' ? (darkSystem.value ? 'dark' : 'light') : settings.value.theme)

  async function load() {
    [info.value, settings.value] = await Promise.all([request('app:info'), request('settings:read')])
    systemDark.addEventListener('change', () => { darkSystem.value = systemDark.matches })
    listen('settings', (value) => { settings.value = value })
    listen('dataset', (dataset) => { if (info.value) info.value = { ...info.value, dataset } })
    watchEffect(() => setLocale(locale.value), { flush: 'sync' })
    watchEffect(() => { document.documentElement.dataset.theme = theme.value }, { flush: 'sync' })
  }

  async function change(patch: Partial<Settings>) {
    settings.value = { ...settings.value, ...patch } // at once; main's answer settles it
    settings.value = await request('settings:write', patch)
  }

  return { info, settings, locale, theme, load, change }
})
