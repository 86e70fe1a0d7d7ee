import { type RoomName, roomNames, type ScreenName } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { request } from '../lib/bridge'

/** What has opened a room and offers the way back to it: a lesson, Train's diagnosis, Train's mistakes, or the images of a dataset. */
export type Sender = 'lesson' | 'training' | 'mistakes' | 'browse'

/** What the window shows: a room, which the address keeps through a reload, the scene of the first start, or a figure presented to a group. */
export const useRoom = defineStore('room', () => {
  const wanted = location.hash.slice(1)
  const current = ref<RoomName>(roomNames.find(name => name === wanted) ?? 'learn')
  const inFirstScene = ref(false)
  const presenting = ref(false)
  const screen = computed<ScreenName>(() => inFirstScene.value ? 'first' : presenting.value ? 'presenter' : current.value)
  /** Whether there is something to present: a lesson, a graph, a training */
  const canPresent = computed(() => screen.value === 'learn' || screen.value === 'train')
  /** Whether the list of keys is open */
  const keysShown = ref(false)
  /** What has opened the current room; null: the learner */
  const sentBy = ref<Sender | null>(null)
  function go(name: RoomName, sender: Sender | null = null) {
    inFirstScene.value = false
    sentBy.value = sender
    current.value = name
    history.replaceState(null, '', `#${name}`)
  }
  function present(on: boolean) {
    presenting.value = on
    void request('app:present', { on })
  }
  const showKeys = (shown: boolean) => { keysShown.value = shown }
  const showFirstScene = () => { inFirstScene.value = true }
  const leaveFirstScene = () => { inFirstScene.value = false }
  return { current, inFirstScene, presenting, screen, canPresent, keysShown, sentBy, go, showFirstScene, leaveFirstScene, present, showKeys }
})
