import type { GraphDocument } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { examples } from '../../../../renderer/stores/graph/examples'
import CodePanel from '../../../../renderer/graph/panels/CodePanel.vue'
import ExpressionBar from '../../../../renderer/graph/workspace/ExpressionBar.vue'
import GraphTransport from '../../../../renderer/graph/workspace/GraphTransport.vue'
import InputsPanel from '../../../../renderer/graph/panels/InputsPanel.vue'
import CellPanel from '../../../../renderer/graph/panels/CellPanel.vue'
import StepCard from '../../../../renderer/graph/panels/StepCard.vue'
import { useCell } from '../../../../renderer/stores/graph/cell'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain, show, toPlayground } from '../../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const shopping: GraphDocument = { expression: '(apple * n + orange * m) * tax', inputs: { apple: 100, n: 2, orange: 150, m: 3, tax: 1.1 } }

async function mounted(component: Parameters<typeof show>[0], document = shopping, position: 'start' | 'forward' | 'end' = 'start') {
  fakeMain()
  toPlayground()
  const graph = useGraph()
  graph.show(document, { position, key: 'test' })
  return { graph, view: await show(component) }
}
/** LaTeX of all visible formulas. */
const formulas = (root: Element) => [...root.querySelectorAll('annotation')].map(node => node.textContent)

describe('the expression', () => {
  test('is followed during typing', async () => {
    const { graph, view } = await mounted(ExpressionBar)
    await view.get('textarea').setValue('apple * n')
    expect(graph.document.expression).toBe('apple * n')
    expect(view.find('[role=alert]').exists()).toBe(false)
  })

  test('that is invalid is underlined at its character and explained; the last valid one is named', async () => {
    const { graph, view } = await mounted(ExpressionBar)
    await view.get('textarea').setValue('apple * n + )')
    const alert = view.get('[role=alert]')
    expect(alert.text()).toContain('Character 13')
    expect(alert.text()).toContain(shopping.expression)
    expect(view.get('mark').text()).toBe(')')
    expect(view.get('textarea').attributes('aria-invalid')).toBe('true')
    expect(view.get('textarea').attributes('aria-describedby')).toBe(alert.attributes('id'))
    graph.undo()
    await nextTick()
    expect((view.get('textarea').element as HTMLTextAreaElement).value).toBe(shopping.expression)
  })
})

describe('the transport', () => {
  test('offers the possible actions, with their keys', async () => {
    const { graph, view } = await mounted(GraphTransport)
    const disabled = () => view.findAll('button').filter(button => button.attributes('disabled') !== undefined).map(button => button.attributes('aria-label'))
    expect(disabled()).toEqual(['Back to the start', 'One step back'])
    expect(view.findAll('button').map(button => button.attributes('aria-keyshortcuts'))).toEqual(['Home', 'ArrowLeft', 'Space', 'ArrowRight', 'End', 'F', 'B'])
    graph.toEnd()
    await nextTick()
    expect(disabled()).toEqual(['Forward'])
    graph.toEnd()
    await nextTick()
    expect(disabled()).toEqual(['One step on', 'To the end of this pass', 'Forward', 'Backward'])
  })

  test('moves to any step by its timeline, and says where that is', async () => {
    const { graph, view } = await mounted(GraphTransport)
    const line = view.get('.scrubber input')
    await line.setValue('7')
    expect(graph.position).toBe(7)
    expect(line.attributes('aria-valuetext')).toBe('7 / 9: backward pass')
  })
})

