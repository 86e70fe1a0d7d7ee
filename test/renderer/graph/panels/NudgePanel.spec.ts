import type { GraphDocument } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import NudgePanel from '../../../../renderer/graph/panels/NudgePanel.vue'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain, show } from '../../lab'

beforeEach(() => { fakeMain({ 'progress:write': () => null }) })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

async function panel(document: GraphDocument, hidden: readonly string[] = [], page = 'playground') {
  useCourse().go(page)
  useGraph().show(document, { key: 'test', hidden: () => hidden })
  const view = await show(NudgePanel, {}, { SlopeErrors: true })
  return {
    view,
    numbers: () => view.findAll('dd').map(dd => dd.text()),
    caption: () => view.get('.caption').text(),
    slider: () => view.get('input[type=range]'),
    to: async (exponent: number) => { await view.get('input[type=range]').setValue(String(exponent)) },
  }
}
const of = (expression: string, x: GraphDocument['inputs'][string] = 1, more: Partial<GraphDocument> = {}): GraphDocument => ({ expression, inputs: { x }, ...more })

describe('the numbers of a nudge', () => {
  test('are both outputs, their slope, backpropagation’s, and the difference', async () => {
    const { view, numbers, to } = await panel(of('x ^ 3', 2))
    await to(-1)
    // 2.1³ = 9.261, 1.9³ = 6.859, their slope 12.01; 3 · 2² = 12
    expect(numbers()).toEqual(['9.261', '6.859', '12.01', '12', '0.0100'])
    expect(view.findAll('dt').map(dt => dt.text())).toEqual(['f(x + h)', 'f(x − h)', '(f(x + h) − f(x − h)) / 2h', 'backpropagation’s gradient', 'difference'])
  })

  test('agree in twelve digits where they do', async () => {
    const { numbers, to } = await panel(of('x / 3', 1))
    await to(-1)
    expect(numbers().slice(0, 4)).toEqual(['0.366666666667', '0.3', '0.333333333333', '0.333333333333'])
  })

  test('that are equal have a difference of 0', async () => {
    const { numbers } = await panel(of('relu(x)', -3))
    expect(numbers()).toEqual(['0', '0', '0', '0', '0'])
  })

  // Cause: only the first hyphen became a minus sign; in a small negative number the exponent kept its hyphen.
  test('use a minus sign everywhere', async () => {
    const { numbers, view } = await panel(of('x * (-1e-9)', 2))
    expect(numbers()[3]).toBe('−1e−9')
    expect(view.get('.numbers').text().replace(/f\(.*?\)/g, '')).not.toContain('-')
  })

  test('are dashes where they do not exist', async () => {
    const { numbers } = await panel(of('log(x)', -1))
    expect(numbers()).toEqual(['–', '–', '–', '–', '–'])
  })

  test('are hidden while a lesson asks for them', async () => {
    const { view } = await panel(of('x ^ 3', 2), ['gradient:x'])
    expect([view.find('.numbers').exists(), view.find('.caption').exists(), view.findComponent({ name: 'SlopeErrors' }).exists(), view.text().includes('Answer first')]).toEqual([false, false, false, true])
  })
})

describe('before the lesson about the size of h', () => {
  const about = async (document: GraphDocument) => {
    const { view } = await panel(document, [], 'derivative')
    return [view.findAll('dd').length, view.find('.caption').exists(), view.findComponent({ name: 'SlopeErrors' }).exists()]
  }
  test('there are the numbers only, without the error over h and without a word about rounding', async () => {
    expect(await about(of('sigmoid(x)', 1))).toEqual([5, false, false])
  })

  test('a kink is explained all the same', async () => {
    expect(await about(of('relu(x)', 0))).toEqual([5, true, false])
  })
})

