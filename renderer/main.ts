import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './i18n'
import { useSettings } from './stores/settings'

const pinia = createPinia()
const settings = useSettings(pinia)
// The language and theme are known before the first paint, so nothing flashes.
await settings.load()
createApp(App).use(pinia).use(i18n).mount('#app')
