import { languages, type Locale, texts } from '@contract'
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'

/** The window's texts: the same files as for the menus and the terminal. */
export const i18n = createI18n({ legacy: false, locale: 'en' as Locale, fallbackLocale: 'en', messages: texts as never })

/** The current language; only the settings change it. */
export const locale = computed(() => i18n.global.locale.value as Locale)

export function setLocale(next: Locale): void {
  i18n.global.locale.value = next
  const page = document.documentElement
  page.lang = next
  page.style.setProperty('--language-fonts', languages[next].fonts.map(font => `"${font}"`).join(', '))
}