describe('the step', () => {
  test('before the first one explains what to do', async () => {
    const { view } = await mounted(StepCard)
    expect(view.get('h2').text()).toBe('Nothing is computed yet')
  })

  test('forward shows the formula and the substituted numbers', async () => {
    const { graph, view } = await mounted(StepCard)
    graph.next()
    await nextTick()
    expect(view.get('h2').text()).toBe('Multiplication')
    expect(formulas(view.element)).toEqual(expect.arrayContaining(['{n_{1}} = \\mathrm{apple} \\times n', '100 \\times 2 = 200']))
  })

  test('at the output shows why the backward pass begins with 1', async () => {
    const { graph, view } = await mounted(StepCard, shopping, 'forward')
    graph.next()
    await nextTick()
    expect(view.text()).toContain('begins with 1')
    expect(formulas(view.element)).toEqual(['\\frac{\\partial L}{\\partial L} = \\backward{1}'])
  })

  test('backward shows upstream, local derivative and their product for each input', async () => {
    const { graph, view } = await mounted(StepCard, shopping, 'forward')
    graph.next()
    graph.next()
    await nextTick()
    expect(formulas(view.element)).toEqual(expect.arrayContaining([
      '\\frac{\\partial L}{\\partial L} = 1',
      '\\frac{\\partial L}{\\partial {n_{3}}} = \\mathrm{tax} = 1.1', '1 \\times 1.1 = 1.1',
      '\\frac{\\partial L}{\\partial \\mathrm{tax}} = {n_{3}} = 650', '1 \\times 650 = 650',
    ]))
    expect(view.findAll('.letters li').map(row => row.get('code').text())).toEqual(['(apple * n + orange * m)'])
  })

  // Cause: the formulas used letters of their own, which may also be names in the graph.
  describe('uses the graph’s own names', () => {
    async function stepOf(expression: string, node: string, phase: 'forward' | 'backward' = 'forward', more: Partial<GraphDocument> = {}) {
      const { graph, view } = await mounted(StepCard, { expression, inputs: {}, ...more }, 'end')
      graph.goTo(graph.trace.steps.findIndex(step => step.phase === phase && step.node === node) + 1)
      await nextTick()
      return { shown: formulas(view.element), told: view.findAll('.letters li').map(row => [row.get('annotation'), ...row.findAll('code')].map(part => part.text()).join(' = ')) }
    }
    const slopes = (shown: readonly (string | null)[]) => shown.filter(text => text!.startsWith('\\frac{\\partial'))

    test.each<[string, string, string, readonly string[]]>([
      ['max(0, x)', 'n1', 'L = \\max(0, x)', []],
      ['y = x^2 + 3', 'y', 'y = {n_{1}} + 3', ['n_{1} = x^2']],
      ['y = x^2 + 3', 'n1', '{n_{1}} = x^{2}', []],
      ['z - y', 'n1', 'L = z - y', []],
      ['y * x / z', 'n2', 'L = \\frac{{n_{1}}}{z}', ['n_{1} = y * x']],
      ['L * 2', 'n1', '{n_{1}} = L \\times 2', []],
      ['n1 + x * y', 'n3', 'L = {n_{1}} + {n_{2}}', ['n_{2} = x * y']],
      ['사과 * -2', 'n1', 'L = \\text{사과} \\times (-2)', []],
      ['t = x + y; t * t', 'n1', 'L = t \\times t', []],
      ['y = sigmoid(x)', 'y', 'y = \\frac{1}{1 + \\exp(-x)}', []],
      ['softmax(W1)', 'n1', 'L_k = \\frac{\\exp({W_{1}}_k)}{\\sum_i \\exp({W_{1}}_i)}', []],
    ])('%s at %s: %s', async (expression, node, formula, told) => {
      const step = await stepOf(expression, node)
      expect(step.shown[0]).toBe(formula)
      expect(step.told).toEqual(told)
    })

    test('in the slopes, and none under the ∂ for a constant', async () => {
      const { shown } = await stepOf('y = x^2 + 3', 'n1', 'backward', { inputs: { x: 5 } })
      expect(slopes(shown)).toEqual(['\\frac{\\partial y}{\\partial n_{1}} = 1', '\\frac{\\partial {n_{1}}}{\\partial x} = 2 \\cdot x^{2 - 1} = 10'])
      expect(shown.join(' ')).not.toContain('\\partial 2')
    })

    test('and L for what lies beyond the output, unless an input has that name', async () => {
      expect((await stepOf('z = x * y', 'z', 'backward', { upstream: 1.3 })).shown).toContain('\\frac{\\partial L}{\\partial z} = 1.3')
      expect((await stepOf('z = L * y', 'z', 'backward', { upstream: 1.3 })).shown).toContain('\\frac{\\partial E}{\\partial z} = 1.3')
    })

    test('in an opened group a letter that is used nowhere else', async () => {
      const { shown, told } = await stepOf('y = sigmoid(x)', 'y/exp', 'forward', { opened: ['y'] })
      const [, out, arg] = /^(\w) = \\exp\((\w)\)$/.exec(shown[0]!)!
      expect(new Set(['x', 'y', out, arg]).size).toBe(4)
      expect(told).toEqual([`${arg} = x \\times (-1)`])
    })
  })

  // Cause: one undefined slope ended the run, and the panel showed nothing of the known values.
  describe('an undefined gradient', () => {
    const document: GraphDocument = { expression: 'sqrt(x) + y', inputs: { x: 0, y: 1 } }
    test('is reported at the node that cannot send one, and the run continues', async () => {
      const { graph, view } = await mounted(StepCard, document, 'end')
      expect(graph.atEnd).toBe(true)
      expect(view.text()).toContain('the derivative is not finite here')
      expect(view.get('.missing').text()).toBe('No gradient reaches x: sqrt(x) can send none.')
      expect(view.html()).not.toContain('NaN')
      graph.back()
      await nextTick()
      expect(view.find('.missing').exists()).toBe(false)
      expect(formulas(view.element)).toContain('1 \\times 1 = 1')
    })

    // Cause: x received 0 next to an upstream dash, and nothing explained where the 0 came from.
    test('of a part whose group sends its own is reported as the group’s', async () => {
      const { graph, view } = await mounted(StepCard, { expression: 'sigmoid(x)', inputs: { x: -800 }, opened: ['n1'] }, 'end')
      expect(graph.moment.gradients.get('x')?.data).toEqual([0])
      expect(view.findAll('.own').map(row => row.text())).toEqual(['sigmoid sends this as one piece; part by part it would be lost.'])
      graph.show({ expression: 'sigmoid(x)', inputs: { x: -2 }, opened: ['n1'] }, { position: 'end', key: 'mild' })
      await nextTick()
      expect(view.find('.own').exists()).toBe(false)
    })

    test('leaves the inputs the existing ones, and a sentence for the other', async () => {
      const { view } = await mounted(InputsPanel, document, 'end')
      expect(view.findAll('output').map(cell => cell.text())).toEqual(['–', '1'])
      expect(view.findAll('.missing').map(row => row.text())).toEqual(['No gradient reaches x: sqrt(x) can send none.'])
    })

    test('is a dash and a sentence for the cell', async () => {
      const { view } = await mounted(CellPanel, { expression: 'sum(sqrt(x))', inputs: { x: [0, 4] } }, 'end')
      const cells = useCell()
      cells.go({ node: 'x', cell: 0, of: 'gradient' })
      await nextTick()
      expect(view.get('h3').text()).toContain('= –')
      expect(view.get('.missing').text()).toContain('sqrt(x)')
      expect(view.html()).not.toContain('NaN')
      cells.move({ cell: 1 })
      await nextTick()
      expect(view.get('h3').text()).toContain('= 0.25')
      expect(view.find('.missing').exists()).toBe(false)
    })

    test('is not confused with the start of the backward pass at an input that the output does not use', async () => {
      const { view } = await mounted(CellPanel, { expression: 'unused = a * 2; c + 1', inputs: {} }, 'end')
      useCell().go({ node: 'a', cell: 0, of: 'gradient' })
      await nextTick()
      expect(view.text()).toContain('does not depend on this number')
    })
  })

  test('of an opened group whose parts lose precision is reported, and no false working is shown', async () => {
    const { graph, view } = await mounted(StepCard, { expression: 'y = softmaxWithLoss(x, t)', inputs: { x: [[1000, 0]], t: [[0, 1]] }, opened: ['y'] }, 'forward')
    expect(view.get('.remark').text()).toContain('the result of softmaxWithLoss, computed in one step, is used')
    expect(formulas(view.element).join(' ')).not.toContain('1000')
    graph.goTo(graph.trace.steps.findIndex(({ node }) => node === 'y/log') + 1)
    await nextTick()
    expect(view.get('.remark').text()).toContain('Computed alone, this part overflows')
  })

  test('shows how the gradients of a value used twice add up', async () => {
    const { view } = await mounted(StepCard, { expression: 'y = x * x', inputs: { x: 3 } }, 'end')
    expect(view.findAll('.sum').map(row => row.text())).toEqual([expect.stringContaining('used 2 times')])
    expect(formulas(view.element)).toContain('3 + 3 = 6')
  })

  test('does not reveal what a lesson hides', async () => {
    const { graph, view } = await mounted(StepCard, shopping, 'end')
    graph.show(shopping, { hidden: () => ['gradient:apple', 'value:apple'] })
    await nextTick()
    const shown = formulas(view.element).join(' ')
    expect(shown).not.toContain('2.2')
    expect(shown).not.toContain('200')
  })

  test('does not reveal a hidden number in the working of another', async () => {
    const { graph, view } = await mounted(StepCard, { expression: 'Z = X * 3; Y = dot(Z, W); L = Y * 2', inputs: { X: [[0.25, 0.5]], W: [[2], [4]] } }, 'end')
    graph.goTo(graph.trace.steps.findIndex(({ phase, node }) => phase === 'backward' && node === 'Y') + 1)
    await nextTick()
    expect(formulas(view.element).join(' ')).toContain('0.75')
    graph.show(graph.document, { position: graph.position, hidden: () => ['value:Z'] })
    await nextTick()
    expect(view.text()).toContain('Arrives from upstream')
    const shown = formulas(view.element).join(' ')
    expect(shown).not.toContain('0.75')
    expect(shown).toContain('1.5') // the gradient of W, which nothing reads
  })

  test('explains why a node cannot be computed', async () => {
    const { view } = await mounted(StepCard, { expression: 'log(x)', inputs: { x: -1 } }, 'end')
    expect(view.text()).toContain('log is defined only for numbers above 0, found -1.')
  })

  test('an update goes against the gradient', async () => {
    const { view } = await mounted(StepCard, { expression: 'w * x', inputs: { w: 2, x: 3 }, parameters: ['w'], learningRate: 0.1 }, 'end')
    expect(view.get('h2').text()).toBe('w moves against its gradient')
    expect(formulas(view.element)).toContain('\\forward{2} - 0.1 \\times \\backward{3} = \\forward{1.7}')
  })
})

