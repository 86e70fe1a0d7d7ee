import { logitOf, readPixels } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import UnitsTab from '../../../../renderer/draw/why/UnitsTab.vue'
import { frame, recordCanvases } from '../../canvas'
import { fakeMain, show } from '../../lab'
import { predictionOf, randomNetwork, readingOf, sampleNetwork, seven } from './drawn-seven'

beforeEach(() => { recordCanvases(); fakeMain() })
afterEach(() => { vi.restoreAllMocks(); vi.useRealTimers() })

async function tab(network = sampleNetwork(), pixels: Float32Array | null = seven) {
  const view = await show(UnitsTab, { network, reading: readingOf(pixels), prediction: pixels && predictionOf(network, pixels) })
  await frame()
  await frame()
  const numbers = () => view.findAll('.ledger .value').map(value => Number(value.text().replace('−', '-').replace('+', '')))
  const total = () => Number(view.get('.sum b').text().replace('−', '-'))
  const select = async (which: string, value: string) => { await view.get(`select.${which}`).setValue(value); await frame() }
  return { view, network, numbers, total, select }
}

describe('the ledger', () => {
  test('shows twelve units, the others and the bias; the printed numbers add up to the score, which softmax makes a probability', async () => {
    const { view, network, numbers, total } = await tab()
    expect(view.findAll('.ledger button')).toHaveLength(12)
    expect(view.findAll('.ledger li').slice(12).map(row => row.get('.name').text())).toEqual([expect.stringMatching(/^the other 38/), 'bias b'])
    expect(numbers().reduce((a, b) => a + b, 0)).toBeCloseTo(total(), 6)
    readPixels(network, seven)
    expect(Math.abs(total() - logitOf(network.model, { class: 7 }))).toBeLessThanOrEqual(0.006)
    expect(view.get('.sum').text()).toMatch(/^Score of 7 = .*after softmax (> )?[\d.]+%$/)
  })

  test('pushes up to the right and down to the left, from the most up to the most down', async () => {
    const { view, numbers } = await tab()
    const units = numbers().slice(0, 12)
    expect(units).toEqual(units.toSorted((a, b) => b - a))
    const bars = view.findAll<HTMLElement>('.ledger button .track i').map(({ element: { style } }) => ({ left: parseFloat(style.left), width: parseFloat(style.width) }))
    bars.forEach(({ left, width }, i) => { expect(units[i]! > 0 ? left : left + width).toBeCloseTo(50, 6) })
  })

  test('of another class adds up to that one\'s score', async () => {
    const { network, numbers, total, select } = await tab()
    await select('of', '3')
    readPixels(network, seven)
    expect(total()).toBeCloseTo(logitOf(network.model, { class: 3 }), 1)
    expect(numbers().reduce((a, b) => a + b, 0)).toBeCloseTo(total(), 6)
  })

  test('of 7 rather than 1 adds up to the difference of both scores, and says how many times as likely that makes it', async () => {
    const { view, network, numbers, total, select } = await tab()
    await select('over', '1')
    readPixels(network, seven)
    const { data: z } = network.model.layers.at(-1)!.x
    expect(total()).toBeCloseTo(z[7]! - z[1]!, 1)
    expect(numbers().reduce((a, b) => a + b, 0)).toBeCloseTo(total(), 6)
    expect(view.get('.sum').text()).toContain('Score of 7 − score of 1')
    expect(view.get('.sum').text()).toMatch(/7 is (\S+|over a million) times as likely as 1$/)
  })

  test('of a network of one affine layer is an image of its pixels', async () => {
    const { view } = await tab(randomNetwork('affine 10'))
    expect(view.find('.ledger').exists()).toBe(false)
    expect(view.get('.sums [role=img]').attributes('aria-label')).toBe('What each pixel adds to the score')
  })

  test('of a network without softmax speaks of its output', async () => {
    const { view } = await tab(randomNetwork('affine 20, tanh, affine 10', 'identityWithLoss'))
    expect(view.get('.sum').text()).toMatch(/^Output for \d = /)
  })
})

