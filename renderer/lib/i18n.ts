import { inEach, languages, type Locale, type Texts, texts, withParticles } from '@contract'
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import { withKeyNames } from './command-text'

const namingKeys = (tree: Texts): Texts =>
  Object.fromEntries(Object.entries(tree).map(([name, inner]) => [name, typeof inner === 'string' ? withKeyNames(inner) : namingKeys(inner)]))

/** The window's texts: the same files as for the native menus, with the keys of commands filled in. */
export const i18n = createI18n({
  legacy: false, locale: 'en' as Locale, fallbackLocale: 'en', messages: inEach(locale => namingKeys(texts[locale])) as never,
  postTranslation: text => typeof text === 'string' ? withParticles(text) : text,
})

/** The current language; only the settings change it. */
export const locale = computed(() => i18n.global.locale.value as Locale)

export function setLocale(next: Locale): void {
  i18n.global.locale.value = next
  const page = document.documentElement
  page.lang = next
  page.style.setProperty('--language-fonts', languages[next].fonts.map(font => `"${font}"`).join(', '))
}
