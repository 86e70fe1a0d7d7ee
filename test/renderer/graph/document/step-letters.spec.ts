import { type GraphDocument, lettersOf, type OperationNode, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { stepLetters } from '../../../../renderer/graph/document/step-letters'

function lettersAt(document: Partial<GraphDocument> & Pick<GraphDocument, 'expression'>, id: string) {
  const { graph, upstream } = traceOf({ inputs: {}, ...document })
  return stepLetters(graph, graph.byId.get(id) as OperationNode, lettersOf(graph, upstream, ['L', 'E', 'J', 'F']))
}

describe('the letters of a step', () => {
  test('are the graph’s own names, none of which needs an explanation', () => {
    expect(lettersAt({ expression: 'z = apple * W1' }, 'z')).toMatchObject({ naming: { args: ['\\mathrm{apple}', 'W_{1}'], out: 'z', outer: 'z' }, explained: [] })
  })

  test('explain an unnamed value by the typed text, once for both arguments', () => {
    const { naming, explained } = lettersAt({ expression: 'a = x + 1; (x * y) + (x - y)' }, 'n3')
    expect([naming.args, explained]).toEqual([['n_{1}', 'n_{2}'], [{ letter: 'n_{1}', name: '(x * y)' }, { letter: 'n_{2}', name: '(x - y)' }]])
  })

  test('do not explain a definition or an input, which have names', () => {
    expect(lettersAt({ expression: 't = x + y; t * 3' }, 'n1').explained).toEqual([])
  })
})

// A part of an opened group has no name in the graph: it gets a letter that is used nowhere else.
describe('the parts of an opened group', () => {
  const names = ['y', 'x', 'u', 'v', 'w', 'p', 'q', 'r', 's', 'z']
  test.each(names.map((_, i) => i))('get letters of their own beside %i used ones', (taken) => {
    const others = names.slice(0, taken)
    const expression = `g = sigmoid(k)${others.map(name => ` + ${name}`).join('')}`
    const { graph } = traceOf({ expression, inputs: {} })
    const group = graph.nodes.find(node => node.kind === 'operation' && node.opens)!.id
    const opened = traceOf({ expression, inputs: {}, opened: [group] })
    const parts = opened.graph.nodes.filter(node => node.kind === 'operation' && node.group === group && node.id !== group)
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) {
      const { naming: { args, out } } = lettersAt({ expression, opened: [group] }, part.id)
      const made = [...new Set([...args, out])]
      expect(made.filter(letter => letter === '')).toEqual([])
      expect(made.filter(letter => others.includes(letter))).toEqual([])
      // two parts of one step get two letters
      const node = part as OperationNode
      expect(made).toHaveLength(new Set([...node.args, node.id]).size)
    }
  })

  test('use their own names when every letter is used', () => {
    const expression = `g = sigmoid(k) + ${names.join(' + ')}`
    const { graph } = traceOf({ expression, inputs: {} })
    const group = graph.nodes.find(node => node.kind === 'operation' && node.opens)!.id
    const { naming: { args, out } } = lettersAt({ expression, opened: [group] }, `${group}/exp`)
    expect([out, ...args].every(letter => letter.length > 1)).toBe(true)
  })

  test('have the same letters at each step: the probabilities of a loss are y, and never the output of log', () => {
    const document = { expression: 'L = softmaxWithLoss(A, T)', inputs: { A: [[1, 2]], T: [[0, 1]] }, opened: ['L'] }
    const [division, log] = ['L/y', 'L/log'].map(id => lettersAt(document, id))
    expect([division!.naming.out, log!.naming.args[0], log!.naming.out]).toEqual(['y', 'y', '\\ell'])
    expect(log!.explained).toEqual([{ formula: 'y = \\frac{u}{S}' }])
    expect([log!.of('L/y'), log!.of('A')]).toEqual(['y', null])
  })

  test('that are read twice have one letter', () => {
    const { naming: { args } } = lettersAt({ expression: 'y = identityWithLoss(a, b)', opened: ['y'] }, 'y/square')
    expect(new Set(args).size).toBe(1)
  })
})
