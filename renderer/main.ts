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
import { useRoom } from './stores/room'
import { useSettings } from './stores/settings'

const pinia = createPinia()
const settings = useSettings(pinia)
const progress = useProgress(pinia)
// Load language, theme, lesson and playground before the first paint, so that nothing flashes.
await Promise.all([settings.load(), progress.load(), useGraphFiles(pinia).recall()])
if (!progress.progress.firstScene) useRoom(pinia).showFirstScene()
createApp(App).use(pinia).use(i18n).provide(tellKey, useNotices(pinia)).provide(commandButtonsKey, useCommandTable(pinia)).mount('#app')
