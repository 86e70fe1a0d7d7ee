import type { CommandId } from '@contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, type EffectScope, ref } from 'vue'
import { type CommandHandler, useCommands, useCommandTable } from '../../../renderer/stores/commands'
import { useRoom } from '../../../renderer/stores/room'
import { fakeMain } from '../lab'

let scope: EffectScope
let main: ReturnType<typeof fakeMain>
beforeEach(() => { main = fakeMain(); scope = effectScope() })
afterEach(() => { scope.stop(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const commandsOf = (handlers: Partial<Record<CommandId, CommandHandler>>, options?: Parameters<typeof useCommands>[1]) => { scope.run(() => { useCommands(handlers, options) }) }
function press(key: string, { on = document.body as Element, ...options }: KeyboardEventInit & { on?: Element } = {}): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options })
  on.dispatchEvent(event)
  return event.defaultPrevented
}
function element(html: string): HTMLElement {
  const holder = document.createElement('div')
  holder.innerHTML = html
  document.body.append(holder)
  return holder.querySelector<HTMLElement>('.target') ?? holder.firstElementChild as HTMLElement
}

describe('a key carries out its command', () => {
  test('in the command’s room alone', () => {
    const handler = vi.fn()
    commandsOf({ 'train.stepBatch': handler })
    expect(press('n')).toBe(false)
    useRoom().go('train')
    expect([press('n'), handler.mock.calls.length]).toEqual([true, 1])
  })

  test('in every room where the table says so', () => {
    const handler = vi.fn()
    commandsOf({ 'file.save': handler })
    for (const room of ['learn', 'train', 'draw', 'files'] as const) { useRoom().go(room); press('s', { ctrlKey: true }) }
    expect(handler).toHaveBeenCalledTimes(4)
  })

  test('only while its condition holds', () => {
    const handler = vi.fn()
    const possible = ref(false)
    commandsOf({ 'learn.next': handler }, { when: () => possible.value })
    expect(press('ArrowRight')).toBe(false)
    possible.value = true
    expect(press('ArrowRight')).toBe(true)
  })

  test('by the newest handler whose condition holds', () => {
    const [general, own] = [vi.fn(), vi.fn()]
    commandsOf({ 'file.save': general })
    commandsOf({ 'file.save': own }, { when: () => useRoom().current === 'learn' })
    press('s', { ctrlKey: true })
    useRoom().go('files')
    press('s', { ctrlKey: true })
    expect([own.mock.calls.length, general.mock.calls.length]).toEqual([1, 1])
  })

  test('within an element wherever that stands, and only there', () => {
    const handler = vi.fn()
    const panel = element('<section><p class="target" tabindex="0"></p></section>')
    commandsOf({ 'draw.clear': handler }, { within: () => panel.parentElement })
    useRoom().go('train')
    expect([press('Delete'), press('Delete', { on: panel }), handler.mock.calls.length]).toEqual([false, true, 1])
    useRoom().go('draw')
    expect(press('Delete')).toBe(false)
  })

  test('until the scope ends', () => {
    const handler = vi.fn()
    commandsOf({ 'learn.next': handler })
    scope.stop()
    expect([press('ArrowRight'), handler.mock.calls.length]).toEqual([false, 0])
  })

  test('until the window’s stores end', () => {
    const handler = vi.fn()
    commandsOf({ 'learn.next': handler })
    fakeMain()
    expect([press('ArrowRight'), handler.mock.calls.length]).toEqual([false, 0])
  })

  test('with the event, by which one command tells its keys apart', () => {
    const handler = vi.fn()
    commandsOf({ 'learn.figure': handler })
    expect([press('3'), press('0')]).toEqual([true, false])
    expect((handler.mock.calls[0]![0] as KeyboardEvent).key).toBe('3')
  })
})

