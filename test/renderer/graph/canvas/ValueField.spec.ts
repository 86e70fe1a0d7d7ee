import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import ValueField from '../../../../renderer/graph/canvas/ValueField.vue'
import { fakeMain } from '../../lab'
import { pointerOn, showPart } from '../view'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

/** Feeds the emitted value back as a prop, as the graph does. */
function field(value: number, props: object = {}) {
  const sets: number[] = []
  const view = showPart(ValueField, { value, name: 'x', onSet: (next: number) => { sets.push(next); view.given['value'] = next }, ...props })
  const { part } = view
  const input = part.get('input')
  const press = async (key: string, options: object = {}) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options })
    const heard = vi.fn()
    document.body.addEventListener('keydown', heard, { once: true })
    input.element.dispatchEvent(event)
    document.body.removeEventListener('keydown', heard)
    await nextTick()
    return { taken: event.defaultPrevented, heardAbove: heard.mock.calls.length > 0 }
  }
  const focus = async () => { input.element.focus(); await nextTick(); await nextTick() }
  return { part, input, press, sets, focus, text: () => input.element.value, pointer: pointerOn(input.element), done: () => part.emitted('done')?.length ?? 0 }
}

describe('a number that is edited', () => {
  test('shows all its digits while focused, selected as a whole, and few otherwise', async () => {
    const { input, focus, text } = field(0.123456789)
    expect([text(), input.attributes('title')]).toEqual(['0.1235', '0.123456789: drag it sideways, or type; Shift goes in tenths'])
    const chosen = vi.spyOn(input.element, 'select')
    await focus()
    expect([text(), chosen.mock.calls.length, input.attributes('title')]).toEqual(['0.123456789', 1, undefined])
    input.element.blur()
    await nextTick()
    expect(text()).toBe('0.1235')
  })

  test('is focused at the start on request only', async () => {
    const [opened, shut] = [field(1, { open: true }), field(2)]
    await nextTick()
    expect([document.activeElement === opened.input.element, document.activeElement === shut.input.element]).toEqual([true, false])
  })

  test('is committed by Enter, and selected again as a whole', async () => {
    const { input, focus, press, sets, text } = field(2)
    await focus()
    const chosen = vi.spyOn(input.element, 'select')
    await input.setValue('3,5')
    expect(await press('Enter')).toEqual({ taken: true, heardAbove: false })
    await nextTick()
    expect([sets, text(), chosen.mock.calls.length]).toEqual([[3.5], '3.5', 1])
  })

  test('that is unchanged is not committed', async () => {
    const { focus, press, sets, input } = field(2)
    await focus()
    await press('Enter')
    input.element.blur()
    expect(sets).toEqual([])
  })

  test('is committed when the focus leaves, which is reported', async () => {
    const { focus, input, sets, done, text } = field(2)
    await focus()
    await input.setValue('12')
    input.element.blur()
    await nextTick()
    expect([sets, done(), text()]).toEqual([[12], 1, '12'])
  })

  test('that cannot be parsed stays as typed on Enter, and is discarded when the focus leaves', async () => {
    const { part, focus, input, press, sets, text } = field(2)
    await focus()
    await input.setValue('many')
    const chosen = vi.spyOn(input.element, 'select')
    expect(await press('Enter')).toMatchObject({ heardAbove: false })
    expect([text(), sets, part.get('[role=alert]').text(), chosen.mock.calls.length]).toEqual(['many', [], 'A number is wanted here, such as 0.5', 0])
    input.element.blur()
    await nextTick()
    expect([text(), part.find('[role=alert]').exists(), input.attributes('aria-invalid'), sets]).toEqual(['2', false, undefined, []])
  })

  test('that is empty is invalid; a valid one clears the error', async () => {
    const { part, focus, input, press } = field(2)
    await focus()
    await input.setValue('')
    await press('Enter')
    expect(part.get('[role=alert]').text()).toBe('A number is wanted here, such as 0.5')
    await press('ArrowUp')
    expect(part.find('[role=alert]').exists()).toBe(false)
  })

  test('explains the error when there is more to say', async () => {
    const { part, focus, input, press } = field(2)
    await focus()
    await input.setValue('1 500')
    await press('Enter')
    expect(part.get('[role=alert]').text()).not.toContain('A number is wanted here')
  })

  test('handles its keys itself', async () => {
    const { focus, press } = field(2)
    await focus()
    expect([await press('f'), await press('ArrowLeft'), await press('z', { ctrlKey: true })]).toEqual(new Array(3).fill({ taken: false, heardAbove: false }))
  })
})

