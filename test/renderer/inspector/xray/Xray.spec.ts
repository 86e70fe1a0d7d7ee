import type { RunState } from '@contract'
import { checkOptimizer, checkRunConfig, imageAlone, parseLayers, predictedClass, replayedStep, Trainer, unitImageAt, xrayBlocks, xrayCell, type XraySource } from '@core'
import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, test } from 'vitest'
import Xray from '../../../../renderer/inspector/xray/Xray.vue'
import { useRun } from '../../../../renderer/stores/run'
import { useXray, type XrayTarget } from '../../../../renderer/stores/xray'
import { runConfig } from '../../../fixtures/run-config'
import { smallDataset } from '../../../fixtures/small-dataset'
import { recordCanvases } from '../../canvas'
import { fakeMain, runState, show, soFar } from '../../lab'

const dataset = smallDataset()
const config = checkRunConfig({ ...runConfig({ dataset: 'small', layers: [12, 6], batchSize: 20, weightDecay: 0.01 }), optimizer: checkOptimizer({ kind: 'momentum', learningRate: 0.1 }), network: { layers: parseLayers('affine 9, sigmoid, affine 6'), loss: 'softmaxWithLoss' } })

/** The X-ray of a small run after three steps, answered by the core itself. */
async function opened(target: XrayTarget = {}, { step = 3 } = {}) {
  const trainer = new Trainer(config, dataset)
  for (let i = 0; i < 3; i++) trainer.learn()
  const state: RunState = runState({ config, dataset: dataset.info, input: [12], step, blocks: trainer.model.layers.map(({ name, kind, x, out }) => ({ name, kind, inputs: x.columns, outputs: out.columns })) })
  let source: XraySource
  const main = fakeMain({
    'run:read': () => soFar(state), 'xray:close': () => null,
    'xray:open': ({ image }) => {
      source = image ? imageAlone(trainer, dataset[image.split], image.index) : replayedStep(trainer)
      const { step, loss, images, split, optimizer } = source
      return {
        id: 1, runId: 1, step, image, rows: images.length, loss, blocks: xrayBlocks(source), optimizer,
        images: [...images.subarray(0, 10)].map((index, n) => ({ label: split.labels[index]!, predicted: predictedClass(source.model.out.value, n), pixels: unitImageAt(split, index) })),
      }
    },
    'xray:cell': ({ id, ...address }) => ({ id, ...xrayCell(source, address) }),
  })
  await useRun().load()
  const xray = useXray()
  xray.open(target)
  const view = await show(Xray)
  await settle()
  return { main, xray, view, trainer, source: source! }
}
const settle = async () => { await flushPromises(); await flushPromises() }
const press = async (key: string, on: Element | null = document.activeElement) => {
  on!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await settle()
}
const level = () => useXray().place?.level
beforeEach(() => {
  document.body.replaceChildren()
  recordCanvases()
})

describe('the X-ray', () => {
  test('goes from the step to one product and back by the keyboard alone', async () => {
    const { xray } = await opened()
    expect((document.activeElement as HTMLElement).dataset['entry']).toBe('affine1')
    ;(document.activeElement as HTMLElement).click() // what Enter does on a button
    await settle()
    expect((document.activeElement as HTMLElement).dataset['entry']).toBe('dW') // the gradient first
    await press('Enter')
    expect([level(), xray.place]).toEqual(['cell', expect.objectContaining({ part: 'dW' })])
    await press('ArrowDown')
    expect((document.activeElement as HTMLElement).dataset['entry']).toBe('1')
    await press('Enter')
    expect(level()).toBe('product')
    await press('Escape')
    expect([level(), (document.activeElement as HTMLElement).dataset['entry']]).toEqual(['cell', '1'])
    await press('Backspace')
    expect([level(), (document.activeElement as HTMLElement).dataset['entry']]).toEqual(['block', 'dW'])
    await press('Escape')
    expect([level(), (document.activeElement as HTMLElement).dataset['entry']]).toEqual(['network', 'affine1'])
    await press('Escape')
    expect(xray.isOpen).toBe(false)
  })

  test('returns the focus to where it came from', async () => {
    const from = document.body.appendChild(document.createElement('button'))
    from.focus()
    const { view } = await opened({ block: 'affine1' })
    expect(document.activeElement).not.toBe(from)
    view.unmount()
    expect(document.activeElement).toBe(from)
  })

  test('names its step and its images; an image alone has no update', async () => {
    const { view } = await opened()
    expect(view.text()).toContain('Step 3 · 20 images')
    expect(view.text()).toContain('and 10 more')
    expect(view.text()).toContain('v ← 0.9 v − 0.1 · dW')
    const alone = await opened({ image: { split: 'test', index: 4 } })
    expect(alone.view.text()).toContain('weights of step 3')
    expect(alone.view.text()).toContain('No update')
  })

  test('says beside the formula of dx that the first layer does not compute it', async () => {
    const note = 'Not computed: no layer before it needs it.'
    const { view } = await opened({ block: 'affine1' })
    expect(view.get('.formula.backward').text()).toMatch(new RegExp(`dx = dout · Wᵀ\\s+${note}$`))
    const later = await opened({ block: 'affine2' })
    expect(later.view.get('.formula.backward').text()).toMatch(/dx = dout · Wᵀ$/)
    const alone = await opened({ block: 'affine1', image: { split: 'test', index: 4 } })
    expect(alone.view.get('.formula.backward').text()).toMatch(/dx = dout · Wᵀ$/)
  })

  test('offers the latest step when the run has learned on', async () => {
    const { view } = await opened({}, { step: 9 })
    expect(view.findAll('header button').map(button => button.text())).toContain('Show step 9')
  })
})

