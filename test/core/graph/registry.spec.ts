import { buildGraph, formulaOf, functionNames, type GraphDocument, latexOf, momentAt, numericSlope, numpyOf, type Operation, parseProgram, printProgram, pytorchOf, readGraphDocument, registerOperation, symbolOf, traceOf, typescriptOf, usageOf, writeGraphDocument } from '@core'
import { afterEach, describe, expect, test } from 'vitest'
import { softplus } from '../../fixtures/softplus'

let takeAway: (() => void) | undefined
afterEach(() => {
  takeAway?.()
  takeAway = undefined
})
const register = (operation: Operation = softplus) => { takeAway = registerOperation(operation) }
const refusal = (work: () => unknown) => {
  try { work() }
  catch (cause) { return cause as { code: string, details: Record<string, unknown>, message: string } }
  return null
}
const document: GraphDocument = { expression: 'y = softplus(w * x)', inputs: { w: 2, x: [0, -1.5, 30] } }

describe('one call adds an operation that', () => {
  test('is typed, listed and printed', () => {
    register()
    expect(functionNames()).toContain('softplus')
    expect(usageOf('softplus')).toBe('softplus(x)')
    expect(printProgram(parseProgram('softplus( a+b )'))).toBe('softplus(a + b)')
    expect(refusal(() => parseProgram('softplus(a, b)'))).toMatchObject({ code: 'graph.argumentCount', details: { wanted: 'softplus(x)' } })
  })

  test('is computed, differentiated and stepped', () => {
    register()
    const trace = traceOf(document)
    expect(trace.problem).toBeNull()
    const y = trace.forward.values.get('y')!.data
    expect([y[0], y[1], y[2]]).toEqual([Math.LN2, expect.closeTo(Math.log(1 + Math.exp(-3)), 15), 60])
    const inputs = new Map([['w', { shape: [], data: [2] }], ['x', { shape: [3], data: [0, -1.5, 30] }]])
    expect(trace.backward.gradients.get('w')!.data[0]).toBeCloseTo(numericSlope(trace.graph, inputs, { name: 'w', h: 1e-5 }), 7)
    expect(momentAt(trace, trace.steps.length).gradients.get('x')!.data).toHaveLength(3)
  })

  test('has a symbol to be drawn and formulas to be shown', () => {
    register()
    expect(symbolOf('softplus')).toBe('softplus')
    expect(formulaOf('softplus')).toMatchObject({ forward: 'y = \\log(1 + \\exp x)', local: ['\\frac{\\partial y}{\\partial x} = \\frac{1}{1 + \\exp(-x)}'] })
  })

  test('is exported as NumPy, PyTorch, TypeScript and LaTeX', () => {
    register()
    expect(numpyOf(document).text).toContain('class Softplus:')
    expect(numpyOf(document).text).toContain('softplus1 = Softplus()')
    expect(pytorchOf(document).text).toContain('y = torch.nn.functional.softplus(w * x)')
    expect(typescriptOf(document).text).toContain('y = softplus(w * x)')
    expect(latexOf(document).text).toContain('y &= \\log(1 + \\exp')
  })

  test('is saved and opened', () => {
    register()
    expect(readGraphDocument(writeGraphDocument(document), 'graph.json')).toEqual(document)
  })

  test('goes away again, and its name with it', () => {
    const names = functionNames()
    register()
    takeAway!()
    expect(functionNames()).toEqual(names)
    expect(refusal(() => parseProgram('softplus(x)'))).toMatchObject({ code: 'graph.unknownFunction' })
  })
})

describe('a document keeps its meaning when an operation joins:', () => {
  test('an input of the same name stays an input', () => {
    const before = ['softplus + 1', 'softplus = a * 2; softplus^2', 'x - softplus * softplus'].map(text => buildGraph(parseProgram(text)).nodes)
    register()
    expect(['softplus + 1', 'softplus = a * 2; softplus^2', 'x - softplus * softplus'].map(text => buildGraph(parseProgram(text)).nodes)).toEqual(before)
  })

  test('where an input has the name, a bracket after it still lacks its operator', () => {
    register()
    expect(refusal(() => parseProgram('softplus = a * 2; softplus(3)'))).toMatchObject({ code: 'graph.missingTimes', details: { name: 'softplus' } })
  })

  test('a name and a value without an operator between them are taken for a call without brackets', () => {
    register()
    expect(refusal(() => parseProgram('2 * softplus x'))).toMatchObject({ code: 'graph.unexpected', details: { wanted: 'softplus(x)', suggestion: 'softplus(x)' } })
  })

  test('an exported program keeps its names', () => {
    const named: GraphDocument = { expression: 'Softplus * x', inputs: { Softplus: 2, x: 3 } }
    const before = numpyOf(named).text
    register()
    expect(numpyOf(named).text).toBe(before)
    expect(numpyOf({ expression: 'softplus(Softplus)', inputs: { Softplus: 2 } }).text).toContain('Softplus_ = 2.0')
  })
})

describe('an operation is refused', () => {
  test.each<[string, Partial<Operation>]>([
    ['with a name that is taken', { name: 'exp' }], ['with a name that is no word', { name: 'soft plus' }], ['with a capital first letter', { name: 'Softplus' }],
    ['as an operator', { syntax: { kind: 'operator', sign: '~', rank: 3, arity: 1 } }], ['that reserves its name', { syntax: { kind: 'function', args: ['x'], reserved: true } }],
    ['with an unknown part', { parts: [{ key: 'out', operation: 'nowhere', args: [0] }] }],
  ])('%s', (_, change) => {
    expect(refusal(() => { takeAway = registerOperation({ ...softplus, ...change }) })).toMatchObject({ code: 'internal' })
  })

  test('without code', () => {
    const bare = Object.fromEntries(Object.entries(softplus).filter(([key]) => key !== 'code')) as unknown as Operation
    expect(refusal(() => { takeAway = registerOperation(bare) })).toMatchObject({ code: 'internal' })
  })
})

test.each([['swoosh(x)', 'swoosh'], ['1 + softplus(x) * 2', 'softplus'], ['attention(x, x, x)', 'attention']])('a file with the unknown function of %s says which one', (expression, found) => {
  const bytes = new TextEncoder().encode(JSON.stringify({ format: 'backprop-lab-graph', version: 1, expression, inputs: {} }))
  expect(refusal(() => readGraphDocument(bytes, 'graph.json'))).toMatchObject({ code: 'graphFile.operation', details: { file: 'graph.json', found } })
})
