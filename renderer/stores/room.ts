import { type RoomName, roomNames, type ScreenName } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { request } from '../lib/bridge'

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
  /** Whether a lesson has opened the current room, so that the way back to it is offered */
  const sentByLesson = ref(false)
  /** Whether Train has opened a lesson, so that the way back to it is offered */
  const sentByTraining = ref(false)
  function go(name: RoomName) {
    inFirstScene.value = false
    sentByLesson.value = false
    sentByTraining.value = false
    current.value = name
    history.replaceState(null, '', `#${name}`)
  }
  function goFromLesson(name: RoomName) {
    go(name)
    sentByLesson.value = true
  }
  /** Opens Learn from Train. */
  function goFromTraining() {
    go('learn')
    sentByTraining.value = true
  }
  function present(on: boolean) {
    presenting.value = on
    void request('app:present', { on })
  }
  const showKeys = (shown: boolean) => { keysShown.value = shown }
  const showFirstScene = () => { inFirstScene.value = true }
  const leaveFirstScene = () => { inFirstScene.value = false }
  return { current, inFirstScene, presenting, screen, canPresent, keysShown, sentByLesson, sentByTraining, go, goFromLesson, goFromTraining, showFirstScene, leaveFirstScene, present, showKeys }
})
