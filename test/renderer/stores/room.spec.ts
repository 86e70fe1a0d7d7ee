import { roomNames } from '@contract'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useRoom } from '../../../renderer/stores/room'

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => { history.replaceState(null, '', '#') })

test('the window begins with the graphs', () => {
  history.replaceState(null, '', '#')
  expect([useRoom().current, useRoom().keysShown]).toEqual(['learn', false])
})

test.each(roomNames)('%s survives a reload', (name) => {
  useRoom().go(name)
  expect([useRoom().current, location.hash]).toEqual([name, `#${name}`])
  setActivePinia(createPinia())
  expect(useRoom().current).toBe(name)
})

test('the scene of the first start stands in place of a room, until it is left or a room is opened', () => {
  const room = useRoom()
  room.go('files')
  room.showFirstScene()
  expect([room.screen, room.current, location.hash]).toEqual(['first', 'files', '#files'])
  room.leaveFirstScene()
  expect(room.screen).toBe('files')
  room.showFirstScene()
  room.go('draw')
  expect(room.screen).toBe('draw')
})

test('an unknown address opens the first room', () => {
  history.replaceState(null, '', '#cellar')
  expect(useRoom().current).toBe('learn')
})

test('changing the room adds nothing to the browser history', () => {
  const before = history.length
  useRoom().go('train')
  useRoom().go('draw')
  expect(history.length).toBe(before)
})