describe('Escape', () => {
  test('restores the previous number, and leaves the field', async () => {
    const { focus, press, sets, input, done, text } = field(2)
    await focus()
    await press('ArrowUp')
    await press('ArrowUp')
    await press('Escape')
    expect([sets, text(), document.activeElement === input.element, done()]).toEqual([[3, 4, 2], '2', false, 1])
  })

  test('discards typed text that was not committed', async () => {
    const { focus, press, sets, input, text } = field(2)
    await focus()
    await input.setValue('99')
    expect(await press('Escape')).toEqual({ taken: true, heardAbove: false })
    expect([sets, text()]).toEqual([[], '2'])
  })

  test('restores what was last committed by Enter', async () => {
    const { focus, press, sets, input } = field(2)
    await focus()
    await input.setValue('5')
    await press('Enter')
    await press('ArrowUp')
    await press('Escape')
    expect(sets).toEqual([5, 6, 5])
  })
})

describe('the arrow keys', () => {
  test.each([['ArrowUp', false, 1.3], ['ArrowDown', false, 1.1], ['ArrowUp', true, 1.21], ['ArrowDown', true, 1.19]])('%s with Shift %s make 1.2 into %d', async (key, shiftKey, next) => {
    const { focus, press, sets, text } = field(1.2)
    await focus()
    expect(await press(key, { shiftKey })).toEqual({ taken: true, heardAbove: false })
    expect([sets, text()]).toEqual([[next], String(next)])
  })

  test('continue from the typed text, by the step of the original number', async () => {
    const { focus, press, sets, input } = field(1.2)
    await focus()
    await input.setValue('7')
    await press('ArrowUp')
    await input.setValue('no number')
    await press('ArrowDown')
    expect(sets).toEqual([7.1, 7])
  })
})

describe('a drag', () => {
  test('changes the number by a step every four pixels, and reports each once', async () => {
    const { pointer, sets } = field(10)
    expect(pointer.down(100).defaultPrevented).toBe(true)
    for (const x of [104, 105, 108, 92]) pointer.move(x)
    pointer.up(92)
    expect(sets).toEqual([11, 12, 8])
  })

  test('of a single digit takes twelve pixels a step: 3 does not become −2 within a finger’s breadth', () => {
    const { pointer, sets } = field(3)
    pointer.down(100)
    for (const x of [96, 88, 76, 64, 60]) pointer.move(x)
    expect(sets).toEqual([2, 1, 0])
  })

  test('in tenths with Shift', () => {
    const { pointer, sets } = field(10)
    pointer.down(100)
    pointer.move(120, { shiftKey: true })
    expect(sets).toEqual([10.5])
  })

  test('of three pixels does not count: hands tremble', async () => {
    const { pointer, sets, input } = field(10)
    pointer.down(100)
    pointer.move(103)
    pointer.move(97)
    await nextTick()
    expect([sets, input.classes().includes('scrubbing')]).toEqual([[], false])
    pointer.up(97)
    await nextTick()
    expect(document.activeElement).toBe(input.element) // after a click, typing replaces it
  })

  test('continues within these three pixels once it has started, and ends without focus', async () => {
    const { pointer, sets, input } = field(10)
    pointer.down(100)
    pointer.move(104)
    await nextTick()
    expect(input.classes()).toContain('scrubbing')
    pointer.move(100)
    pointer.up(100)
    await nextTick()
    expect([sets, input.classes().includes('scrubbing'), document.activeElement === input.element]).toEqual([[11, 10], false, false])
    pointer.move(200)
    expect(sets).toHaveLength(2)
  })

  test('that is cancelled is not a click', async () => {
    const { pointer, input, sets } = field(10)
    pointer.down(100)
    pointer.cancel(100)
    pointer.move(200)
    pointer.up(200)
    await nextTick()
    expect([document.activeElement === input.element, sets]).toEqual([false, []])
  })

  test('follows the pointer outside of the field', () => {
    const { pointer, input } = field(10)
    const captured = vi.spyOn(input.element, 'setPointerCapture').mockImplementation(() => undefined)
    pointer.down(100)
    expect(captured).toHaveBeenCalledWith(1)
  })

  test('requires the primary button, and a field that is not being edited', async () => {
    const { pointer, sets, focus } = field(10)
    expect(pointer.down(100, { button: 2 }).defaultPrevented).toBe(false)
    pointer.move(140)
    await focus()
    expect(pointer.down(100).defaultPrevented).toBe(false)
    pointer.move(140)
    expect(sets).toEqual([])
  })
})
