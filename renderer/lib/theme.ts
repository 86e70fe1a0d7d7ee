import { readonly, ref } from 'vue'

export type Theme = 'light' | 'dark'

const current = ref<Theme>('light')

/** The theme in use: whatever is drawn on a canvas follows it. The settings alone change it. */
export const theme = readonly(current)

export function setTheme(theme: Theme): void {
  current.value = theme
  document.documentElement.dataset.theme = theme
}
