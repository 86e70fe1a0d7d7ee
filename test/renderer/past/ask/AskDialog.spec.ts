import { flushPromises } from '@vue/test-utils'
import type { FoundAnswer } from '@contract'
import { LabError, type Question } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import AskDialog from '../../../../renderer/past/ask/AskDialog.vue'
import { type AskSubject, useAsking } from '../../../../renderer/stores/asking'
import { usePast } from '../../../../renderer/stores/past'
import { useRun } from '../../../../renderer/stores/run'
import { idOf } from '../../files/run-entry'
import { fakeMain, runState, show, soFar } from '../../lab'
import { runCurves } from '../run-curves'

beforeEach(() => { Object.assign(HTMLDialogElement.prototype, { showModal() { (this as unknown as HTMLDialogElement).open = true }, close() { (this as unknown as HTMLDialogElement).open = false } }) })
afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const found = (more: Partial<FoundAnswer> = {}): FoundAnswer => ({ step: 700, value: 1.5, fromStart: false, before: null, first: 0, last: 1200, exact: true, ...more })

async function dialog(subject: AskSubject, answer: (question: Question) => FoundAnswer | Promise<FoundAnswer> = () => found(), answers: Parameters<typeof fakeMain>[0] = {}) {
  const reach = { id: idOf(1), name: '', first: 0, last: 1200, beginning: runCurves().config, checkpoints: [0], bookmarks: [] }
  const main = fakeMain({
    'past:read': () => reach, 'past:leave': () => null, 'run:read': () => soFar(runState({ step: 1200, blocks: [{ name: 'affine1', kind: 'affine', inputs: 784, outputs: 50 }, { name: 'relu1', kind: 'relu', inputs: 50, outputs: 50 }] })),
    'past:price': ({ ask }) => ask === 'notFinite' ? { steps: 0, seconds: 0, times: 0, pauses: null } : { steps: 1200, seconds: 3.21, times: 4.9, pauses: null },
    'past:find': answer, 'past:cancel': () => null, 'past:bookmark': ({ step, note }) => ({ ...reach, bookmarks: [{ step, note: note ?? '' }] }), ...answers,
  })
  await useRun().load()
  await usePast().refresh()
  useAsking().open(subject)
  const view = await show(AskDialog)
  await flushPromises()
  const field = (label: string) => {
    const found = view.findAll('label').find(found => found.text() === label)!
    return view.get<HTMLInputElement>(`[id="${found.attributes('for')}"]`)
  }
  const ask = async () => {
    await view.get('button.primary').trigger('click')
    await flushPromises()
  }
  return { main, view, field, ask }
}

