import { acceleratorOf, commandPlaces, commands, keysOf, locales, menuCommands, translate } from '@contract'
import { describe, expect, test } from 'vitest'

describe('the table of keys', () => {
  test.each(locales)('has a text in %s for each', (locale) => {
    for (const { text } of commands) expect(translate(locale, text), text).not.toBe(text)
  })

  test('holds each command of the menu once', () => {
    expect(commands.flatMap(({ menu }) => menu ?? []).sort()).toEqual([...menuCommands].sort())
  })

  test.each(commandPlaces.filter(place => place !== 'everywhere'))('gives no key two meanings in %s', (room) => {
    const keys = commands.filter(({ place }) => place === room || place === 'everywhere').flatMap(command => keysOf(command, false).split(' '))
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
  })

  test('names the keys that a Mac has', () => {
    const of = (menu: string) => keysOf(commands.find(command => command.menu === menu)!, true)
    expect([of('open'), of('stepBatch'), of('redo'), of('keys')]).toEqual(['⌘O', '⌘⇧N', '⌘⇧Z', '?'])
  })

  test('gives the menu what Electron reads, and leaves ? to the window', () => {
    expect([acceleratorOf('settings', false), acceleratorOf('stepEpoch', true), acceleratorOf('redo', false), acceleratorOf('redo', true), acceleratorOf('keys', false)])
      .toEqual(['CmdOrCtrl+,', 'CmdOrCtrl+Shift+E', 'CmdOrCtrl+Y', 'CmdOrCtrl+Shift+Z', null])
  })
})
