import { type Locale, texts } from '@contract'
import { createI18n } from 'vue-i18n'

/** The window's texts: the same files that menus and the terminal read. */
export const i18n = createI18n({ legacy: false, locale: 'en' as Locale, fallbackLocale: 'en', messages: texts as never })

export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
}
