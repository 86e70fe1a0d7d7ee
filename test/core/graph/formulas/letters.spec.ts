import { describe, expect, test } from 'vitest'
import { formulaOf } from '../../../../core/graph/formulas'
import { operations, symbolOf } from '../../../../core/graph/operations'

interface Written { readonly symbol: string, readonly forward: string, readonly local?: readonly string[], readonly whole?: readonly string[] }
const or = (...rows: readonly (readonly [value: string, when: string])[]) => String.raw`\begin{cases} ${rows.map(([value, when]) => `${value} & (${when})`).join(String.raw` \\ `)} \end{cases}`
const raw = String.raw
const dY = raw`\frac{\partial L}{\partial Y}`
const dy = raw`\frac{\partial L}{\partial y}`

// Textbook notation: ∂ of each kind by the rules of calculus; matrices as in chapter 5.6. Symbols as the nodes are drawn.
const book: Readonly<Record<string, Written>> = {
  add: { symbol: '+', forward: 'z = x + y', local: ['1', '1'] },
  sub: { symbol: '−', forward: 'z = x - y', local: ['1', '-1'] },
  mul: { symbol: '×', forward: raw`z = x \times y`, local: ['y', 'x'] },
  div: { symbol: '/', forward: raw`z = \frac{x}{y}`, local: [raw`\frac{1}{y}`, raw`-\frac{x}{y^2}`] },
  pow: { symbol: 'xⁿ', forward: 'z = x^{y}', local: [raw`y \cdot x^{y - 1}`, raw`z \log x`] },
  neg: { symbol: '×−1', forward: 'y = -x', local: ['-1'] },
  exp: { symbol: 'exp', forward: raw`y = \exp(x)`, local: ['y'] },
  log: { symbol: 'log', forward: raw`y = \log x`, local: [raw`\frac{1}{x}`] },
  relu: { symbol: 'ReLU', forward: raw`y = \max(0, x)`, local: [or(['1', 'x > 0'], ['0', raw`x \le 0`])] },
  sigmoid: { symbol: 'sigmoid', forward: raw`y = \frac{1}{1 + \exp(-x)}`, local: ['y (1 - y)'] },
  tanh: { symbol: 'tanh', forward: raw`y = \tanh x`, local: ['1 - y^2'] },
  max: { symbol: 'max', forward: raw`z = \max(x, y)`, local: [or(['1', 'x > y'], [raw`\tfrac{1}{2}`, 'x = y'], ['0', 'x < y']), or(['1', 'y > x'], [raw`\tfrac{1}{2}`, 'y = x'], ['0', 'y < x'])] },
  sqrt: { symbol: '√', forward: raw`y = \sqrt{x}`, local: [raw`\frac{1}{2 y}`] },
  square: { symbol: 'x²', forward: 'y = x^2', local: ['2 x'] },
  reciprocal: { symbol: '1/x', forward: raw`y = \frac{1}{x}`, local: ['-y^2'] },
  logProbability: { symbol: 'log', forward: raw`y = \log x`, local: [raw`\frac{1}{x}`] },
  timesTarget: { symbol: '×', forward: raw`z = t \times x`, local: ['x', 't'] },
  sum: { symbol: 'Σ', forward: raw`y = \sum_i x_i`, local: ['1'] },
  rowSum: { symbol: 'Σ', forward: raw`y = \sum_k x_k`, local: ['1'] },
  rowMax: { symbol: 'max', forward: raw`y = \max_k x_k`, local: [or(['1', 'x_k = y'], ['0', 'x_k < y'])] },
  perRow: { symbol: '/N', forward: raw`y = \frac{x}{N}`, local: [raw`\frac{1}{N}`, '0'] },
  sin: { symbol: 'sin', forward: raw`y = \sin x`, local: [raw`\cos x`] },
  cos: { symbol: 'cos', forward: raw`y = \cos x`, local: [raw`-\sin x`] },
  abs: { symbol: '|·|', forward: raw`y = \left| x \right|`, local: [or(['1', 'x > 0'], ['0', 'x = 0'], ['-1', 'x < 0'])] },
  mean: { symbol: 'mean', forward: raw`y = \frac{1}{N} \sum_i x_i`, local: [raw`\frac{1}{N}`] },
  dot: { symbol: '·', forward: raw`Y = X \cdot W`, whole: [raw`${dY} \cdot W^T`, raw`X^T \cdot ${dY}`] },
  affine: { symbol: 'Affine', forward: raw`Y = X \cdot W + B`, whole: [raw`${dY} \cdot W^T`, raw`X^T \cdot ${dY}`, raw`\sum_n \left( ${dY} \right)_n`] },
  softmax: { symbol: 'Softmax', forward: raw`y_k = \frac{\exp(x_k)}{\sum_i \exp(x_i)}`, whole: [raw`y_k \left( ${dy}_k - \sum_i y_i ${dy}_i \right)`] },
  batchNormalization: {
    symbol: 'Batch Norm', forward: raw`y = \gamma \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta`,
    whole: [
      raw`\frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}} \left( ${dy} - \frac{1}{N} \sum_n ${dy} - \hat{x} \cdot \frac{1}{N} \sum_n ${dy} \cdot \hat{x} \right)`,
      raw`\sum_n ${dy} \cdot \hat{x}`, raw`\sum_n ${dy}`,
    ],
  },
  softmaxWithLoss: { symbol: 'Softmax-with-Loss', forward: raw`L = -\frac{1}{N} \sum_n \sum_k t_{nk} \log y_{nk}`, local: [raw`\frac{1}{N} \left( y - t \right)`, raw`-\frac{1}{N} \log y`] },
  identityWithLoss: { symbol: 'Identity-with-Loss', forward: raw`L = \frac{1}{2N} \sum_n \sum_k (y_{nk} - t_{nk})^2`, local: [raw`\frac{1}{N} \left( y - t \right)`, raw`\frac{1}{N} \left( t - y \right)`] },
}

const names = operations().map(({ name }) => name)
const rightOf = (equation: string) => equation.slice(equation.indexOf(' = ') + 3)
const bare = (text: string) => text.replaceAll(/\s+/g, '')

describe.each(names)('%s in the book\'s letters', (name) => {
  const { symbol, forward, local, whole } = book[name]!
  const formula = formulaOf(name)

  test('has its symbol, and its value', () => {
    expect([symbolOf(name), bare(formula.forward)]).toEqual([symbol, bare(forward)])
  })

  test('has its slope for each argument, or the whole backward formula', () => {
    if (local) expect(formula.local.map(text => bare(rightOf(text)))).toEqual(local.map(bare))
    if (whole) expect(formula.gradient.map(text => bare(rightOf(text)))).toEqual(whole.map(bare))
    expect(formula.args).toHaveLength((local ?? whole)!.length)
    expect(formula.gradient.map(text => text.slice(0, text.indexOf(' = ')))).toEqual(formula.args.map(arg => raw`\frac{\partial L}{\partial ${name === 'softmax' ? 'x_k' : arg}}`))
  })
})
