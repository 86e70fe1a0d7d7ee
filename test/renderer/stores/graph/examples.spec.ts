import { locales, texts } from '@contract'
import { traceOf } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope } from 'vue'
import CellPanel from '../../../../renderer/graph/panels/CellPanel.vue'
import ExamplesList from '../../../../renderer/graph/panels/ExamplesList.vue'
import GraphTools from '../../../../renderer/graph/workspace/GraphTools.vue'
import NudgePanel from '../../../../renderer/graph/panels/NudgePanel.vue'
import { useGraphCommands } from '../../../../renderer/graph/workspace/useGraphCommands'
import { useShellCommands } from '../../../../renderer/shell/useShellCommands'
import SyntaxPopover from '../../../../renderer/graph/workspace/SyntaxPopover.vue'
import { exampleNames, examples } from '../../../../renderer/stores/graph/examples'
import { useCell } from '../../../../renderer/stores/graph/cell'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain, show } from '../../lab'

beforeEach(() => {
  fakeMain({ 'file:open': () => null, 'graph:save': () => null, 'weights:list': () => [] })
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

const close = (number: number) => expect.closeTo(number, 6) as number

describe('the examples', () => {
  const run = (name: keyof typeof examples) => {
    const trace = traceOf(examples[name])
    return { trace, value: trace.forward.values.get(trace.graph.output)!.data[0]!, gradient: (input: string) => [...trace.backward.gradients.get(input)!.data] }
  }

  test('have names in every language, and can all be run to the end', () => {
    for (const locale of locales) {
      const names = (texts[locale]['graph'] as { examples: Record<string, string> }).examples
      for (const name of exampleNames) expect(names[name]).toBeTruthy()
    }
    for (const name of exampleNames) expect([name, run(name).trace.problem, run(name).trace.backward.missing.size]).toEqual([name, null, 0])
    expect(Object.keys(examples)).toEqual([...exampleNames])
  })

  test('are the book\'s: apples and oranges with tax', () => {
    const { value, gradient } = run('apples')
    expect([value, ...['apple', 'count', 'orange', 'tax'].map(name => gradient(name)[0])]).toEqual([715, 2.2, 110, 3.3, 650].map(close))
  })

  test('a neuron: σ(1), and σ′ = σ(1 − σ) times the input', () => {
    const { value, gradient } = run('sigmoidNeuron')
    const y = 1 / (1 + Math.exp(-1))
    expect([value, gradient('w')[0], gradient('x')[0], gradient('b')[0]]).toEqual([y, -y * (1 - y), 2 * y * (1 - y), y * (1 - y)].map(close))
  })

  test('a loss of logistic regression: ln(1 + e^−½)', () => {
    const { value, gradient } = run('logLoss')
    const slope = -1 / (1 + Math.exp(0.5))
    expect([value, gradient('y')[0], gradient('t')[0]]).toEqual([Math.log(1 + Math.exp(-0.5)), slope, 0.5 * slope].map(close))
  })

  test('a value that is used twice: (3 + 1)², whose slope is 2 · 4', () => {
    const { value, gradient } = run('fanOut')
    expect([value, gradient('x')[0], gradient('y')[0]]).toEqual([16, 8, 8])
  })

  test('the three layers of the book, which learn', () => {
    const { trace, value, gradient } = run('threeLayers')
    expect([...trace.forward.values.get('y')!.data]).toEqual([0.31682708, 0.69627909].map(close))
    expect([value, gradient('y')[0], gradient('y')[1]]).toEqual([0.0963129, 0.31682708, -0.30372091].map(close))
    expect([...trace.updated.keys()].sort()).toEqual(['W1', 'W2', 'W3', 'b1', 'b2', 'b3'])
    expect(trace.updated.get('W3')!.data[0]).toBeCloseTo(0.1 - 0.1 * 0.19841, 5)
    expect(trace.forward.values.get('W1')!.data).toEqual([0.1, 0.3, 0.5, 0.2, 0.4, 0.6])
    expect(trace.forward.values.get('W2')!.data).toEqual([0.1, 0.4, 0.2, 0.5, 0.3, 0.6])
  })

  test('softmax with loss of one layer', () => {
    const { value, gradient } = run('softmaxWithLoss')
    const scores = [0.2 + 0.35 + 0.1, -0.4 + 0.05, 0.6 - 0.15 - 0.1]
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0)
    const y = scores.map(score => Math.exp(score) / sum)
    expect(value).toBeCloseTo(-Math.log(y[1]!), 6)
    expect(gradient('b')).toEqual([y[0]!, y[1]! - 1, y[2]!].map(close))
    expect(gradient('x')[0]).toBeCloseTo(0.2 * y[0]! - 0.4 * (y[1]! - 1) + 0.6 * y[2]!, 6)
    expect(gradient('x')[1]).toBeCloseTo(0.7 * y[0]! + 0.1 * (y[1]! - 1) - 0.3 * y[2]!, 6)
  })

  test('are loaded into the playground with a click, which can be undone; the current one is marked', async () => {
    const view = await show(ExamplesList)
    useGraph().show({ expression: 'a + b', inputs: {} }, { key: 'lesson' })
    const buttons = view.findAll('button')
    expect(buttons).toHaveLength(exampleNames.length)
    await buttons[1]!.trigger('click')
    expect([useGraph().key, useGraph().document, buttons[1]!.attributes('aria-current'), buttons[0]!.attributes('aria-current')]).toEqual(['playground', examples.sigmoidNeuron, 'true', undefined])
    expect(buttons[3]!.get('code').text()).toBe('t = x + y; z = t * t')
    useGraph().undo()
    expect(useGraph().document).toEqual(examples.apples)
  })
})

describe('the tools', () => {
  const scope = effectScope()
  afterAll(() => { scope.stop() })
  const tools = async () => {
    scope.run(() => {
      useShellCommands({ openSettings: () => undefined })
      useGraphCommands()
    })
    return await show(GraphTools)
  }

  test('undo, redo, open and save', async () => {
    const main = fakeMain({ 'file:open': () => null, 'graph:save': () => null, 'weights:list': () => [] })
    const view = await tools()
    const [, undo, redo, open, save] = view.findAll('button')
    expect([undo!.attributes('disabled'), redo!.attributes('disabled')]).toEqual(['', ''])
    useGraph().setInput('apple', 120)
    await flushPromises()
    await undo!.trigger('click')
    expect(useGraph().document.inputs['apple']).toBe(100)
    await redo!.trigger('click')
    expect(useGraph().document.inputs['apple']).toBe(120)
    await open!.trigger('click')
    await save!.trigger('click')
    expect([main.asked('file:open').length, main.asked('graph:save').length]).toEqual([1, 1])
  })

  test('undo also removes invalid typing', async () => {
    const view = await tools()
    useGraph().setExpression('apple * (')
    await flushPromises()
    expect(view.findAll('button')[1]!.attributes('disabled')).toBeUndefined()
  })

  test('list what can be typed, below their button and within the window', async () => {
    const view = await show(SyntaxPopover)
    expect(view.text()).toContain('softmaxWithLoss(')
    const sheet = view.get('.syntax').element as HTMLElement
    vi.spyOn(view.get('button').element, 'getBoundingClientRect').mockReturnValue({ right: 500, bottom: 40 } as DOMRect)
    const opened = (width: number, state = 'open') => {
      Object.defineProperty(sheet, 'offsetWidth', { value: width, configurable: true })
      sheet.dispatchEvent(Object.assign(new Event('toggle'), { newState: state }))
      return [sheet.style.left, sheet.style.top]
    }
    expect(opened(480, 'closed')).toEqual(['', ''])
    expect(opened(480)).toEqual(['20px', '44px'])
    expect(opened(600)).toEqual(['4px', '44px'])
  })
})

describe('an inspected cell', () => {
  const open = async (position: number | 'end' = 'end', hidden: string[] = []) => {
    useGraph().show({ expression: 'y = affine(x, W, b); z = relu(y); L = sum(z)', inputs: { x: [[1, 2]], W: [[1, -7, 3], [4, 0, 6]], b: [0.5, 1, -1] } }, { key: 'test', position, hidden: () => hidden })
    return await show(CellPanel)
  }
  /** Its name and its number, shown with three digits */
  const head = (view: Awaited<ReturnType<typeof open>>) => {
    const [name, number = ''] = view.get('.head').text().split('=')
    return `${name!.trim()} = ${Number(number.replace('−', '-'))}`.replace('-', '−')
  }

  test('is chosen by its node, at the largest number; constants have none', async () => {
    const view = await open()
    expect(view.find('.head').exists()).toBe(false)
    expect(view.findAll('option').slice(1).map(option => option.text())).toEqual(['x (1, 2)', 'W (2, 3)', 'b (3)', 'y (1, 3)', 'z (1, 3)', 'L'])
    await view.get('select').setValue('y')
    expect(head(view)).toBe('y₁,₃ = 14') // 1·3 + 2·6 − 1
    expect(view.get('.back').attributes('disabled')).toBe('')
    await view.get('select').setValue('W')
    expect(head(view)).toBe('W₁,₂ = −7')
    await view.get('.back').trigger('click')
    expect(head(view)).toBe('y₁,₃ = 14')
  })

  test('has a row and a column, within the tensor', async () => {
    const view = await open()
    await view.get('select').setValue('W')
    const [row, column] = view.findAll('.index input')
    await row!.setValue(2)
    await column!.setValue(3)
    expect(head(view)).toBe('W₂,₃ = 6')
    await row!.setValue(9)
    await column!.setValue(-3)
    expect(useCell().at?.cell).toBe(3)
    await column!.setValue(99)
    expect(useCell().at?.cell).toBe(5)
    await column!.setValue(1.5)
    expect(useCell().at?.cell).toBe(5)
    await view.get('select').setValue('b')
    expect(view.findAll('.index input')).toHaveLength(1) // a row vector has no rows
    await view.get('select').setValue('L')
    expect(view.find('.index').exists()).toBe(false)
  })

  test('shows where its number goes, and leads there', async () => {
    const view = await open()
    useCell().go({ node: 'x', cell: 1, of: 'value' })
    await flushPromises()
    const link = view.get('.onward .link')
    expect(link.text()).toMatch(/^y₁,₁ *and 2 more$/)
    await link.trigger('click')
    expect([useCell().at, useCell().way.length]).toEqual([{ node: 'y', cell: 0, of: 'value' }, 1])
  })

  test('may be the gradient’s, marked as one', async () => {
    const view = await open()
    useCell().go({ node: 'b', cell: 0, of: 'value' })
    await flushPromises()
    expect(head(view)).toBe('b₁ = 0.5')
    await view.findAll('.which [type=radio]')[1]!.setValue(true)
    expect(head(view)).toBe('∂b₁ = 1')
    expect(view.get('.head span').classes()).toContain('backward')
  })

  test('is not known before its step, and not shown while a lesson hides it', async () => {
    const early = await open(0)
    expect(early.findAll('option').slice(1)).toHaveLength(3)
    useCell().go({ node: 'y', cell: 0, of: 'value' })
    await flushPromises()
    const told = early.get('.work p').text()
    expect(early.find('.head output').exists()).toBe(false)
    const hidden = await open('end', ['value:y'])
    useCell().go({ node: 'y', cell: 0, of: 'value' })
    await flushPromises()
    expect(hidden.find('.head output').exists()).toBe(false)
    expect(hidden.get('.work p').text()).not.toBe(told)
  })

  test('whose working contains a hidden number shows no working', async () => {
    const view = await open('end', ['value:W'])
    useCell().go({ node: 'y', cell: 0, of: 'value' })
    await flushPromises()
    expect(view.html()).not.toContain('−7')
    expect(view.find('.work .muted').exists()).toBe(true)
  })
})

describe('nudging', () => {
  const rows = (view: Awaited<ReturnType<typeof show>>) => view.findAll('dd').map(cell => cell.text())

  test('moves one input in both directions and compares the slope with backpropagation', async () => {
    useGraph().show({ expression: 'x * x * y', inputs: { x: 3, y: 2 } }, { key: 'test' })
    const view = await show(NudgePanel)
    const h = 1e-4
    const [above, below] = [2 * (3 + h) ** 2, 2 * (3 - h) ** 2].map(value => Number(value.toPrecision(12)).toString())
    expect(rows(view).slice(0, 2)).toEqual([above, below])
    expect(Number(rows(view)[2])).toBeCloseTo(12, 6)
    expect(rows(view)[3]).toBe('12')
    expect(view.get('.h b').text()).toBe('1e−4')
    await view.get('select').setValue('y')
    expect(rows(view)[3]).toBe('9')
    await view.get('input[type=range]').setValue(-1.5)
    expect([view.get('.h b').text(), Number(rows(view)[0])]).toEqual(['3.16e−2', expect.closeTo(9 * (2 + 0.0316), 6)])
  })

  test('uses the input that is chosen in the graph, and one number of a tensor', async () => {
    useGraph().show({ expression: 'sum(x * w)', inputs: { x: [1, 2], w: [3, 4] } }, { key: 'test' })
    useGraph().select('w')
    const view = await show(NudgePanel)
    expect([(view.get('select').element as HTMLSelectElement).value, rows(view)[3]]).toEqual(['w', '1'])
  })

  test('has nothing to move without inputs, and shows nothing that a lesson hides', async () => {
    useGraph().show({ expression: '1 + 2', inputs: {} }, { key: 'test' })
    const none = await show(NudgePanel)
    expect([none.find('dl').exists(), none.find('.empty').exists()]).toEqual([false, true])
    useGraph().show({ expression: 'x * y', inputs: { x: 3, y: 2 } }, { key: 'hidden', hidden: () => ['gradient:x'] })
    const view = await show(NudgePanel)
    expect([view.find('dl').exists(), view.find('canvas').exists()]).toEqual([false, false])
    await view.get('select').setValue('y')
    expect(view.find('dl').exists()).toBe(false)
  })
})
