import { commands, keyText, roomNames, type RoomName } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { effectScope, type EffectScope, nextTick, ref } from 'vue'
import KeysDialog from '../../../renderer/shell/KeysDialog.vue'
import { useShellCommands } from '../../../renderer/shell/useShellCommands'
import { useCommands } from '../../../renderer/stores/commands'
import { useRoom } from '../../../renderer/stores/room'
import { useSettings } from '../../../renderer/stores/settings'
import { fakeMain, show } from '../lab'

let scope: EffectScope
afterEach(() => { scope.stop(); vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

/** The shell in a room where everything that the table names can be done, but for what is left out. */
function shell(name: RoomName, { without = [], when = () => true }: { without?: readonly string[], when?: () => boolean } = {}) {
  const main = fakeMain()
  useRoom().go(name)
  scope = effectScope()
  scope.run(() => {
    useShellCommands({ openSettings: () => undefined })
    useCommands(Object.fromEntries(commands.filter(({ id, role }) => role === undefined && !without.includes(id)).map(({ id }) => [id, () => undefined])), { when })
    useCommands({ 'help.keys': () => { useRoom().showKeys(true) } })
  })
  return main
}

describe.each(roomNames)('in the room %s', (name) => {
  test('? opens the list of keys, but not during typing', () => {
    shell(name)
    const room = useRoom()
    const field = document.body.appendChild(document.createElement('input'))
    const press = (on: HTMLElement) => on.dispatchEvent(new KeyboardEvent('keydown', { key: '?', shiftKey: true, bubbles: true, cancelable: true }))
    press(field)
    expect(room.keysShown).toBe(false)
    press(document.body)
    expect(room.keysShown).toBe(true)
  })

  test('the menu’s entry opens it', () => {
    const main = shell(name)
    main.tell('menu', 'help.keys')
    expect(useRoom().keysShown).toBe(true)
  })

  test('the list contains the keys of this room, of the presenter where there is something to present, and the global keys, and no others', async () => {
    shell(name)
    const view = await show(KeysDialog, { open: true })
    const keys = (wanted: string) => commands.filter(({ room, level }) => room === wanted && level === 'chapter5').map(({ id }) => keyText(id, false))
    const ofWidgets = { learn: ['Esc'], train: ['←→↑↓', 'Enter', 'Esc'], draw: [], files: [] }[name]
    const ofPresenter = name === 'learn' || name === 'train' ? keys('presenter') : []
    expect(view.findAll('dt').map(node => node.text())).toEqual([...keys(name), ...ofWidgets, ...ofPresenter, ...keys('every')])
  })
})

test('a key with no effect at the moment is not listed, until it has one', async () => {
  const possible = ref(false)
  shell('learn', { without: ['learn.stepBatch'], when: () => possible.value })
  const view = await show(KeysDialog, { open: true })
  const keys = () => view.findAll('dt').map(node => node.text())
  expect([keys().includes('End'), keys().includes('N'), keys().includes('Ctrl+O')]).toEqual([false, false, true])
  possible.value = true
  await nextTick()
  expect([keys().includes('End'), keys().includes('N'), keys().includes('Ctrl+O')]).toEqual([true, false, true])
})

test('a Mac shows its own keys', async () => {
  vi.spyOn(navigator, 'platform', 'get').mockReturnValue('MacIntel')
  shell('learn')
  const view = await show(KeysDialog, { open: true })
  await flushPromises()
  for (const key of ['⌘O', '⌘⇧Z', '⌥←']) expect(view.text()).toContain(key)
  expect(view.text()).not.toContain('Ctrl')
})

test('the keys of an element are listed in their room while it is shown, at the level that offers them', async () => {
  const shown = ref<HTMLElement | null>(null)
  shell('train', { without: ['train.layerUp'] })
  scope.run(() => { useCommands({ 'train.layerUp': () => undefined, 'draw.clear': () => undefined }, { within: () => shown.value }) })
  const view = await show(KeysDialog, { open: true })
  const keys = () => view.findAll('dt').map(node => node.text()).filter(key => ['Alt+↑', 'Delete'].includes(key))
  const settings = useSettings()
  settings.settings = { ...settings.settings, level: 'everything' }
  await nextTick()
  expect(keys()).toEqual(['Delete']) // removes a layer
  shown.value = document.body
  await nextTick()
  expect(keys()).toEqual(['Alt+↑', 'Delete'])
  settings.settings = { ...settings.settings, level: 'chapter5' }
  await nextTick()
  expect(keys()).toEqual([])
})
