import { type CommandId, commands, locales, texts, translate } from '@contract'
import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, test, vi } from 'vitest'
import { menuOf, type MenuOptions } from '../../../electron/main/menu'

const itemsOf = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap(item => [item, ...Array.isArray(item.submenu) ? itemsOf(item.submenu) : []])
const all = (options: Partial<MenuOptions> = {}) => itemsOf(menuOf({ locale: 'en', level: 'chapter5', mac: false, devTools: false, send: () => undefined, showFolder: () => undefined, ...options }))

describe.each([false, true])('the menu (on a Mac: %j)', (mac) => {
  test.each(locales)('speaks %s throughout', (locale) => {
    const labels = new Set([...Object.values(texts[locale]['menu'] as Record<string, string>), ...commands.map(({ text }) => translate(locale, text))])
    const unknown = all({ locale, mac }).filter(({ type, label }) => type !== 'separator' && label !== 'Backprop Lab' && !labels.has(label ?? ''))
    expect(unknown).toEqual([])
  })

  test('sends every command', () => {
    const sent: CommandId[] = []
    for (const { click } of all({ mac, send: command => sent.push(command) })) click?.(...[] as unknown as Parameters<NonNullable<typeof click>>)
    expect(sent.toSorted()).toEqual(commands.filter(({ menu, role }) => menu !== undefined && role === undefined).map(({ id }) => id).sort())
  })

  test('uses no key that a text field needs except for undo and redo, and none twice', () => {
    const keys = all({ mac }).flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    const given = all({ mac }).filter(({ label }) => label === 'Undo' || label === 'Redo').map(({ accelerator }) => accelerator)
    expect(given).toEqual(['CmdOrCtrl+Z', mac ? 'CmdOrCtrl+Shift+Z' : 'CmdOrCtrl+Y']) // the window forwards them to the field
    for (const key of keys.filter(key => !given.includes(key))) expect(key).toMatch(/^CmdOrCtrl\+(Enter|[.,0-9]|Shift\+[NEBHOS]|[OS])$/)
  })
})

test('developer tools are offered only during development', () => {
  const roles = (devTools: boolean) => all({ devTools }).flatMap(({ role }) => role ?? [])
  expect(roles(false)).not.toContain('toggleDevTools')
  expect(roles(true)).toContain('toggleDevTools')
})

test('the lab\'s folder can be shown', () => {
  const showFolder = vi.fn()
  for (const { click } of all({ showFolder })) click?.(...[] as unknown as Parameters<NonNullable<typeof click>>)
  expect(showFolder).toHaveBeenCalledTimes(1)
})

describe.each([false, true])('the menu\'s parts (on a Mac: %j)', (mac) => {
  const menus = () => menuOf({ locale: 'en', level: 'chapter5', mac, devTools: false, send: () => undefined, showFolder: () => undefined })
  const text = (key: string) => (texts.en['menu'] as Record<string, string>)[key]
  const inside = (label: string | undefined) => itemsOf(menus().filter(menu => menu.label === label)).slice(1)
  const rolesOf = (label: string | undefined) => inside(label).flatMap(({ role }) => role ?? [])

  test('are in the order of the platform', () => {
    expect(menus().map(({ label }) => label)).toEqual([...mac ? ['Backprop Lab'] : [], text('file'), text('edit'), text('training'), text('view'), text('window'), text('help')])
    expect(menus().flatMap(({ role }) => role ?? [])).toEqual(['windowMenu', 'help']) // macOS adds windows and a search to those
  })

  test('have the standard entries of every program', () => {
    const app = mac ? ['about', 'hide', 'hideOthers', 'unhide', 'quit'] : []
    expect(rolesOf('Backprop Lab')).toEqual(app)
    expect(rolesOf(text('file'))).toEqual(mac ? [] : ['quit'])
    expect(rolesOf(text('edit'))).toEqual(['cut', 'copy', 'paste', 'delete', 'selectAll'])
    expect(rolesOf(text('training'))).toEqual([])
    expect(rolesOf(text('view'))).toEqual(['reload', 'resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'])
    expect(rolesOf(text('window'))).toEqual(['minimize', ...mac ? ['zoom'] : [], 'close'])
    expect(rolesOf(text('help'))).toEqual(mac ? [] : ['about'])
  })

  test('contain each entry of the lab once, at its conventional place', () => {
    const own = (label: string | undefined) => inside(label).filter(({ type, role }) => type === undefined && role === undefined).map(({ label }) => label)
    const lists: Readonly<Record<string, readonly string[]>> = {
      file: ['Open…', 'Save…', 'Save as…', ...mac ? [] : ['Settings…']], edit: ['Undo', 'Redo'],
      training: ['Run', 'Pause', 'One step', 'Step one epoch', 'Rewind'],
      view: [...commands.filter(({ menu }) => menu === 'rooms').map(({ text }) => translate('en', text)), 'Present'], window: [], help: ['Keys', 'Glossary', 'What is this?', 'Show the first scene again', 'Open the folder of runs and settings'],
    }
    for (const [name, labels] of Object.entries(lists)) expect(own(text(name)), name).toEqual(labels)
    expect(own('Backprop Lab')).toEqual(mac ? ['Settings…'] : [])
  })

  test('have no separator at an end, and never two in a row', () => {
    for (const menu of menus()) {
      const lines = inside(menu.label).map(({ type }) => type === 'separator')
      expect([lines[0], lines.at(-1), lines.some((line, i) => line && lines[i + 1])], menu.label).toEqual([false, false, false])
    }
  })
})

test('the entry for the developer tools is next to the reload, under its own name', () => {
  const tools = all({ devTools: true }).find(({ role }) => role === 'toggleDevTools')
  expect(tools?.label).toBe((texts.en['menu'] as Record<string, string>)['devTools'])
})
