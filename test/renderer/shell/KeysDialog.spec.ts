import { commands, keysOf } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { effectScope } from 'vue'
import { useCommands } from '../../../renderer/shell/useCommands'
import KeysDialog from '../../../renderer/shell/KeysDialog.vue'
import { roomNames, useRoom } from '../../../renderer/stores/room'
import { fakeMain, info, show } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

describe.each(roomNames)('in the room %s', (name) => {
  test('? opens the list of keys, but not during typing', () => {
    fakeMain()
    const scope = effectScope()
    scope.run(() => useCommands({ openSettings: () => undefined }))
    const room = useRoom()
    room.go(name)
    const field = document.body.appendChild(document.createElement('input'))
    const press = (on: HTMLElement) => on.dispatchEvent(new KeyboardEvent('keydown', { key: '?', shiftKey: true, bubbles: true, cancelable: true }))
    press(field)
    expect(room.keysShown).toBe(false)
    press(document.body)
    expect(room.keysShown).toBe(true)
    scope.stop()
  })

  test('the menu’s entry opens it', () => {
    const main = fakeMain()
    const scope = effectScope()
    scope.run(() => useCommands({ openSettings: () => undefined }))
    useRoom().go(name)
    main.tell('menu', 'keys')
    expect(useRoom().keysShown).toBe(true)
    scope.stop()
  })

  test('the list contains the keys of this room and the global keys, and no others', async () => {
    fakeMain()
    useRoom().go(name)
    const view = await show(KeysDialog, { open: true })
    const wanted = commands.filter(({ place }) => place === name || place === 'everywhere').map(command => keysOf(command, false).replaceAll(' ', ''))
    expect(view.findAll('dt').map(node => node.text())).toEqual(wanted)
  })
})

test('a Mac shows its own keys', async () => {
  fakeMain({ 'app:info': () => ({ ...info, platform: 'darwin' }) })
  const view = await show(KeysDialog, { open: true })
  await flushPromises()
  expect(view.text()).toContain('⌘O')
  expect(view.text()).not.toContain('Ctrl')
})
