import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isSource, projectFiles, root } from './rooms/imports'
import { isOfWidget, keyHandlersOf } from './rooms/key-handlers'

const files = Object.fromEntries(projectFiles().filter(file => isSource(file) && /^(?:renderer|electron)\//.test(file)).map(file => [file, readFileSync(join(root, file), 'utf8')]))

/** What may react to keys besides widgets, and how often it names an event. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // the window's only listener for commands: added and removed
  'renderer/stores/commands.ts': ['keydown', 'keydown'],
  // the native menu takes its keys out of the table
  'electron/main/menu.ts': ['accelerator'],
}

describe('every key handler', () => {
  const all = Object.entries(files).flatMap(([file, source]) => keyHandlersOf(file, source).map(found => ({ file, source, ...found })))
  const ofWidgets = all.filter(({ source, handler }) => handler !== undefined && isOfWidget(source, handler, files))

  test('belongs to a command of the table or to a widget', () => {
    const others = all.filter(found => !ofWidgets.includes(found))
    const byFile = Object.fromEntries(others.map(({ file }) => [file, others.filter(found => found.file === file).map(({ what }) => what)]))
    expect(byFile).toEqual(allowed)
  })

  test('of a widget is found: fields, grids, tabs, lists, answers, sliders, the splitter and the graph', () => {
    expect(ofWidgets.length).toBeGreaterThanOrEqual(13)
    const patterns = Object.values(files).flatMap(source => [...source.matchAll(/onWidgetKeys\('(\w+)'/g)].map(([, pattern]) => pattern))
    expect([...new Set(patterns)].sort()).toEqual(['axis', 'chain', 'choices', 'dialog', 'field', 'graph', 'grid', 'levels', 'list', 'order', 'paper', 'slider', 'splitter', 'tabs', 'timeline', 'toolbar'])
  })
})

describe('a key handler is found', () => {
  test.each([
    ['document.addEventListener(\'keydown\', leave)', 'keydown'], ['now?.addEventListener("keypress", leave, true)', 'keypress'], ['removeEventListener(`keyup`, leave)', 'keyup'],
    ['useEventListener(window, [\'keydown\', \'wheel\'], leave)', 'keydown'], ['const name = \'keydown\'; on(name, leave)', 'keydown'],
    ['element.onkeydown = leave', 'onkeydown'], ['element[\'onkeyup\'] = leave', 'onkeyup'], ['h(\'input\', { onKeydown: leave })', 'onKeydown'], ['h(\'input\', { onKeydown })', 'onKeydown'], ['h(\'input\', { \'onKeydownCapture\': leave })', 'onKeydownCapture'],
    ['onKeyStroke(\'Enter\', leave)', 'onKeyStroke'], ['useMagicKeys()', 'useMagicKeys'],
    ['globalShortcut.register(\'F1\', leave)', 'globalShortcut'], ['contents.on(\'before-input-event\', leave)', 'before-input-event'],
    ['const item = { label, accelerator: \'F1\' }', 'accelerator: \'F1\''], ['const item = { label, accelerator }', 'accelerator'],
  ])('in a script: %s', (source, what) => {
    expect(keyHandlersOf('a.ts', source)).toEqual([{ what }])
    expect(keyHandlersOf('a.vue', `<script setup lang="ts">\n${source}\n</script>`)).toEqual([{ what }])
  })

  test.each<[string, string, string | undefined]>([
    ['<input @keydown="leave">', '@keydown', 'leave'], ['<input @keydown.esc.stop="leave">', '@keydown', 'leave'], ['<input v-on:keyup.enter="leave($event, 1)">', '@keyup', 'leave($event, 1)'],
    ['<div><p v-if="a"><b v-for="b in c" @keypress="field?.blur()" /></p></div>', '@keypress', 'field?.blur()'],
    ['<input :onKeydown="leave">', ':onKeydown', 'leave'], ['<input v-on="{ keydown: leave }">', 'v-on="{ keydown: leave }"', undefined], ['<input v-bind="{ onKeyup: leave }">', 'v-bind="{ onKeyup: leave }"', undefined], ['<input @[name]="leave">', 'v-on="leave"', undefined],
    ['<VueFlow :delete-key-code="[\'Delete\']" />', ':delete-key-code="[\'Delete\']"', undefined],
    ['<b aria-keyshortcuts="F" />', 'aria-keyshortcuts="F"', undefined], ['<b :aria-keyshortcuts="key" />', ':aria-keyshortcuts="key"', undefined], ['<IconButton shortcut="F" />', 'shortcut="F"', undefined], ['<b accesskey="f" />', 'accesskey="f"', undefined],
  ])('in a template: %s', (template, what, handler) => {
    expect(keyHandlersOf('a.vue', `<template>${template}</template>`)).toEqual([handler === undefined ? { what } : { what, handler }])
  })

  test.each(['<input @click="leave" @focus="focus">', '<VueFlow :delete-key-code="null" />', '<b :aria-keyshortcuts="ariaKeysOf(\'learn.next\')" />', '<b :key="key" v-bind="rest" />'])('nowhere else: %s', (template) => {
    expect(keyHandlersOf('a.vue', `<template>${template}</template>`)).toEqual([])
  })

  test('nowhere in a script without one', () => {
    expect(keyHandlersOf('a.ts', 'const key = event.key\nelement.addEventListener(\'click\', onKey)')).toEqual([])
  })
})

describe('a handler of a widget', () => {
  test.each(['leave', 'leave($event)', 'leave($event, 1)'])('is made by onWidgetKeys: %s', (handler) => {
    expect(isOfWidget('const leave = onWidgetKeys(\'field\', f)', handler, {})).toBe(true)
    expect(isOfWidget('const leave = unlessComposing(f)', handler, {})).toBe(false)
    expect(isOfWidget('const leave = () => f()', handler, {})).toBe(false)
  })

  test('is no expression of its own', () => {
    expect(isOfWidget('const blur = onWidgetKeys(\'field\', f)', 'field?.blur()', {})).toBe(false)
  })

  test.each([['const { leave, text } = useField()', 'leave'], ['const field = useField({ now: () => 1 })', 'field.leave']])('comes out of a composable: %s', (source, handler) => {
    expect(isOfWidget(source, handler, { '../useField.ts': 'const leave = onWidgetKeys(\'field\', f)' })).toBe(true)
    expect(isOfWidget(source, handler, { '../useField.ts': 'const leave = () => f()' })).toBe(false)
    expect(isOfWidget(source, handler, { '../useOther.ts': 'const leave = onWidgetKeys(\'field\', f)' })).toBe(false)
  })
})