describe('the inputs', () => {
  const field = (view: Awaited<ReturnType<typeof mounted>>['view'], name: string) => view.get(`#input-${name}`)

  test('are edited, and the graph follows', async () => {
    const { graph, view } = await mounted(InputsPanel, shopping, 'end')
    await field(view, 'apple').setValue('200')
    expect(graph.document.inputs['apple']).toBe(200)
    await field(view, 'apple').trigger('keydown', { key: 'ArrowUp' })
    expect(graph.document.inputs['apple']).toBe(210)
    await nextTick()
    expect((field(view, 'apple').element as HTMLInputElement).value).toBe('210')
  })

  test('that are invalid are reported, and the previous value returns when the field is left', async () => {
    const { graph, view } = await mounted(InputsPanel)
    await field(view, 'apple').setValue('many')
    expect(view.get('[role=alert]').text()).toContain('many')
    expect(graph.document.inputs['apple']).toBe(100)
    await field(view, 'apple').trigger('blur')
    expect(view.find('[role=alert]').exists()).toBe(false)
    expect((field(view, 'apple').element as HTMLInputElement).value).toBe('100')
  })

  test('show the gradients that have arrived', async () => {
    const { graph, view } = await mounted(InputsPanel)
    const gradients = () => view.findAll('output').map(cell => cell.text())
    expect(gradients()).toEqual(['–', '–', '–', '–', '–'])
    graph.toEnd()
    graph.toEnd()
    await nextTick()
    expect(gradients()).toEqual(['2.2', '110', '3.3', '165', '650'])
  })

  test('can be matrices, and learn', async () => {
    const { graph, view } = await mounted(InputsPanel, examples.softmaxWithLoss, 'end')
    expect(view.text()).toContain('shape (2, 3)')
    await field(view, 'W').setValue('1 2 3; 4 5 6')
    expect(graph.document.inputs['W']).toEqual([[1, 2, 3], [4, 5, 6]])
    await view.findAll('.learn')[1]!.trigger('click')
    expect(graph.document.parameters).toEqual(['W'])
    expect(graph.trace.updated.size).toBe(1)
  })

  test('the upstream gradient at the output can differ from 1', async () => {
    const { graph, view } = await mounted(InputsPanel, { expression: 'x * y', inputs: { x: 10, y: 5 } }, 'end')
    const upstream = view.findAll('.more input')[0]!
    await upstream.setValue('1.3')
    expect(view.findAll('output').map(cell => cell.text())).toEqual(['6.5', '13'])
    await upstream.setValue('1')
    expect(graph.document).toEqual({ expression: 'x * y', inputs: { x: 10, y: 5 } })
  })
})

