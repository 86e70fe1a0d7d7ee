import { type RoomName, roomNames } from '@contract'
import { defineStore } from 'pinia'
import { ref } from 'vue'

/** Which room the window shows; the address keeps it through a reload. */
export const useRoom = defineStore('room', () => {
  const wanted = location.hash.slice(1)
  const current = ref<RoomName>(roomNames.find(name => name === wanted) ?? 'learn')
  /** Whether the list of keys is open */
  const keysShown = ref(false)
  function go(name: RoomName) {
    current.value = name
    history.replaceState(null, '', `#${name}`)
  }
  const showKeys = (shown: boolean) => { keysShown.value = shown }
  return { current, keysShown, go, showKeys }
})
