import type { TaughtFrame, TeachRequest } from '@contract'
import { LabError, mnist } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick, reactive } from 'vue'
import TeachButton from '../../../renderer/draw/teach/TeachButton.vue'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import type { Reading } from '../../../renderer/stores/sketch/useReading'
import { idOf } from '../files/run-entry'
import { fakeMain, runState, show, soFar } from '../lab'
import { infoOf } from '../../fixtures/dataset-info'

beforeEach(() => { Object.assign(HTMLDialogElement.prototype, { showModal() { (this as unknown as HTMLDialogElement).open = true }, close() { (this as unknown as HTMLDialogElement).open = false } }) })
afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const outputs = (label: number, share: number) => Float32Array.from({ length: 10 }, (_, digit) => digit === label ? share : (1 - share) / 9)
const flipped = (index: number, label: number, before: number, after: number) => ({ index, label, before, after, pixels: new Float32Array(784) })
const frameOf = (patch: Partial<TaughtFrame> = {}): TaughtFrame => ({
  run: idOf(1), runId: 1, step: 1200, differsAt: null, areProbabilities: true,
  before: { outputs: outputs(1, 0.83), label: 1, loss: 3 }, after: { outputs: outputs(7, 0.91), label: 7, loss: 0.1 },
  test: { images: 10_000, before: 9680, after: 9508 },
  toWrong: { count: 212, images: [flipped(5, 1, 1, 7), flipped(9, 4, 4, 9)] }, toRight: { count: 40, images: [flipped(11, 7, 1, 7)] },
  moved: [{ path: 'affine2.W', row: 33, column: 7, before: 0.5, after: 0.75 }, { path: 'affine2.b', row: null, column: 7, before: 0.1, after: 0.05 }],
  distances: [{ path: 'affine1.W', distance: 0.5, norms: [2, 2.1] }, { path: 'affine1.b', distance: 0, norms: [0, 0] }],
  maps: [{ path: 'affine1.W', shape: [784, 50], firstRow: 0, rows: 784, firstColumn: 0, columns: 50, data: new Float32Array(784 * 50), range: 0.1 }, { path: 'affine2.W', shape: [50, 10], firstRow: 0, rows: 50, firstColumn: 0, columns: 10, data: new Float32Array(500), range: 0.1 }], scores: [], ...patch,
})
const pixels = new Float32Array(784).fill(0.5)

async function dialog({ answers = {}, reading: about = {}, step = 1200, learnsOther = false, meant = null }: { answers?: Parameters<typeof fakeMain>[0], reading?: object, step?: number, learnsOther?: boolean, meant?: number | null } = {}) {
  const main = fakeMain({ 'teach:try': () => frameOf(), 'teach:keep': () => ({ id: idOf(2) }), 'teach:cancel': () => null, 'run:read': () => soFar(runState({ step, ...learnsOther && { dataset: infoOf({ id: 'fashion', rows: 28, columns: 28, classes: 10, train: 60_000, test: 10_000 }) } })), ...answers })
  useRoom().go('draw')
  await useRun().load()
  useSketch().show({ dataset: 'mnist', split: 'test', index: 3, shape: mnist.shape, label: 0, image: pixels })
  useSketch().begin({ x: 0.5, y: 0.5 })
  useSketch().end()
  const reading = reactive({ pixels, source: 'run', dataset: mnist, ofDigits: true, meant, nameOf: (label: number) => String(label), ...about }) as unknown as Reading
  const prediction = { source: 'run', at: { runId: 1, step }, label: 1, outputs: outputs(1, 0.83), areProbabilities: true, paperImage: null }
  const view = await show(TeachButton, { reading, prediction }, { HeatMap: true })
  await view.get('button.teach').trigger('click')
  await flushPromises()
  const button = (name: string) => view.findAll('dialog button').find(found => found.text() === name)
  const press = async (name: string) => { await button(name)!.trigger('click'); await flushPromises() }
  const learn = async () => { await view.get('form').trigger('submit'); await flushPromises() }
  const choose = async (text: string) => { await view.findAll('.segmented label').find(found => found.text() === text)!.get('input').setValue(true) }
  return { main, view, reading, button, press, learn, choose, text: () => view.get('dialog').text() }
}
const asked = (main: ReturnType<typeof fakeMain>) => (main.asked('teach:try') as TeachRequest[]).map(({ pixels: given, ...rest }) => [given === pixels, rest])