describe('a question to the past', () => {
  test('is a sentence with its fields, has a price, and its answer becomes a bookmark', async () => {
    const { main, view, field, ask } = await dialog({ of: 'tensor', path: 'affine1.W' })
    expect(view.get('button.primary').attributes('disabled')).toBeDefined()
    expect(view.text()).toContain('When was the norm of W (Affine 1) first at least …?')
    await field('What').setValue('updateRatio')
    await field('First').setValue('below')
    await field('Value').setValue('1e-3')
    await flushPromises()
    expect(view.text()).toContain('When was the update ratio ‖ΔW‖/‖W‖ of W (Affine 1) first at most 1e-3?')
    expect(view.get('.price').text()).toBe('Costs at most about 3.2 s: up to 1,200 steps are learned again and measured, which takes as long as learning them 4.9 times.')
    await ask()
    const question = { ask: 'passed', quantity: { of: 'tensor', path: 'affine1.W', figure: 'updateRatio' }, direction: 'below', value: 0.001 }
    expect([main.asked('past:price').at(-1), main.asked('past:find')]).toEqual([question, [question]])
    expect(view.get('.answer').text()).toContain('First at step 700: 1.50.')
    expect(main.asked('past:bookmark')).toEqual([{ step: 700, note: 'the update ratio ‖ΔW‖/‖W‖ of W (Affine 1) ≤ 1e-3' }])
    expect(view.get('.ways').text()).toBe('Go to step 700')
  })

  test('keeps a value that is no number, and says what is wrong', async () => {
    const { main, view, field } = await dialog({ of: 'tensor', path: 'relu1.out' })
    await field('Value').setValue('much')
    await flushPromises()
    expect(view.find('[role=alert]').exists()).toBe(true)
    expect(main.asked('past:price')).toEqual([])
    expect(field('What').findAll('option').map(option => option.text())).toEqual(['the norm', 'the mean magnitude', 'the share of zeros']) // nothing updates an activation
  })

  test('takes shares as percentages', async () => {
    const { main, field, ask, view } = await dialog({ of: 'accuracy', split: 'test', class: 3 }, () => found({ value: 0.953, images: { measured: 1000, full: { images: 10_000, value: 0.9412 } } }))
    await field('Value in %').setValue('95')
    expect(field('Class').element.value).toBe('3')
    await flushPromises()
    expect(view.text()).toContain('When was the accuracy on class 3 of 1,000 test images first at least 95%?')
    await ask()
    expect(main.asked('past:find')).toEqual([{ ask: 'passed', quantity: { of: 'accuracy', split: 'test', class: 3 }, direction: 'above', value: 0.95 }])
    expect(view.get('.answer').text()).toContain('First at step 700: 95.3%. It is measured on 1,000 fixed images. On all 10,000 it is 94.1% there.')
    await field('Class').get('option').setValue(true)
    await flushPromises()
    expect(main.asked('past:price').at(-1)).toEqual({ ask: 'passed', quantity: { of: 'accuracy', split: 'test' }, direction: 'above', value: 0.95 })
  })

  test.each<[string, AskSubject, FoundAnswer, RegExp]>([
    ['a dead unit', { of: 'unit', layer: 'relu1', unit: 7 }, found({ value: null, before: 699 }), /It died at step 700\. At step 699 it was above 0 for the last time.*Go to step 699 *Go to step 700/],
    ['a live unit', { of: 'unit', layer: 'relu1', unit: 7 }, found({ value: null, step: null, before: 1200 }), /It has not died: at step 1,200/],
    ['a unit that never fired', { of: 'unit', layer: 'relu1', unit: 7 }, found({ value: null, step: 0, fromStart: true }), /It was 0 for all 1,000 images from step 0 to step 1,200/],
    ['a weight', { of: 'cell', path: 'affine1.W', row: 300, column: 7 }, found({ value: -0.25 }), /The sign changed first at step 700: −0.25/],
    ['an image', { of: 'image', image: { split: 'test', index: 8 }, class: 5 }, found({ value: 5 }), /First read as 5 at step 700/],
    ['a drawing', { of: 'image', image: { pixels: new Float32Array(784) }, class: 5 }, found({ value: null, step: null }), /Never, from step 0 to step 1,200/],
  ])('about %s is answered by a sentence', async (name, subject, answer, text) => {
    const { view, ask } = await dialog(subject, () => answer)
    await ask()
    expect(view.get('.answer').text().replace(/\s+/g, ' '), name).toMatch(text)
  })

  test('about a unit has a field for it, which names those that exist', async () => {
    const { main, view, field, ask } = await dialog({ of: 'unit', layer: 'relu1', unit: 7 }, () => found({ value: null, before: 699 }))
    expect([field('Unit').element.value, view.text().includes('0 to 49')]).toEqual(['7', true])
    await field('Unit').setValue('50')
    await flushPromises()
    expect([view.get('[role=alert]').text(), view.get('button.primary').attributes('disabled')]).toEqual(['This layer has no unit 50: its units are 0 to 49.', ''])
    await field('Unit').setValue('3')
    await flushPromises()
    expect(view.get('.sentence').text()).toContain('unit 3 of ReLU 1')
    await ask()
    expect(main.asked('past:find')).toEqual([{ ask: 'died', layer: 'relu1', unit: 3 }])
    expect(main.asked('past:bookmark')).toEqual([{ step: 700, note: 'unit 3 of ReLU 1 died' }])
  })

  test.each([
    ['one', found({ value: null, before: 699, unit: 12 }), /The first was unit 12 of ReLU 1: it died at step 700\. At step 699/, 'unit 12 of ReLU 1 died, the first of its layer'],
    ['none', found({ value: null, step: null, before: 1200 }), /None has died: at step 1,200 each unit of ReLU 1/, null],
    ['one that never fired', found({ value: null, step: 0, fromStart: true, unit: 4 }), /The first was unit 4 of ReLU 1: it was 0 for all 1,000 images from step 0/, 'unit 4 of ReLU 1 died, the first of its layer'],
  ])('about all units of a layer names the one that died first: %s', async (name, answer, text, note) => {
    const { main, view, field, ask } = await dialog({ of: 'unit', layer: 'relu1', unit: 7 }, () => answer)
    await field('What').setValue('diedFirst')
    await flushPromises()
    expect([view.get('.sentence').text(), view.findAll('label').map(label => label.text())], name).toEqual([expect.stringContaining('When did the first unit of ReLU 1 die'), ['What']])
    await ask()
    expect(main.asked('past:find')).toEqual([{ ask: 'died', layer: 'relu1', unit: null }])
    expect(view.get('.answer').text().replace(/\s+/g, ' ')).toMatch(text)
    expect(main.asked('past:bookmark').map(mark => (mark as { note: string }).note)).toEqual(note === null ? [] : [note])
  })

  test('that measures hardly longer than it learns says so', async () => {
    const { view } = await dialog({ of: 'cell', path: 'affine1.W', row: 3, column: 7 }, undefined, { 'past:price': () => ({ steps: 1200, seconds: 0.4, times: 1.02, pauses: null }) })
    expect(view.get('.price').text()).toContain('which takes hardly longer than learning them.')
  })

  test('for which the training has to be paused says so before it is asked', async () => {
    const { view } = await dialog({ of: 'cell', path: 'affine1.W', row: 3, column: 7 }, undefined, { 'past:price': () => ({ steps: 1200, seconds: null, times: null, pauses: { wanted: 1586, max: 1024 } }) })
    expect(view.get('.price').text()).toBe('Up to 1,200 steps are learned again and measured. Training is paused meanwhile: both together take 1,586 MB of memory; 1,024 MB are allowed.')
  })

  test('that the record answers costs nothing, and leads to the step before a loss that was not finite', async () => {
    const { view, field, ask, main } = await dialog({ of: 'loss' }, () => found({ value: Infinity, before: 698 }))
    await field('What').setValue('notFinite')
    await flushPromises()
    expect(view.get('.price').text()).toBe('The answer is recorded: it costs nothing.')
    await ask()
    expect(view.get('.answer').text()).toMatch(/At step 700 the loss was ∞\. The training went back to step 698\./)
    expect([view.get('.ways').text(), main.asked('past:bookmark')]).toEqual(['Go to step 698', [{ step: 698, note: 'Before the loss was not finite' }]])
  })

  test('says how far it is, and is cancelled by a button and by closing', async () => {
    let end: (answer: FoundAnswer) => void = () => undefined
    const { view, ask, main } = await dialog({ of: 'unit', layer: 'relu1', unit: 7 }, () => new Promise((done) => { end = done }))
    await ask()
    main.tell('past:finding', { done: 300, of: 1200, seconds: 2.5, atMost: null })
    await flushPromises()
    expect(view.get('.searching').text()).toBe('300 of at most 1,200 steps · about 2.5 s left')
    await view.findAll('button').find(button => button.text() === 'Cancel')!.trigger('click')
    await flushPromises()
    expect([main.asked('past:cancel'), view.find('.searching').exists()]).toEqual([[null], false])
    end(found())
    await flushPromises()
    expect([view.find('.answer').exists(), main.asked('past:bookmark')]).toEqual([false, []])
    useAsking().close()
    await flushPromises()
    expect(main.asked('past:cancel')).toEqual([null, null])
  })

  test('says what the network does not have', async () => {
    const { view } = await dialog({ of: 'cell', path: 'affine1.W', row: 999, column: 7 }, undefined, { 'past:price': () => { throw new LabError('train.noTensor', '', { found: 'affine1.W[999, 7]' }) } })
    expect(view.get('[role=alert]').text()).toContain('affine1.W[999, 7]')
  })
})
