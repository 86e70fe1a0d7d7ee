import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import Measure from '../../../renderer/terms/Measure.vue'
import Measures from '../../../renderer/terms/Measures.vue'
import { useCourse } from '../../../renderer/stores/course/course'
import { fakeMain, show } from '../lab'
import { fakePopovers } from './popovers'

let shown: () => HTMLElement | null
const norms = ref({ update: 0.0123, norm: 4.56 })
beforeEach(async () => {
  fakeMain()
  shown = fakePopovers()
  norms.value = { update: 0.0123, norm: 4.56 }
  await useCourse().load()
})
afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

const ratio = () => show(defineComponent(() => () => h(Measure, { name: 'updateRatio', values: norms.value })))
async function press(view: VueWrapper) {
  await view.get('button.measure').trigger('click', { detail: 0 })
  await flushPromises()
}
const card = () => shown()?.textContent ?? null

describe('the name of a number', () => {
  test('opens a card: terms in three languages, the formula with its numbers, what is usual, the lesson', async () => {
    const view = await ratio()
    expect(view.get('button.measure').text()).toBe('‖ΔW‖/‖W‖')
    expect(card()).toBeNull()
    await press(view)
    expect(card()).toMatch(/update ratio.*갱신 비율.*更新の比率/)
    expect(shown()!.querySelector('.formula')!.textContent).toMatch(/0\.0123.*4\.56.*0\.00270/)
    expect(card()).toContain('The lab warns above 0.1, and below 0.0001 while the training accuracy is under 90%.')
    expect(card()).toContain('Lesson 23')
    await press(view)
    expect(card()).toBeNull()
  })

  test('is written as the place says, or as its first term is called', async () => {
    expect((await show(Measure, { name: 'min' })).text()).toBe('minimum')
    expect((await show(Measure, { name: 'min', label: 'Minimum' })).text()).toBe('Minimum')
  })

  test('has a card that stays when it is pinned, follows the numbers, and is closed by Escape', async () => {
    const view = await ratio()
    await press(view)
    await view.get('.sheet [title^="Pin"]').trigger('click')
    await flushPromises()
    expect(shown()!.getAttribute('popover')).toBe('manual') // a press elsewhere does not close it
    norms.value = { update: 0.0456, norm: 4.56 }
    await flushPromises()
    expect(shown()!.querySelector('.formula')!.textContent).toMatch(/0\.0456.*0\.0100/)
    await view.get('.sheet').trigger('keydown', { key: 'Escape' })
    expect(card()).toBeNull()
    expect(document.activeElement).toBe(view.get('button.measure').element)
    await press(view)
    expect(shown()!.getAttribute('popover')).toBe('auto')
  })
})

describe('names in a group', () => {
  test('are one stop of the Tab key; arrows, Home and End move between them', async () => {
    const some = ref(['dW', 'db', 'zeros'] as const)
    const view = await show(defineComponent(() => () => h(Measures, null, () => some.value.map(name => h(Measure, { name, key: name })))))
    const buttons = () => view.findAll<HTMLElement>('button.measure')
    const stops = () => buttons().map(button => button.attributes('tabindex'))
    expect(stops()).toEqual(['0', '-1', '-1'])
    buttons()[0]!.element.focus()
    const visited: number[] = []
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowLeft', 'Home', 'ArrowUp', 'Home', 'End']) {
      await view.findAll('button.measure').find(button => button.element === document.activeElement)!.trigger('keydown', { key })
      visited.push(buttons().findIndex(button => button.element === document.activeElement))
    }
    expect(visited).toEqual([1, 2, 0, 2, 0, 2, 0, 2])
    expect(stops()).toEqual(['-1', '-1', '0'])
    some.value = ['dW', 'db'] as never
    await flushPromises()
    expect(stops()).toEqual(['0', '-1'])
  })
})

test('names in a group are plain words as long as there are no numbers for their cards', async () => {
  const plain = ref(true)
  const view = await show(defineComponent(() => () => h(Measures, { plain: plain.value }, () => h(Measure, { name: 'epoch', label: 'Epoch' }))))
  expect([view.text(), view.find('button').exists()]).toEqual(['Epoch', false])
  plain.value = false
  await flushPromises()
  expect([view.get('button').text(), view.get('button').attributes('tabindex')]).toEqual(['Epoch', '0'])
})