describe('a unit', () => {
  test('is shown by a click: its weights over the ink, its sum, and the product that its bar is', async () => {
    const { view, network } = await tab()
    const row = view.findAll('.ledger button')[3]!
    await row.trigger('click')
    await frame()
    const unit = Number(/\d+/.exec(row.text())![0])
    expect(view.get('.unit h3').text()).toBe(`Unit ${unit} of Affine 1`)
    expect(view.findAll('.ledger .chosen')).toHaveLength(1)
    const { data } = network.model.tensor('relu1.out')!
    const steps = view.get('.steps').text()
    expect(steps).toContain('Σ x · W')
    expect(steps).toContain(`ReLU 1`)
    expect(steps).toContain(`= ${Number(data[unit]!.toPrecision(4))}`)
    expect(steps).toContain(`W[${unit}, 7]`)
  })

  test('is reached by the arrow keys and chosen by Enter, like any button', async () => {
    const { view } = await tab()
    const [first, second] = view.findAll<HTMLButtonElement>('.ledger button')
    expect(view.findAll('.ledger button').filter(button => button.attributes('tabindex') === '0')).toHaveLength(1)
    first!.element.focus()
    await first!.trigger('keydown', { key: 'ArrowDown' })
    expect(document.activeElement).toBe(second!.element)
  })

  test('of any layer opens from its strip, where deeper ones show the slope by the pixels', async () => {
    const { view } = await tab(randomNetwork('affine 20, relu, affine 15, sigmoid, affine 10'))
    expect(view.findAll('.strip b').map(name => name.text())).toEqual(['ReLU 1', 'Sigmoid 1', 'Affine 3', 'Softmax'])
    const strip = view.findAll('.strip')[1]!
    await strip.trigger('keydown', { key: 'End' })
    await strip.trigger('keydown', { key: 'Enter' })
    await frame()
    expect(view.get('.unit h3').text()).toBe('Unit 14 of Affine 2')
    expect(view.get('.unit .segmented').text()).toContain('Slope')
    await view.findAll('.strip')[0]!.trigger('keydown', { key: 'Enter' })
    await frame()
    expect(view.get('.unit h3').text()).toMatch(/of Affine 1$/)
    expect(view.get('.unit .segmented').text()).toContain('x · W')
  })
})

describe('while drawing', () => {
  test('it follows the drawing, and keeps the unit that was chosen', async () => {
    const { view, total } = await tab()
    await view.findAll('.ledger button')[5]!.trigger('click')
    await frame()
    const [title, before] = [view.get('.unit h3').text(), total()]
    await view.setProps({ reading: readingOf(seven.map((pixel, i) => i < 300 ? 0 : pixel)) })
    await frame()
    expect(total()).not.toBe(before)
    expect(view.get('.unit h3').text()).toBe(title)
  })

  test('it follows a network that learns', async () => {
    const { view, network, total } = await tab()
    const before = total()
    network.model.tensor('affine2.b')!.data[7]! += 1
    await view.setProps({ network: { ...network } })
    await frame()
    expect(total()).toBeCloseTo(before + 1, 6)
  })

  test('a network of more than a million parameters is explained when the drawing rests, and says so', async () => {
    const network = randomNetwork('affine 1300, relu, affine 10')
    const view = await show(UnitsTab, { network, reading: readingOf(seven), prediction: predictionOf(network, seven) })
    expect(view.get('[role=status]').text()).toBe('Computing…')
    await frame()
    expect(view.find('.ledger').exists()).toBe(false)
    await vi.waitFor(() => expect(view.find('.ledger').exists()).toBe(true), { timeout: 3000 })
    expect(view.get('.units').attributes('aria-busy')).toBe('false')
  })

  // the weights of a run that is replaced go before the explanation does
  test('a network that goes is waited for', async () => {
    const { view } = await tab()
    await view.setProps({ network: null })
    await frame()
    expect(view.text()).toContain('getting ready')
  })

  test('a blank paper and a network that is not there yet are said in words', async () => {
    const blank = await show(UnitsTab, { network: sampleNetwork(), reading: readingOf(null), prediction: null })
    expect(blank.text()).toContain('Draw something first')
    const waiting = await show(UnitsTab, { network: null, reading: readingOf(seven), prediction: null })
    expect(waiting.text()).toContain('getting ready')
  })
})
