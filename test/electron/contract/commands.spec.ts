import { acceleratorOf, commandPlaces, commands, keysOf, locales, menuCommands, translate } from '@contract'
import { describe, expect, test } from 'vitest'

describe('the table of keys', () => {
  test.each(locales)('has a text in %s for each', (locale) => {
    for (const { text } of commands) expect(translate(locale, text), text).not.toBe(text)
  })

  test('holds each command of the menu once', () => {
    expect(commands.flatMap(({ menu }) => menu ?? []).sort()).toEqual([...menuCommands].sort())
  })

  test.each(commandPlaces.filter(place => place !== 'everywhere'))('assigns no key twice in %s', (room) => {
    const keys = commands.filter(({ place }) => place === room || place === 'everywhere').flatMap(command => keysOf(command, false).split(' '))
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
  })

  test('uses the keys that a Mac has', () => {
    const of = (menu: string) => keysOf(commands.find(command => command.menu === menu)!, true)
    expect([of('open'), of('stepBatch'), of('redo'), of('keys')]).toEqual(['⌘O', '⌘⇧N', '⌘⇧Z', '?'])
  })

  test('gives the menu what Electron parses, and leaves ? to the window', () => {
    expect([acceleratorOf('settings', false), acceleratorOf('stepEpoch', true), acceleratorOf('redo', false), acceleratorOf('redo', true), acceleratorOf('keys', false)])
      .toEqual(['CmdOrCtrl+,', 'CmdOrCtrl+Shift+E', 'CmdOrCtrl+Y', 'CmdOrCtrl+Shift+Z', null])
  })
})

test('every key exists on a keyboard', () => {
  for (const { keys } of commands) for (const key of keys.split(' ')) expect(key).toMatch(/^(?:Ctrl\+)?(?:Shift\+)?(?:[A-Z\d?/.,+−←→↑↓]|End|Home|Space|Esc|Delete|Enter)$/)
})

// The Files room has no commands of its own.
test.each(commandPlaces.filter(place => place !== 'files'))('%s has keys', (place) => {
  expect(commands.filter(command => command.place === place).length).toBeGreaterThanOrEqual(3)
})

// O, S, Z, Y and the comma follow the conventions of other programs; the rooms are numbered in order.
test.each([[false, 'CmdOrCtrl+Y'], [true, 'CmdOrCtrl+Shift+Z']])('each command of the menu has its key (on a Mac: %j)', (mac, redo) => {
  expect(menuCommands.map(command => [command, acceleratorOf(command, mac)])).toEqual([
    ['run', 'CmdOrCtrl+Enter'], ['pause', 'CmdOrCtrl+.'], ['stepBatch', 'CmdOrCtrl+Shift+N'], ['stepEpoch', 'CmdOrCtrl+Shift+E'], ['rewind', 'CmdOrCtrl+Shift+B'],
    ['save', 'CmdOrCtrl+S'], ['open', 'CmdOrCtrl+O'], ['undo', 'CmdOrCtrl+Z'], ['redo', redo], ['settings', 'CmdOrCtrl+,'],
    ['learn', 'CmdOrCtrl+1'], ['train', 'CmdOrCtrl+2'], ['draw', 'CmdOrCtrl+3'], ['files', 'CmdOrCtrl+4'], ['keys', null],
  ])
})

test('a Mac’s keys are written with its symbols throughout, the others’ with words', () => {
  for (const command of commands) {
    expect(keysOf(command, true)).not.toMatch(/Ctrl|Shift/)
    expect(keysOf(command, false)).toBe(command.keys)
  }
})
