import { type RoomName, roomNames, type ScreenName } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

/** What the window shows: a room, which the address keeps through a reload, or the scene of the first start. */
export const useRoom = defineStore('room', () => {
  const wanted = location.hash.slice(1)
  const current = ref<RoomName>(roomNames.find(name => name === wanted) ?? 'learn')
  const inFirstScene = ref(false)
  const screen = computed<ScreenName>(() => inFirstScene.value ? 'first' : current.value)
  /** Whether the list of keys is open */
  const keysShown = ref(false)
  function go(name: RoomName) {
    inFirstScene.value = false
    current.value = name
    history.replaceState(null, '', `#${name}`)
  }
  const showKeys = (shown: boolean) => { keysShown.value = shown }
  const showFirstScene = () => { inFirstScene.value = true }
  const leaveFirstScene = () => { inFirstScene.value = false }
  return { current, inFirstScene, screen, keysShown, go, showFirstScene, leaveFirstScene, showKeys }
})
