import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useCommandTable } from '../../../renderer/stores/commands'
import { useCourse } from '../../../renderer/stores/course/course'
import { useGlossary } from '../../../renderer/stores/course/glossary'
import { piecesOf } from '../../../renderer/terms/card-text'
import CardHost from '../../../renderer/terms/CardHost.vue'
import { fakeMain, show } from '../lab'
import { fakePopovers } from './popovers'

let shown: () => HTMLElement | null
let view: VueWrapper
let words: HTMLElement
beforeEach(async () => {
  vi.useFakeTimers()
  fakeMain()
  shown = fakePopovers()
  await useCourse().load()
  view = await show(CardHost)
  words = document.createElement('div')
  words.innerHTML = '<div class="field"><label for="rate"><span data-card="learningRate" data-values="{&quot;rate&quot;:0.1}">Learning rate</span></label><input id="rate"></div><button><b data-card="he">He</b> <b data-card="adam">Adam</b></button><input id="plain">'
  document.body.append(words)
})
afterEach(() => {
  view.unmount()
  vi.useRealTimers()
  vi.restoreAllMocks()
  document.body.replaceChildren()
})

const card = () => shown()?.textContent ?? null
const find = (selector: string) => words.querySelector<HTMLElement>(selector)!
async function point(at: HTMLElement, ms: number) {
  for (const type of ['pointerover', 'pointermove']) at.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerType: 'mouse' }))
  await flushPromises()
  await vi.advanceTimersByTimeAsync(ms)
}
async function explain(focus?: HTMLElement) {
  focus?.focus()
  useCommandTable().run('help.card')
  await flushPromises()
}

describe('a word that is no button', () => {
  test('shows its card while the pointer rests on it, and no longer', async () => {
    await point(find('label span'), 500)
    expect(card()).toBeNull()
    await vi.advanceTimersByTimeAsync(300)
    expect(card()).toContain('학습률')
    expect(shown()!.classList.contains('shown')).toBe(true)
    await point(find('#plain'), 0)
    expect(card()).toBeNull()
  })

  test('shows no card when the layout moves it under a pointer at rest', async () => {
    const tell = (type: string, clientX: number) => find('label span').dispatchEvent(new PointerEvent(type, { bubbles: true, pointerType: 'mouse', clientX, clientY: 20 }))
    tell('pointerover', 40)
    await vi.advanceTimersByTimeAsync(800)
    tell('pointermove', 42)
    await vi.advanceTimersByTimeAsync(800)
    expect(card()).toBeNull()
    tell('pointermove', 48)
    await flushPromises()
    await vi.advanceTimersByTimeAsync(800)
    expect(card()).toContain('학습률')
  })

  test('opens its card by a press, and follows its numbers', async () => {
    find('label span').click()
    await flushPromises()
    expect(card()).toContain('In the glossary')
    expect(card()).toContain('0.1')
    find('label span').dataset['values'] = '{"rate":0.25}'
    await flushPromises()
    await vi.advanceTimersByTimeAsync(0)
    expect(card()).toContain('0.25')
  })

  test('does not take the press of the button that it stands in', async () => {
    find('[data-card=he]').click()
    await flushPromises()
    expect(card()).toBeNull()
  })

  test('opens by a long press of a finger', async () => {
    const press = new PointerEvent('contextmenu', { bubbles: true, cancelable: true, pointerType: 'touch' })
    find('[data-card=he]').dispatchEvent(press)
    await flushPromises()
    expect([card()?.startsWith('He'), press.defaultPrevented]).toEqual([true, true])
  })
})

describe('the key that asks what something is', () => {
  test('opens the card of the focused field, and gives the focus back', async () => {
    await explain(find('#rate'))
    expect(card()).toContain('학습률')
    expect(shown()!.contains(document.activeElement)).toBe(true)
    await view.get('.sheet').trigger('keydown', { key: 'Escape' })
    expect([card(), document.activeElement]).toEqual([null, find('#rate')])
  })

  test('goes through the words of a button', async () => {
    await explain(find('button'))
    expect(card()).toMatch(/^He/)
    await view.get('.sheet').trigger('keydown', { key: 'F1' })
    await flushPromises()
    expect(card()).toMatch(/^Adam/)
  })

  test('opens the glossary where there is no card', async () => {
    await explain(find('#plain'))
    expect([card(), useGlossary().isOpen]).toEqual([null, true])
  })
})

test('a text is split at its words, in their order', () => {
  expect(piecesOf('ReLU, He, the rest', [['ReLU', 'relu'], ['He', 'he'], ['SGD', 'sgd']])).toEqual([{ part: 'ReLU', card: 'relu' }, { part: ', ' }, { part: 'He', card: 'he' }, { part: ', the rest' }])
})