describe('a cell', () => {
  test('is a sum with its largest terms, its rest, and the number that the tensor has', async () => {
    const { view, source } = await opened({ block: 'affine1', part: 'dW', cell: { row: 3, column: 5 } })
    const { sum } = xrayCell(source, { block: 'affine1', part: 'dW', row: 3, column: 5 })
    expect(view.text()).toContain('dW[3, 5] = Σₙ x[n, 3] · dout[n, 5]')
    expect(view.findAll('li.term')).toHaveLength(8)
    expect(view.find('li.term').text()).toContain(`x[${sum!.terms[0]!.index}, 3]`)
    expect(view.find('li.sum').text()).toContain('Sum of 20 terms')
    expect(view.text()).toContain('12 more terms')
    await view.find('button.more').trigger('click')
    expect(view.findAll('li.term')).toHaveLength(20)
    expect(view.text()).not.toContain('12 more terms')
  })

  test('of a weight shows the optimizer at work, with weight decay and its state before and after', async () => {
    const { view, source } = await opened({ block: 'affine1', part: 'dW', cell: { row: 3, column: 5 } })
    const { update } = xrayCell(source, { block: 'affine1', part: 'dW', row: 3, column: 5 })
    const text = view.find('section.update').text()
    expect(text).toContain('Update: Momentum')
    expect(text).toMatch(/g ← dW \+ λ · W.*v ← 0\.9 v − η · g.*W ← W \+ v/s)
    expect(text).toMatch(/0\.9 · \(?[−\d]/)
    expect(text).toContain('ΔW')
    expect(update!.state[0]!.before).not.toBe(update!.state[0]!.after)
  })

  test('is chosen by its typed index, at most the last one', async () => {
    const { view, xray } = await opened({ block: 'affine1', part: 'dW', cell: { row: 3, column: 5 } })
    const [row] = view.findAll('input[type=number]')
    await row!.setValue('99')
    await settle()
    expect(xray.place).toMatchObject({ row: 11, column: 5 })
    expect(view.text()).toContain('dW[11, 5] = Σₙ')
  })

  test('leads backward through the network: from a product to the cell that its number comes from', async () => {
    const { view, xray } = await opened({ block: 'affine1', part: 'dW', cell: { row: 3, column: 5 } })
    await view.find('li.term').trigger('click')
    await settle()
    const chips = view.findAll('button.chip')
    expect(chips.map(chip => chip.text())[1]).toContain('dout[')
    expect(view.text()).toContain('of Sigmoid 1')
    await chips[1]!.trigger('click')
    await settle()
    expect(xray.place).toMatchObject({ level: 'cell', block: 'sigmoid1', part: 'dx', column: 5 })
    expect(view.text()).toContain('y (1 − y)')
  })

  // Cause: the factors inside of a row kept its clicks for themselves, and did nothing with them.
  test.each(['.chip', '.name', '.chip b', '.bar', 'output'])('opens a product by a click on any part of its row: %s', async (part) => {
    const { view, xray } = await opened({ block: 'affine1', part: 'dW', cell: { row: 3, column: 5 } })
    await view.findAll('li.term')[1]!.get(part).trigger('click')
    await settle()
    expect(xray.place).toMatchObject({ level: 'product', term: 1 })
  })

  test('that is given says so', async () => {
    const { view } = await opened({ block: 'affine1', part: 'x', cell: { row: 2, column: 4 } })
    expect(view.text()).toContain('A pixel: it is given.')
    expect(view.text()).toContain('pixel row 1, column 1') // the fifth of 4 × 3 pixels
  })
})
