import { readonly, ref } from 'vue'

export type Theme = 'light' | 'dark'

const current = ref<Theme>('light')

/** The current theme, for everything that is drawn on a canvas; only the settings change it. */
export const theme = readonly(current)

export function setTheme(theme: Theme): void {
  current.value = theme
  document.documentElement.dataset.theme = theme
}
