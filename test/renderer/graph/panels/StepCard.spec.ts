import { buildGraph, fromNested, type GraphDocument, parseProgram, registerOperation, runGraph, optimizerSpec } from '@core'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { nextTick } from 'vue'
import StepCard from '../../../../renderer/graph/panels/StepCard.vue'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { softplus } from '../../../fixtures/softplus'
import { fakeMain, show } from '../../lab'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

type Phase = 'forward' | 'start' | 'backward' | 'update'
const formulas = (root: Element) => [...root.querySelectorAll('annotation')].map(node => node.textContent)

async function card(document: GraphDocument, node: string, phase: Phase, hidden: readonly string[] = []) {
  useGraph().show(document, { key: 'test', hidden: () => hidden })
  return await at(node, phase)
}
async function at(node: string, phase: Phase) {
  const graph = useGraph()
  graph.goTo(graph.trace.steps.findIndex(step => step.phase === phase && step.node === node) + 1)
  const view = await show(StepCard)
  return {
    view, phase: view.attributes('data-phase'), title: view.get('h2').text(), said: view.get('.phase').text(),
    sentence: view.findAll('.what > p').find(p => !/phase|typed|remark/.test(p.classes().join(' ')))!,
    headings: view.findAll('h3').map(h3 => h3.text()),
  }
}
const product: GraphDocument = { expression: 'z = x * y', inputs: { x: 3, y: 5 } }