describe('modifiers', () => {
  test('belong to the key: a command without Ctrl or Alt leaves those to the system', () => {
    commandsOf({ 'learn.next': () => undefined })
    expect([{ ctrlKey: true }, { metaKey: true }, { altKey: true }, {}].map(held => press('ArrowRight', held))).toEqual([false, false, false, true])
  })

  test('Cmd is Ctrl, and Shift counts beside them', () => {
    const [undo, redo] = [vi.fn(), vi.fn()]
    commandsOf({ 'edit.undo': undo, 'edit.redo': redo })
    for (const held of [{ ctrlKey: true }, { metaKey: true }]) { press('z', held); press('Z', { ...held, shiftKey: true }); press('y', held) }
    expect([undo.mock.calls.length, redo.mock.calls.length, press('y', { ctrlKey: true, shiftKey: true })]).toEqual([2, 4, false])
  })

  test('Shift alone only types the sign', () => {
    commandsOf({ 'help.keys': () => undefined, 'learn.expression': () => undefined, 'learn.stepForward': () => undefined })
    expect([press('?', { shiftKey: true }), press('?'), press('/', { shiftKey: true }), press('F', { shiftKey: true })]).toEqual([true, true, true, true])
  })

  test('Alt and an arrow turn the page even while something is typed, where no other command counts', () => {
    commandsOf({ 'learn.nextLesson': () => undefined, 'file.save': () => undefined, 'learn.stepForward': () => undefined })
    const on = element('<input type="text">')
    expect([press('ArrowRight', { altKey: true, on }), press('s', { ctrlKey: true, on }), press('f', { on })]).toEqual([true, false, false])
    expect(press('ArrowRight', { altKey: true, shiftKey: true })).toBe(false)
  })
})

describe('a key is left', () => {
  test('to whoever has handled it already', () => {
    commandsOf({ 'learn.next': () => undefined })
    const handler = vi.fn()
    commandsOf({ 'learn.next': handler })
    const on = element('<div></div>')
    on.addEventListener('keydown', event => event.preventDefault())
    press('ArrowRight', { on })
    expect(handler).not.toHaveBeenCalled()
  })

  test('to an open dialog', () => {
    commandsOf({ 'learn.next': () => undefined })
    element('<dialog open></dialog>')
    expect(press('ArrowRight')).toBe(false)
  })

  test('to an input method', () => {
    commandsOf({ 'learn.stepForward': () => undefined })
    expect(press('f', { isComposing: true })).toBe(false)
  })

  test.each(['<button class="target"></button>', '<a href="#" class="target"></a>', '<input type="checkbox" class="target">', '<details><summary class="target"></summary></details>'])('to %s where Enter or Space presses it', (html) => {
    commandsOf({ 'learn.play': () => undefined, 'training.run': () => undefined, 'learn.stepForward': () => undefined })
    const on = element(html)
    expect([press(' ', { on }), press('Enter', { on }), press('f', { on })]).toEqual([false, false, true])
    expect([press('Enter', { ctrlKey: true, on }), press('Enter', { metaKey: true, on })]).toEqual([true, true]) // Ctrl+Enter runs the network wherever the focus is
  })

  // Home ends no choice.
  test('to a radio button where Space chooses it', () => {
    useRoom().go('train')
    commandsOf({ 'train.run': () => undefined, 'train.rewind': () => undefined })
    const on = element('<input type="radio">')
    expect([press(' ', { on }), press('Home', { on })]).toEqual([false, true])
    const chosen = element('<input type="radio" checked>') // Cause: after the click on a pace, Space did nothing
    expect(press(' ', { on: chosen })).toBe(true)
  })

  test('to nobody where they would select the whole window; a text field selects its text', () => {
    commandsOf({})
    const handled = (html: string) => press('a', { ctrlKey: true, on: element(html) })
    expect(['<button></button>', '<select></select>', '<input type="radio">', '<input type="text">', '<textarea></textarea>'].map(handled)).toEqual([true, true, true, false, false])
  })

  test('to nobody while it is held, unless the command repeats', () => {
    commandsOf({ 'learn.next': () => undefined, 'learn.play': () => undefined })
    expect([press('ArrowRight', { repeat: true }), press(' ', { repeat: true })]).toEqual([true, false])
  })
})