describe('the choice', () => {
  test('is of an input, and of one of its numbers', async () => {
    const { view, numbers } = await panel({ expression: 'sum(x * w)', inputs: { x: [[1, 2], [3, 4]], w: [[5, 6], [7, 8]] } })
    const [input, row, column] = view.findAll('select')
    expect(input!.findAll('option').map(option => option.text())).toEqual(['x', 'w'])
    expect([row, column].map(choice => choice!.findAll('option').map(option => option.text()))).toEqual([['1', '2'], ['1', '2']])
    expect([row, column].map(choice => choice!.attributes('aria-label'))).toEqual(['Index along axis 0', 'Index along axis 1'])
    await row!.setValue('1')
    expect(numbers()[3]).toBe('7')
    await column!.setValue('1')
    expect(numbers()[3]).toBe('8')
    await row!.setValue('0')
    expect([numbers()[3], (view.findAll('select')[2]!.element as HTMLSelectElement).value]).toEqual(['6', '1'])
  })

  test('of a number has one index per dimension, in row-major order', async () => {
    // shape (2, 3, 2): the cell at [1, 2, 0] is 1·6 + 2·2 + 0 = 10
    const w = [[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]]
    const { view, numbers } = await panel({ expression: 'sum(x * w)', inputs: { x: w.map(a => a.map(b => b.map(() => 1))), w } })
    const choices = view.findAll('select').slice(1)
    expect(choices.map(choice => choice.findAll('option').length)).toEqual([2, 3, 2])
    await choices[0]!.setValue('1')
    await choices[1]!.setValue('2')
    expect(numbers()[3]).toBe('10')
    await choices[2]!.setValue('1')
    expect(numbers()[3]).toBe('11')
    expect(choices.map(choice => (choice.element as HTMLSelectElement).value)).toEqual(['1', '2', '1'])
  })

  test('is of no number when the input is a single one', async () => {
    const { view } = await panel(of('x ^ 3'))
    expect(view.findAll('select')).toHaveLength(1)
  })

  test('of h increases to the right, and is announced as it is written', async () => {
    const { slider, to, view } = await panel(of('x ^ 3'))
    expect(['min', 'max', 'step', 'aria-valuetext'].map(name => slider().attributes(name))).toEqual(['-12', '-1', '0.5', '1e−4'])
    expect((slider().element as HTMLInputElement).value).toBe('-4')
    await to(-4.5)
    expect([slider().attributes('aria-valuetext'), view.get('.h b').text()]).toEqual(['3.16e−5', '3.16e−5'])
  })

  test('is not offered in a graph of constants', async () => {
    const { view } = await panel({ expression: '1 + 2', inputs: {} })
    expect([view.text(), view.find('select').exists()]).toEqual(['There is no input to nudge: put a name such as x into the expression.', false])
  })
})

describe('the caption', () => {
  test('of a minimum names its position in both precisions', async () => {
    const { caption } = await panel(of('sigmoid(x)', 1))
    expect(caption()).toMatch(/^A valley: .*Its bottom is near \de−[456] in float64 and near \de−[123] in float32/)
  })

  test('of a square says that there is no truncation error', async () => {
    const { caption } = await panel(of('x ^ 2', 1.7))
    expect(caption()).toMatch(/^No valley: .*it grows as h shrinks\.$/)
  })

  test('names the h from which a kink is reached, with one digit', async () => {
    const { caption, to } = await panel(of('relu(x)', 0.001))
    expect(caption()).toMatch(/as h shrinks\. From about h = 3e−3 on, ±h reaches a kink/)
    await to(-2)
    // f(0.011) − f(0.001) = 0.01 and f(0.001) − f(−0.009) = 0.001, each over 0.01
    expect(caption()).toBe('A kink lies inside ±h: with h = 1e−2 the slope is 0.1 to the left and 1 to the right, and they come no closer while h reaches it. Choose an h below 3e−3.')
  })

  test('rounds the slopes of both sides to four digits', async () => {
    const { caption } = await panel(of('relu(x) / 3', 1e-5))
    expect(caption()).toContain('the slope is 0.03333 to the left and 0.3333 to the right')
  })

  test('describes a tie and a kink without naming an h beyond which they appear', async () => {
    const tie = await panel(of('max(x, 3)', 3))
    expect(tie.caption()).toMatch(/^The input is at a kink, a tie/)
    expect(tie.caption()).not.toContain('From about')
    tie.view.unmount()
    const kink = await panel(of('relu(x)', 0))
    expect(kink.caption()).toMatch(/^The two never agree/)
    expect(kink.caption()).not.toContain('From about')
  })

  test('describes an input that moves nothing', async () => {
    const { caption } = await panel(of('relu(x)', -3))
    expect(caption()).toMatch(/^No error at any h/)
  })

  test('says that there is nothing to compare', async () => {
    const { caption } = await panel(of('log(x)', -1))
    expect(caption()).toBe('There is no slope to compare: the output cannot be computed here, or not close by.')
  })

  test('ends with a definition of f when it is more than the output', async () => {
    const one = await panel(of('x ^ 2', 1.7))
    expect(one.caption()).not.toContain('Here f is')
    one.view.unmount()
    const weighted = await panel(of('x ^ 2', 1.7, { upstream: 2 }))
    expect(weighted.caption()).toMatch(/\. Here f is the output times the gradient from upstream, all cells added up\.$/)
  })

  test('follows h', async () => {
    const { caption, to } = await panel(of('relu(x)', 0.001))
    await to(-4)
    expect(caption()).toMatch(/^No valley/)
    await to(-1)
    await nextTick()
    expect(caption()).toMatch(/^A kink lies inside ±h: with h = 1e−1 the slope is 0.01 to the left and 1 to the right/)
  })
})
