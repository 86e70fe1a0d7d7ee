import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, type EffectScope, h, nextTick, ref } from 'vue'
import IconButton from '../../../renderer/components/IconButton.vue'
import { useCommands } from '../../../renderer/stores/commands'
import { fakeMain, show } from '../lab'

const icon = () => h('svg')
let scope: EffectScope
beforeEach(() => { fakeMain(); scope = effectScope() })
afterEach(() => { scope.stop(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const facts = (view: Awaited<ReturnType<typeof show>>) => ['aria-label', 'title', 'aria-keyshortcuts', 'disabled'].map(name => view.attributes(name))

describe('a button of a command', () => {
  test('takes its text, key and state from the table, and does what the key does', async () => {
    const run = vi.fn()
    const possible = ref(false)
    scope.run(() => { useCommands({ 'edit.undo': { run, enabled: () => possible.value } }) })
    const view = await show(IconButton, { icon, command: 'edit.undo' })
    expect(facts(view)).toEqual(['Undo', 'Undo (Ctrl+Z)', 'Control+Z', ''])
    possible.value = true
    await nextTick()
    expect(facts(view)[3]).toBeUndefined()
    await view.trigger('click')
    expect([run.mock.calls, view.emitted('press')]).toEqual([[[]], undefined])
  })

  test('shows words of its own where the place asks for them', async () => {
    const view = await show(IconButton, { icon, command: 'edit.undo', label: 'Undo the stroke', hint: 'Takes the last stroke back', showLabel: true })
    expect([facts(view), view.text()]).toEqual([['Undo the stroke', 'Takes the last stroke back (Ctrl+Z)', 'Control+Z', ''], 'Undo the stroke'])
  })
})

test('a button without a command says that it was pressed, unless it is disabled', async () => {
  const view = await show(IconButton, { icon, label: 'Show all' })
  expect(facts(view)).toEqual(['Show all', 'Show all', undefined, undefined])
  await view.trigger('click')
  await view.setProps({ disabled: true })
  await view.trigger('click')
  expect(view.emitted('press')).toHaveLength(1)
})
