import { locales, type MenuCommand, menuCommands, texts } from '@contract'
import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, test, vi } from 'vitest'
import { menuOf, type MenuOptions } from '../../../electron/main/menu'

const itemsOf = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap(item => [item, ...Array.isArray(item.submenu) ? itemsOf(item.submenu) : []])
const all = (options: Partial<MenuOptions> = {}) => itemsOf(menuOf({ locale: 'en', mac: false, devTools: false, send: () => undefined, showFolder: () => undefined, ...options }))

describe.each([false, true])('the menu (on a Mac: %j)', (mac) => {
  test.each(locales)('speaks %s throughout', (locale) => {
    const labels = new Set(Object.values(texts[locale]['menu'] as Record<string, string>))
    const unknown = all({ locale, mac }).filter(({ type, label }) => type !== 'separator' && label !== 'Backprop Lab' && !labels.has(label ?? ''))
    expect(unknown).toEqual([])
  })

  test('sends every command', () => {
    const sent: MenuCommand[] = []
    for (const { click } of all({ mac, send: command => sent.push(command) })) click?.(...[] as unknown as Parameters<NonNullable<typeof click>>)
    expect(new Set(sent)).toEqual(new Set(menuCommands))
  })

  test('takes no key that a text field wants for itself but undo and redo, and none twice', () => {
    const keys = all({ mac }).flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    const given = all({ mac }).filter(({ label }) => label === 'Undo' || label === 'Redo').map(({ accelerator }) => accelerator)
    expect(given).toEqual(['CmdOrCtrl+Z', mac ? 'CmdOrCtrl+Shift+Z' : 'CmdOrCtrl+Y']) // the window hands them to the field
    for (const key of keys.filter(key => !given.includes(key))) expect(key).toMatch(/^CmdOrCtrl\+(Enter|[.,0-9]|Shift\+[NEB]|[OS])$/)
  })
})

test('developer tools are offered while developing only', () => {
  const roles = (devTools: boolean) => all({ devTools }).flatMap(({ role }) => role ?? [])
  expect(roles(false)).not.toContain('toggleDevTools')
  expect(roles(true)).toContain('toggleDevTools')
})

test('the lab\'s folder can be shown', () => {
  const showFolder = vi.fn()
  for (const { click } of all({ showFolder })) click?.(...[] as unknown as Parameters<NonNullable<typeof click>>)
  expect(showFolder).toHaveBeenCalledTimes(1)
})
