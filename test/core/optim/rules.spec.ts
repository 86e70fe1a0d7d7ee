import { createReferenceOps, optimizerDefinition, type OptimizerName, optimizerSpec, Slot, Tensor } from '@core'
import { describe, expect, test } from 'vitest'

const names = ['sgd', 'momentum', 'adagrad', 'rmsprop', 'adam'] as const satisfies readonly OptimizerName[]
const learningRate = 0.25
const gradients = [0.5, -2, 0.125, 3]

/** The weight after each update of the optimizer. */
function computed(name: OptimizerName): number[] {
  const ops = createReferenceOps('float64')
  const slot = (value: number) => {
    const of = () => Tensor.from([value], [1], 'float64')
    return new Slot(of(), Tensor.zeros([1], 'float64'))
  }
  const W = Object.assign(slot(1), { before: Tensor.zeros([1], 'float64') })
  const b = Object.assign(slot(0), { before: Tensor.zeros([1], 'float64') })
  const params = [{ path: 'affine1.W', slot: W, decay: true }, { path: 'affine1.b', slot: b, decay: false }] as never
  const optimizer = optimizerDefinition(name).create({ optimizer: optimizerSpec(name, learningRate), weightDecay: 0 }, params, ops.arena())
  return gradients.map((gradient) => {
    W.grad!.data[0] = gradient
    optimizer.step(ops)
    return W.value.data[0]!
  })
}

/** The update rule written in plain JavaScript: state first, then the parameter. */
function read(lines: readonly string[]) {
  const code = lines.map(line => line
    .replaceAll(/(\d) (?=[a-zA-Z])/g, '$1 * ').replaceAll('dW²', '(dW ** 2)')
    .replaceAll('m̂', '(m / (1 - 0.9 ** t))').replaceAll('√v̂', 'Math.sqrt(v / (1 - 0.999 ** t))').replaceAll('√h', 'Math.sqrt(h)')
    .replaceAll('←', '=').replaceAll('−', '-').replaceAll('·', '*').replaceAll('η', 'eta').replaceAll('ε', '1e-7')).join('; ')
  return new Function('state', 'dW', 't', `let { W, v, h, m } = state; const eta = ${learningRate}; ${code}; return { W, v, h, m }`) as (state: object, dW: number, t: number) => { W: number }
}
function written(lines: readonly string[]): number[] {
  const rule = read(lines)
  let state: { W: number } = { W: 1, v: 0, h: 0, m: 0 } as { W: number }
  return gradients.map((dW, i) => {
    state = rule(state, dW, i + 1)
    return state.W
  })
}
const plainOf = (latex: string) => latex
  .replaceAll(/\\frac\{\\partial (?:L|loss)\}\{\\partial (?:W|W1)\}/g, 'dW').replaceAll('\\hat m', 'm̂').replaceAll('\\sqrt{\\hat v}', '√v̂').replaceAll('\\sqrt{h}', '√h').replaceAll('\\eta dW', '\\eta \\cdot dW')
  .replaceAll(/\\frac\{([^{}]*)\}\{([^{}]*)\}/g, '($1) / ($2)').replaceAll('\\leftarrow', '←').replaceAll('-', '−').replaceAll('\\cdot', '·').replaceAll('\\eta', 'η').replaceAll('\\varepsilon', 'ε').replaceAll('\\,', ' ')
  .replaceAll('η (', 'η · (').replaceAll(/\) dW/g, ') · dW').replaceAll(/W1/g, 'W')

describe.each(names)('the printed rule of %s', (name) => {
  const { stateUpdates, parameterUpdate, latex } = optimizerDefinition(name).rule(optimizerSpec(name, learningRate))

  test('is what is computed, update by update', () => {
    const [found, wanted] = [written([...stateUpdates, parameterUpdate]), computed(name)]
    found.forEach((W, i) => { expect(W).toBeCloseTo(wanted[i]!, 12) })
  })

  test('names each state variable once', () => {
    const kept = stateUpdates.map(line => line.split(' ')[0])
    expect(kept).toEqual({ sgd: [], momentum: ['v'], adagrad: ['h'], rmsprop: ['h'], adam: ['m', 'v'] }[name])
    expect(parameterUpdate.startsWith('W ← ')).toBe(true)
  })

  test.each([['W', undefined], ['W1', 'loss']] as const)('is the same in LaTeX, for the parameter %s', (W, outer) => {
    const parts = latex(W, outer).split(',\\quad ')
    const rule = [...parts.length > 1 || name === 'sgd' ? [] : stateUpdates, ...parts.map(plainOf)]
    const [found, wanted] = [written(rule), computed(name)]
    found.forEach((value, i) => { expect(value, rule.join('; ')).toBeCloseTo(wanted[i]!, 12) })
    expect(latex(W, outer)).toContain(W)
    if (name !== 'adam') expect(latex(W, outer)).toContain(`\\partial ${outer ?? 'L'}}`)
  })
})
