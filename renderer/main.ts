import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { commandButtonsKey } from './lib/command-buttons'
import { i18n } from './lib/i18n'
import { tellKey } from './lib/tell'
import { useCommandTable } from './stores/commands'
import { useNotices } from './stores/notices'
import { useGraphFiles } from './stores/graph/graph-files'
import { useProgress } from './stores/course/progress'
import { useSettings } from './stores/settings'

const pinia = createPinia()
const settings = useSettings(pinia)
// Load language, theme, lesson and playground before the first paint, so that nothing flashes.
await Promise.all([settings.load(), useProgress(pinia).load(), useGraphFiles(pinia).recall()])
createApp(App).use(pinia).use(i18n).provide(tellKey, useNotices(pinia)).provide(commandButtonsKey, useCommandTable(pinia)).mount('#app')
