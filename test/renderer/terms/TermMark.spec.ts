import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import GlossaryDialog from '../../../renderer/terms/GlossaryDialog.vue'
import RichText from '../../../renderer/lessons/RichText.vue'
import { useCourse } from '../../../renderer/stores/course/course'
import { useGlossary } from '../../../renderer/stores/course/glossary'
import { fakeMain, show } from '../lab'
import { fakePopovers } from './popovers'

let shown: () => HTMLElement | null
let view: VueWrapper
const { showModal } = HTMLDialogElement.prototype
beforeEach(async () => {
  vi.useFakeTimers()
  fakeMain()
  shown = fakePopovers()
  await useCourse().load()
  view = await show(RichText, { text: 'The **chain rule** multiplies. The chain rule again.', terms: ['chainRule'] })
})
afterEach(() => {
  view.unmount()
  vi.useRealTimers()
  vi.restoreAllMocks()
  Object.assign(HTMLDialogElement.prototype, { showModal })
})

const mark = () => view.get('a.term')
const card = () => shown()?.textContent ?? null
const press = async (detail = 1) => {
  if (detail) {
    await mark().trigger('pointerdown')
    shown()?.hidePopover() // a press outside closes it first
  }
  await mark().trigger('click', { detail })
  await flushPromises()
}
const point = async (event: 'pointerenter' | 'pointerleave') => {
  await mark().trigger(event, { pointerType: 'mouse' })
  if (event === 'pointerenter') await mark().trigger('pointermove', { pointerType: 'mouse' })
  await vi.advanceTimersByTimeAsync(event === 'pointerenter' ? 800 : 0)
}

describe('a marked term', () => {
  test('is marked once and names itself in three languages when it is pressed', async () => {
    expect(view.findAll('a.term').map(term => term.text())).toEqual(['chain rule'])
    expect(card()).toBeNull()
    await press()
    expect(card()).toMatch(/^chain rule.*연쇄법칙.*連鎖律.*Along a path, derivatives are multiplied\./)
    expect(card()).toContain('Lesson 6: The chain rule')
    expect(mark().attributes('aria-expanded')).toBe('true')
  })

  test('closes by a second press, with the pointer or a key', async () => {
    for (const detail of [1, 0]) {
      await press(detail)
      expect(card()).not.toBeNull()
      await press(detail)
      expect(card()).toBeNull()
    }
  })

  test('opens only when the pointer rests, and lets presses through until it is pressed', async () => {
    for (const event of ['pointerenter', 'pointermove']) await mark().trigger(event, { pointerType: 'mouse' })
    await vi.advanceTimersByTimeAsync(500)
    await point('pointerleave')
    await vi.advanceTimersByTimeAsync(800)
    expect(card()).toBeNull()
    await point('pointerenter')
    expect([shown()!.classList.contains('shown'), shown()!.querySelectorAll('button').length]).toEqual([true, 0])
    await press()
    expect([shown()!.classList.contains('shown'), shown()!.querySelectorAll('button').length]).toEqual([false, 2])
  })

  test('opens under the pointer and closes behind it, but stays once pressed', async () => {
    await point('pointerenter')
    expect(card()).toContain('연쇄법칙')
    await point('pointerleave')
    expect(card()).toBeNull()
    await point('pointerenter')
    await press()
    await point('pointerleave')
    expect(card()).toContain('연쇄법칙')
  })

  test('stays closed when the layout moves the word under a pointer at rest', async () => {
    await mark().trigger('pointerenter', { pointerType: 'mouse', clientX: 40, clientY: 20 })
    await mark().trigger('pointermove', { pointerType: 'mouse', clientX: 41, clientY: 20 })
    await vi.advanceTimersByTimeAsync(800)
    expect(card()).toBeNull()
    await mark().trigger('pointermove', { pointerType: 'mouse', clientX: 50, clientY: 20 })
    await vi.advanceTimersByTimeAsync(800)
    expect(card()).toContain('연쇄법칙')
  })

  test('leads to its lesson and to the glossary', async () => {
    await press()
    await view.get('.sheet button').trigger('click')
    expect(useCourse().current).toBe('chain-rule')
    expect(card()).toBeNull()
    await press()
    await view.findAll('.sheet button').at(-1)!.trigger('click')
    expect(useGlossary()).toMatchObject({ isOpen: true, query: 'chain rule' })
  })
})

describe('the glossary', () => {
  test('is searched in any language and leads to the lesson', async () => {
    Object.assign(HTMLDialogElement.prototype, { showModal() {} })
    useGlossary().show('連鎖')
    const dialog = await show(GlossaryDialog)
    await flushPromises()
    const names = () => dialog.findAll('.names').map(row => row.text())
    expect(names()).toEqual(['연쇄법칙chain rule連鎖律'])
    await dialog.get('input').setValue('기울기 소실')
    expect(names()).toEqual(['기울기 소실vanishing gradient勾配消失'])
    await dialog.get('input').setValue('xyzzy')
    expect(dialog.get('[role=status]').text()).toBe('No term is called that. Try a part of the word.')
    await dialog.get('input').setValue('fan-out')
    await dialog.get('li button').trigger('click')
    expect([useCourse().current, useGlossary().isOpen]).toEqual(['fan-out', false])
    dialog.unmount()
  })
})