describe('teaching a drawing', () => {
  test('begins with the class that was meant, else with the answer, and says what will learn it', async () => {
    const { view, text } = await dialog()
    expect(view.get('select').element.value).toBe('1')
    expect(text()).toContain('A copy of the run in Train learns this drawing as a mini-batch of one, with SGD at learning rate 0.1. The run itself stays as it is.')
    expect(text()).not.toContain('nothing yet')
    document.body.replaceChildren()
    expect((await dialog({ meant: 4 })).view.get('select').element.value).toBe('4')
  })

  test('shows the answer, the accuracy and the flipped images, before and after', async () => {
    const { main, view, learn, choose, text } = await dialog()
    await view.get('select').setValue('7')
    await choose('10 times')
    await learn()
    expect(asked(main)).toEqual([[true, { label: 7, dataset: 'mnist', times: 10 }]])
    expect(view.get('.result .visually-hidden').text()).toBe('Before: 1, 83.0%. After: 7, 91.0%. Test accuracy 96.8%, then 95.1%: 212 images are now wrong, 40 now right.')
    expect(text()).toContain('One 7, taught 10 times at step 1,200')
    expect(view.findAll('.big').map(found => found.text())).toEqual(['1 83.0%', '7 91.0%', '96.8% 9,680 of 10,000', '95.1% 9,508 of 10,000'])
    expect(view.get('.flips').text()).toBe('Test images that are now wrong: 212 now right: 40')
    const tiles = () => view.findAll('[role=gridcell]').map(tile => [tile.attributes('aria-label'), tile.text()])
    expect(tiles()).toEqual([[expect.stringContaining('Image 5 is 1: read as 1 before, as 7 now'), '1→7'], [expect.stringContaining('Image 9 is 4: read as 4 before, as 9 now'), '4→9']])
    await choose('Now right: 40')
    expect(tiles().map(([, sub]) => sub)).toEqual(['1→7'])
    expect(text()).toContain('The first 1 of them')
    const cells = view.findAll('table').map(table => table.findAll('tbody tr').map(row => row.findAll('th, td').map(cell => cell.text())))
    expect(cells).toEqual([
      [['affine2.W[33, 7]', '0.5', '0.75', '+0.250'], ['affine2.b[7]', '0.1', '0.05', '−0.0500']],
      [['affine1.W', '0.500', '0.250'], ['affine1.b', '0', '–']],
    ])
    expect(view.findAll('.outputs .best').map(row => row.attributes('aria-label'))).toEqual(['1: 83.0%, the highest', '7: 91.0%, the highest'])
  })

  test('again goes on from the same step of the run, and counts all times; another class begins anew', async () => {
    const { main, view, learn, choose } = await dialog()
    await learn()
    await learn()
    await choose('10 times')
    await learn()
    expect(asked(main).map(([, rest]) => rest)).toEqual([{ label: 1, dataset: 'mnist', times: 1 }, { label: 1, dataset: 'mnist', times: 2, step: 1200 }, { label: 1, dataset: 'mnist', times: 12, step: 1200 }])
    await view.get('select').setValue('4')
    expect(view.find('.result').exists()).toBe(false)
    await learn()
    expect(asked(main).at(-1)![1]).toEqual({ label: 4, dataset: 'mnist', times: 10 })
    for (let i = 0; i < 12; i++) await learn()
    expect(asked(main).at(-1)![1]).toMatchObject({ times: 100 }) // more are refused
    expect(view.get('form button[type=submit]').attributes('disabled')).toBeDefined()
  })

  test('says what it waits for, and can be cancelled', async () => {
    let answer = (): void => undefined
    const { main, view, learn, press, button, text } = await dialog({ answers: { 'teach:try': () => new Promise((done) => { answer = () => done(frameOf()) }) } })
    await learn()
    expect(text()).toContain('All 10,000 test images are asked before and after')
    main.tell('past:progress', { step: 900, from: 800, to: 1200 })
    await nextTick()
    expect(text()).toContain('Learning the run again first: step 900 of 1,200')
    await press('Cancel')
    expect(main.asked('teach:cancel')).toHaveLength(1)
    answer()
    await flushPromises()
    expect([view.find('.result').exists(), button('Learn') !== undefined]).toEqual([false, true])
  })

  test('is kept beside the run, stays in Draw, and goes on in Train if that is wanted', async () => {
    const { main, learn, press, text } = await dialog({ answers: { 'runs:open': () => runState({ runId: 2, step: 1200 }), 'past:leave': () => null, 'past:read': () => null } })
    await learn()
    await press('Keep beside the run')
    expect(main.asked('teach:keep')).toEqual([{ pixels, label: 1, times: 1, run: idOf(1), runId: 1, step: 1200 }])
    expect([text().includes('Kept in Files, as a run of its own.'), useRoom().current]).toEqual([true, 'draw'])
    await press('Continue it in Train')
    expect([main.asked('runs:open'), useRoom().current]).toEqual([[{ id: idOf(2) }], 'train'])
  })

  test('is dropped without a trace', async () => {
    const { main, view, learn, press } = await dialog()
    await learn()
    await press('Drop')
    expect([view.find('.result').exists(), main.asked('teach:keep')]).toEqual([false, []])
  })

  test('tells an error in words, beside what was there', async () => {
    let fails = false
    const { view, learn, text } = await dialog({ answers: { 'teach:try': () => {
      if (fails) throw new LabError('teach.diverged', 'not finite', {})
      return frameOf()
    } } })
    await learn()
    fails = true
    await learn()
    expect(view.get('[role=alert]').text()).toContain('the weights are no longer finite')
    expect(text()).toContain('One 1, taught once')
  })

  test('names the run where another network answers, and a run that has learned nothing', async () => {
    const { text } = await dialog({ reading: { source: 'sample' }, step: 0 })
    expect(text()).toContain('it is the run in Train that is copied')
    expect(text()).toContain('The run has learned nothing yet; its copy is taught just the same.')
  })

  test('refuses a drawing for another dataset in words', async () => {
    const { view, text } = await dialog({ learnsOther: true })
    expect(text()).toContain('The run in Train learns fashion, but this drawing is prepared as an image of MNIST.')
    expect(view.find('form').exists()).toBe(false)
  })

  test('without test images says so', async () => {
    const { text, learn } = await dialog({ answers: { 'teach:try': () => frameOf({ test: null, toWrong: { count: 0, images: [] }, toRight: { count: 0, images: [] } }) } })
    await learn()
    expect(text()).toContain('This dataset has no test images.')
  })
})

test('nothing can be taught while the paper is blank', async () => {
  fakeMain()
  await useRun().load()
  const view = await show(TeachButton, { reading: reactive({ pixels: null, ofDigits: true }), prediction: null })
  expect(view.get('button.teach').attributes('disabled')).toBeDefined()
})
