import { acceleratorOf, ariaKeys, type Command, commandOf, commands, isIn, isOffered, keyLabel, keysOf, keyText, locales, roomNames, screenNames, translate } from '@contract'
import { describe, expect, test } from 'vitest'

describe('the table of commands', () => {
  test.each(locales)('has a text in %s for each', (locale) => {
    for (const { text } of commands) expect(translate(locale, text), text).not.toBe(text)
  })

  test.each(locales)('has no two commands of one screen with the same text in %s', (locale) => {
    for (const screen of screenNames) {
      const texts = commands.filter(command => isIn(command, screen)).map(({ text }) => translate(locale, text))
      expect(texts.filter((text, i) => texts.indexOf(text) !== i)).toEqual([])
    }
  })

  test('has each id once', () => {
    const ids = commands.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test.each(screenNames)('gives no key two meanings in %s', (screen) => {
    const keys = commands.filter(command => isIn(command, screen)).flatMap(command => [...new Set(keysOf(command))])
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
  })

  test('names keys that a keyboard has, and modifiers in their order', () => {
    const known = /^(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?(?:[A-Z\d?/.,+=-]|1-9|F\d{1,2}|Arrow(?:Left|Right|Up|Down)|End|Home|Page(?:Up|Down)|Space|Escape|Delete|Backspace|Enter)$/
    for (const command of commands) for (const key of keysOf(command)) expect(key).toMatch(known)
  })

  test.each([...screenNames, 'every'] as const)('has commands for %s', (room) => {
    expect(commands.filter(command => command.room === room).length).toBeGreaterThanOrEqual(3)
  })

  test('puts into the menu only what is carried out on every screen', () => {
    expect(commands.filter(({ menu, room }) => menu !== undefined && room !== 'every')).toEqual([])
  })
})

describe('a command', () => {
  const planted = (patch: Partial<Command>): Command => ({ ...commandOf('learn.next'), ...patch })

  test('of the level Everything is not offered at Chapter 5', () => {
    const offered = (level: Command['level']) => (['chapter5', 'everything'] as const).map(chosen => isOffered(planted({ level }), chosen))
    expect([offered('chapter5'), offered('everything')]).toEqual([[true, true], [false, true]])
  })

  test('counts on its own screen, or on every screen', () => {
    const screens = (room: Command['room']) => screenNames.filter(name => isIn(planted({ room }), name))
    expect([screens('draw'), screens('first'), screens('every')]).toEqual([['draw'], ['first'], [...roomNames, 'first', 'presenter']])
  })

  test('is triggered by each of its keys', () => {
    expect(keysOf(planted({ key: 'A', macKey: 'B', otherKeys: ['C', 'D'] }))).toEqual(['A', 'B', 'C', 'D'])
    expect(keysOf(planted({ key: 'A' }))).toEqual(['A'])
  })
})

describe('a key is written', () => {
  test.each([
    ['Ctrl+O', 'Ctrl+O', '⌘O'], ['Ctrl+Shift+N', 'Ctrl+Shift+N', '⌘⇧N'], ['Alt+ArrowLeft', 'Alt+←', '⌥←'], ['ArrowDown', '↓', '↓'], ['Ctrl++', 'Ctrl++', '⌘+'], ['Ctrl+-', 'Ctrl+−', '⌘−'],
    ['Escape', 'Esc', 'Esc'], ['Space', 'Space', 'Space'], ['1-9', '1 … 9', '1 … 9'], ['?', '?', '?'],
  ])('%s as %s, on a Mac as %s', (key, words, sign) => {
    expect([keyLabel(key, false), keyLabel(key, true)]).toEqual([words, sign])
  })

  test('with the system’s own key for redo', () => {
    expect([keyText('edit.redo', false), keyText('edit.redo', true)]).toEqual(['Ctrl+Y', '⌘⇧Z'])
  })

  test('without words for modifiers on a Mac', () => {
    for (const { id } of commands) expect(keyText(id, true)).not.toMatch(/Ctrl|Shift|Alt/)
  })

  test('for assistive technology with the names of the ARIA specification', () => {
    expect(ariaKeys(['draw.clear', 'edit.undo', 'draw.previous'], false)).toBe('Delete Control+Z ArrowLeft')
    expect([ariaKeys(['edit.redo'], true), ariaKeys(['learn.faster', 'learn.slower'], true)]).toEqual(['Meta+Shift+Z', '+ -'])
  })
})

// O, S, Z, Y and the comma follow the conventions of other programs; the rooms are numbered in order.
test.each([[false, 'CmdOrCtrl+Y'], [true, 'CmdOrCtrl+Shift+Z']])('each command of the menu has its key (on a Mac: %j)', (mac, redo) => {
  const entries = commands.filter(({ menu, role }) => menu !== undefined && role === undefined)
  expect(entries.map(command => [command.id, acceleratorOf(command, mac)])).toEqual([
    ['help.keys', null], ['help.glossary', null], ['help.card', null], ['help.first', 'CmdOrCtrl+Shift+H'],
    ['room.learn', 'CmdOrCtrl+1'], ['room.train', 'CmdOrCtrl+2'], ['room.draw', 'CmdOrCtrl+3'], ['room.files', 'CmdOrCtrl+4'],
    ['file.open', 'CmdOrCtrl+O'], ['file.save', 'CmdOrCtrl+S'], ['file.saveAs', 'CmdOrCtrl+Shift+S'], ['edit.undo', 'CmdOrCtrl+Z'], ['edit.redo', redo], ['app.settings', 'CmdOrCtrl+,'],
    ['training.run', 'CmdOrCtrl+Enter'], ['training.pause', 'CmdOrCtrl+.'], ['training.stepBatch', 'CmdOrCtrl+Shift+N'], ['training.stepEpoch', 'CmdOrCtrl+Shift+E'], ['training.rewind', 'CmdOrCtrl+Shift+B'],
    ['view.present', null],
  ])
})

test('Electron gives the roles their keys itself', () => {
  expect(commands.filter(({ role }) => role !== undefined).map(command => [command.role, acceleratorOf(command, false)])).toEqual([['resetZoom', null], ['zoomIn', null], ['zoomOut', null]])
})