describe('the native menu', () => {
  test('carries out a command, without an event', () => {
    const handler = vi.fn()
    commandsOf({ 'training.run': handler })
    main.tell('menu', 'training.run')
    expect(handler.mock.calls).toEqual([[]])
  })

  test('does nothing where nothing can be done', () => {
    commandsOf({})
    expect(() => { main.tell('menu', 'edit.redo') }).not.toThrow()
  })

  test('reaches the room beneath a dialog, but changes nothing in it', () => {
    const [save, undo] = [vi.fn(), vi.fn()]
    commandsOf({ 'file.save': save, 'edit.undo': undo })
    element('<dialog open></dialog>')
    main.tell('menu', 'file.save')
    main.tell('menu', 'edit.undo')
    expect([save.mock.calls.length, undo.mock.calls.length]).toEqual([1, 0])
  })

  test('has a field take back its own typing', () => {
    const undo = vi.fn()
    const edit = document.execCommand = vi.fn()
    commandsOf({ 'edit.undo': undo })
    element('<input type="text">').focus()
    main.tell('menu', 'edit.undo')
    main.tell('menu', 'edit.redo')
    expect([edit.mock.calls, undo.mock.calls.length]).toEqual([[['undo'], ['redo']], 0])
  })
})

test('what can have an effect now is listed in the order of the table', () => {
  commandsOf({ 'file.open': () => undefined, 'learn.next': () => undefined, 'train.run': () => undefined })
  const ids = () => useCommandTable().active.map(({ id }) => id)
  const always = ['edit.undo', 'edit.redo', 'view.resetZoom', 'view.zoomIn', 'view.zoomOut']
  expect(ids()).toEqual(['learn.next', 'file.open', ...always])
  useRoom().go('train')
  expect(ids()).toEqual(['train.run', 'file.open', ...always])
})

describe('a button of a command', () => {
  test('carries it out without an event, under the condition that keys and menu obey', () => {
    const handler = vi.fn()
    const possible = ref(false)
    useRoom().go('train')
    commandsOf({ 'train.stepBatch': { run: handler, enabled: () => possible.value } })
    const table = useCommandTable()
    table.run('train.stepBatch')
    press('n')
    expect([table.canRun('train.stepBatch'), handler.mock.calls]).toEqual([false, []])
    possible.value = true
    table.run('train.stepBatch')
    expect([table.canRun('train.stepBatch'), handler.mock.calls]).toEqual([true, [[]]])
    press('n')
    expect(handler).toHaveBeenCalledTimes(2)
  })

  test('in a panel with commands of its own carries out the panel’s, and no other button does', () => {
    const [panels, rooms] = [vi.fn(), vi.fn()]
    const panel = element('<section><button class="target"></button></section>').parentElement!
    commandsOf({ 'edit.undo': rooms })
    commandsOf({ 'edit.undo': { run: panels, enabled: () => false }, 'draw.clear': panels }, { within: () => panel })
    const table = useCommandTable()
    const [inside, outside] = [panel.querySelector('button'), element('<button></button>')]
    expect([table.canRun('edit.undo', inside), table.canRun('edit.undo', outside), table.canRun('draw.clear', outside), table.canRun('draw.clear')]).toEqual([false, true, false, false])
    table.run('draw.clear', inside)
    table.run('draw.clear', outside)
    table.run('edit.undo', outside)
    expect([panels.mock.calls.length, rooms.mock.calls.length]).toEqual([1, 1])
  })

  test('is disabled where nothing handles the command', () => {
    expect(useCommandTable().canRun('train.rewind')).toBe(false)
  })
})