test('no program is shown or copied while a question about the graph is open', async () => {
  const { view, graph } = await mounted(CodePanel)
  const document: GraphDocument = { expression: 'x * y', inputs: { x: 3, y: 5 } }
  graph.show(document, { hidden: () => ['gradient:x'] })
  await nextTick()
  const languages = view.findAll('.segmented input')
  expect(languages).toHaveLength(5)
  for (const language of languages) {
    await language.setValue()
    expect([view.find('pre').exists(), view.find('button').exists(), view.text().includes('A question about this graph is open')]).toEqual([false, false, true])
  }
  graph.show(document, { hidden: () => [] })
  await nextTick()
  expect([view.find('pre').exists(), view.text().includes('A question about this graph is open')]).toEqual([true, false])
})

test('the code is copied as it is shown', async () => {
  const writeText = vi.fn(() => Promise.resolve())
  vi.stubGlobal('navigator', { clipboard: { writeText } })
  const { view } = await mounted(CodePanel)
  const code = () => view.get('pre').text()
  expect(code()).toContain('class MulLayer')
  await view.get('.segmented input[value="pytorch"]').setValue()
  expect(code()).toContain('import torch')
  await view.get('button').trigger('click')
  await flushPromises()
  expect(writeText).toHaveBeenCalledWith((view.get('code').element).textContent)
})