describe('the step in words', () => {
  test('before the first step explains what the inputs wait for', async () => {
    useGraph().show(product, { key: 'test', position: 'start' })
    const view = await show(StepCard)
    expect([view.attributes('data-phase'), view.get('.phase').text(), view.get('h2').text()]).toEqual(['ready', 'before the first step', 'Nothing is computed yet'])
    expect(view.text()).toContain('Only the inputs are known.')
    expect(view.findAll('section')).toHaveLength(1)
  })

  test('forward names the operation, the typed text, and that it knows nothing else', async () => {
    const { view, phase, title, said, sentence, headings } = await card(product, 'z', 'forward')
    expect([phase, title, said, view.get('.typed').text(), headings]).toEqual(['forward', 'Multiplication', 'forward pass', 'x * y', ['What it computes']])
    expect([sentence.text(), sentence.classes()]).toEqual(['The node computes from what arrives, and knows nothing else of the graph.', []])
    expect(view.get('.numbers').classes()).toContain('forward')
    expect(view.find('svg').exists()).toBe(false)
  })

  test('calls an operation without texts by its own name', async () => {
    onTestFinished(registerOperation(softplus))
    const graph: GraphDocument = { expression: 'z = softplus(x)', inputs: { x: 3 } }
    const forward = await card(graph, 'z', 'forward')
    expect(forward.title).toBe('softplus')
    forward.view.unmount()
    const { view, title } = await card(graph, 'z', 'backward')
    expect([title, view.text().includes('graph.operation'), view.findAll('.what > p:not(.phase, .typed)').length]).toEqual(['softplus', false, 0])
  })

  test('at the output begins with 1, or with the upstream gradient', async () => {
    const one = await card(product, 'z', 'start')
    expect([one.phase, one.said, one.sentence.text().endsWith('So the backward pass begins with 1.'), one.headings]).toEqual(['start', 'backward pass begins', true, []])
    one.view.unmount()
    const other = await card({ ...product, upstream: 1.3 }, 'z', 'start')
    expect(other.sentence.text()).toContain('came from further upstream')
    expect(formulas(other.view.element)).toEqual(['\\frac{\\partial L}{\\partial z} = \\backward{1.3}'])
  })

  test('backward explains what the operation does to the upstream gradient', async () => {
    const { view, phase, said, sentence, headings } = await card(product, 'z', 'backward')
    expect([phase, said, sentence.text()]).toEqual(['backward', 'backward pass', 'Each input gets the upstream gradient times the other input: the two change places.'])
    expect([headings[0], headings[1]?.startsWith('Arrives from upstream')]).toEqual(['What it had computed', true])
    expect(view.findAll('.receiver .to').map(to => to.text())).toEqual(['← x', '← y'])
  })

  test('of an update names the parameter', async () => {
    const { view, title, said, sentence, phase } = await card({ ...product, parameters: ['x'] }, 'x', 'update')
    expect([phase, title, said, view.find('.typed').exists()]).toEqual(['update', 'x moves against its gradient', 'update', false])
    expect(sentence.text()).toContain('A small step the other way makes it shrink.')
    expect(view.get('.numbers').classes()).not.toContain('forward') // its formula uses both colours
  })

  test('of an update by another optimizer names that, and does not claim that it goes against the gradient', async () => {
    const graph = buildGraph(parseProgram('L = w * x'))
    const inputs = new Map([['w', fromNested(2)], ['x', fromNested(3)]])
    useGraph().showRun(runGraph(graph, inputs, { parameters: ['w'], update: { optimizer: optimizerSpec('adam', 0.001), make: () => new Map([['w', fromNested(1.9)]]) } }), 'network')
    const { title, sentence } = await at('w', 'update')
    expect([title, sentence.text().startsWith('Adam weighs in')]).toEqual(['w after the update by Adam', true])
  })

  test('that fails is marked, and gives the reason instead', async () => {
    const { view, sentence } = await card({ expression: 'log(x)', inputs: { x: -1 } }, 'n1', 'forward')
    expect([sentence.classes(), sentence.text()]).toEqual([['problem'], 'log is defined only for numbers above 0, found -1.'])
    expect([view.get('h2 svg').attributes('aria-hidden'), view.find('.numbers').exists(), view.text().includes('answer first')]).toEqual(['true', false, false])
  })

  test('whose numbers are hidden says that they are asked for', async () => {
    const { view } = await card(product, 'z', 'forward', ['value:x'])
    expect([view.find('.numbers').exists(), view.get('.local').text().includes('An open question is about this')]).toEqual([false, true])
  })

  test('that a question asks for tells neither what the node computes nor how', async () => {
    const { view } = await card(product, 'z', 'forward', ['value:z'])
    expect([view.find('.local .katex').exists(), view.get('.what').text().includes('An open question is about this')]).toEqual([false, true])
  })

  // L7 asks what an addition sends back, beside a panel that said it.
  test.each([
    ['a question asks what it sends', ['gradient:n'], false], ['a question asks what another node of the same operation sends', ['gradient:y'], false],
    ['nothing is asked', [], true], ['a question asks for the gradient that arrives', ['gradient:z'], true],
  ])('backward through an addition has a rule in words, formulas and numbers unless asked for: %s', async (_, hidden, told) => {
    const { view } = await card({ expression: 'n = x + y; z = n + 5', inputs: { x: 3, y: 5 } }, 'z', 'backward', hidden)
    const text = view.text()
    expect([text.includes('unchanged'), view.findAll('.working .small').length > 0, text.includes('An open question is about this')]).toEqual([told, told, !told])
  })

  // Cause: a hidden output left a backward step without numbers and without an explanation.
  test('and so it does backward', async () => {
    const { view } = await card(product, 'z', 'backward', ['value:z'])
    expect([view.find('.numbers').exists(), view.get('.local').text().includes('An open question is about this')]).toEqual([false, true])
  })

  test('gives matrices the full width, wherever they are', async () => {
    const wide = async (document: GraphDocument, node: string, phase: Phase, hidden: readonly string[] = []) => {
      const { view } = await card(document, node, phase, hidden)
      const is = view.classes().includes('wide')
      view.unmount()
      await nextTick()
      return is
    }
    const dot: GraphDocument = { expression: 'y = dot(x, w); L = sum(y)', inputs: { x: [[1, 2]], w: [[3], [4]] } }
    expect([await wide(product, 'z', 'forward'), await wide(product, 'z', 'backward'), await wide(dot, 'y', 'forward'), await wide(dot, 'y', 'backward')]).toEqual([false, false, true, true])
    // the working is hidden: only the outgoing gradient is a matrix
    expect(await wide(dot, 'y', 'backward', ['value:y'])).toBe(true)
  })
})

test('the gradient of a label is said to be used by nothing, and only that', async () => {
  const { view } = await card({ expression: 'softmaxWithLoss(x, t)', inputs: { x: [[1, 2]], t: [[0, 1]] } }, 'n1', 'backward')
  expect(view.findAll('.receiver').map(row => [row.get('code').text(), row.classes('unused'), row.text().includes('its gradient is not needed')])).toEqual([['x', false, false], ['t', true, true]])
})
