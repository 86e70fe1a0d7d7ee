import type { OperationName } from '../types'

/** The letters, or the numbers in their place, that one operation works with; `y` is what softmaxWithLoss keeps, `N` the rows. */
export interface Letters {
  readonly args: readonly string[]
  readonly out: string
  readonly dout: string
  readonly y: string
  readonly N: string
}
type Text = (letters: Letters) => string

/** How one operation is written in mathematics, in the book's letters. */
export interface Written {
  /** In the node's circle */
  readonly symbol: string
  readonly args: readonly string[]
  readonly out: string
  readonly forward: Text
  /** ∂out/∂argument, one for each */
  readonly local: readonly Text[]
  /** Where it works on whole rows or matrices: all that flows back, upstream and all, one for each argument */
  readonly whole?: readonly Text[]
  /** The same with numbers in the place of letters, where indices would be in the way */
  readonly numbers?: { readonly forward: Text, readonly whole?: readonly Text[] }
}

/** Negative numbers and powers of ten stand in brackets behind a sign. */
const b = (text = ''): string => text.startsWith('-') || /^[\d.]+ \\times/.test(text) ? `(${text})` : text
/** 2x of a letter, 2 \times 3 of a number. */
const double = (text = ''): string => /^[a-zA-Z]$/.test(text) ? `2 ${text}` : `2 \\times ${b(text)}`
const fixed = (text: string): Text => () => text
const cases = (...rows: readonly (readonly [string, string])[]): string => `\\begin{cases} ${rows.map(([value, when]) => `${value} & (${when})`).join(' \\\\ ')} \\end{cases}`
const perN = (N: string): string => N === '1' ? '' : `\\frac{1}{${N}} `
const larger: (mine: number, other: number) => Text = (mine, other) => ({ args }) =>
  cases(['1', `${args[mine]} > ${args[other]}`], ['\\tfrac{1}{2}', `${args[mine]} = ${args[other]}`], ['0', `${args[mine]} < ${args[other]}`])

const binary = { args: ['x', 'y'], out: 'z' } as const
const unary = { args: ['x'], out: 'y' } as const
const product = [({ args: [, W], dout }) => `${dout} \\cdot ${W}^T`, ({ args: [X], dout }) => `${X}^T \\cdot ${dout}`] as const satisfies Text[]

export const written: Readonly<Record<OperationName, Written>> = {
  add: { ...binary, symbol: '+', forward: ({ args: [x, y] }) => `${x} + ${b(y)}`, local: [fixed('1'), fixed('1')] },
  sub: { ...binary, symbol: '−', forward: ({ args: [x, y] }) => `${x} - ${b(y)}`, local: [fixed('1'), fixed('-1')] },
  mul: { ...binary, symbol: '×', forward: ({ args: [x, y] }) => `${b(x)} \\times ${b(y)}`, local: [({ args: [, y] }) => y!, ({ args: [x] }) => x!] },
  div: { ...binary, symbol: '÷', forward: ({ args: [x, y] }) => `\\frac{${x}}{${y}}`, local: [({ args: [, y] }) => `\\frac{1}{${y}}`, ({ args: [x, y] }) => `-\\frac{${x}}{${b(y)}^2}`] },
  pow: {
    ...binary, symbol: 'xʸ', forward: ({ args: [x, y] }) => `${b(x)}^{${y}}`,
    local: [({ args: [x, y] }) => `${y} \\cdot ${b(x)}^{${y} - 1}`, ({ out, args: [x] }) => `${out} \\log ${b(x)}`],
  },
  neg: { ...unary, symbol: '−', forward: ({ args: [x] }) => `-${b(x)}`, local: [fixed('-1')] },
  exp: { ...unary, symbol: 'exp', forward: ({ args: [x] }) => `\\exp(${x})`, local: [({ out }) => out] },
  log: { ...unary, symbol: 'log', forward: ({ args: [x] }) => `\\log ${b(x)}`, local: [({ args: [x] }) => `\\frac{1}{${x}}`] },
  relu: { ...unary, symbol: 'ReLU', forward: ({ args: [x] }) => `\\max(0, ${x})`, local: [({ args: [x] }) => cases(['1', `${x} > 0`], ['0', `${x} \\le 0`])] },
  sigmoid: { ...unary, symbol: 'σ', forward: ({ args: [x] }) => `\\frac{1}{1 + \\exp(-${b(x)})}`, local: [({ out }) => `${out} (1 - ${out})`] },
  tanh: { ...unary, symbol: 'tanh', forward: ({ args: [x] }) => `\\tanh ${b(x)}`, local: [({ out }) => `1 - ${out}^2`] },
  max: { ...binary, symbol: 'max', forward: ({ args: [x, y] }) => `\\max(${x}, ${y})`, local: [larger(0, 1), larger(1, 0)] },
  sqrt: { ...unary, symbol: '√', forward: ({ args: [x] }) => `\\sqrt{${x}}`, local: [({ out }) => `\\frac{1}{${double(out)}}`] },
  square: { ...unary, symbol: 'x²', forward: ({ args: [x] }) => `${b(x)}^2`, local: [({ args: [x] }) => double(x)] },
  dot: { args: ['X', 'W'], out: 'Y', symbol: 'dot', forward: ({ args: [X, W] }) => `${X} \\cdot ${W}`, local: [], whole: product },
  sum: { ...unary, symbol: 'Σ', forward: ({ args: [x] }) => `\\sum_i ${x}_i`, local: [fixed('1')], numbers: { forward: ({ args: [x] }) => `\\sum ${x}` } },
  softmax: {
    args: ['x'], out: 'y', symbol: 'Softmax', forward: ({ args: [x] }) => `\\frac{\\exp(${x}_k)}{\\sum_i \\exp(${x}_i)}`, local: [],
    whole: [({ out, dout }) => `${out}_k \\left( ${dout}_k - \\sum_i ${out}_i ${dout}_i \\right)`],
    numbers: { forward: ({ args: [x] }) => `\\operatorname{softmax} ${x}`, whole: [fixed('')] },
  },
  affine: {
    args: ['X', 'W', 'B'], out: 'Y', symbol: 'Affine', forward: ({ args: [X, W, B] }) => `${X} \\cdot ${W} + ${B}`, local: [],
    whole: [...product, ({ dout }) => `\\sum_n \\left( ${dout} \\right)_n`],
    numbers: { forward: ({ args: [X, W, B] }) => `${X} \\cdot ${W} + ${B}`, whole: [...product, ({ dout }) => `\\sum_n ${dout}`] },
  },
  softmaxWithLoss: {
    args: ['x', 't'], out: 'L', symbol: 'Softmax-with-Loss', forward: ({ args: [, t], N }) => `-${perN(N)}\\sum_n \\sum_k ${t}_{nk} \\log y_{nk}`,
    local: [({ args: [, t], y, N }) => `${perN(N)}\\left( ${y} - ${t} \\right)`, ({ y, N }) => `-${perN(N)}\\log ${y}`],
    numbers: { forward: ({ args: [, t], y, N }) => `-${perN(N)}\\sum ${t} \\odot \\log ${y}` },
  },
  identityWithLoss: {
    args: ['y', 't'], out: 'L', symbol: 'Identity-with-Loss', forward: ({ args: [y, t], N }) => `\\frac{1}{${N === '1' ? '2' : `2${N}`}} \\sum_n \\sum_k (${y}_{nk} - ${t}_{nk})^2`,
    local: [({ args: [y, t], N }) => `${perN(N)}\\left( ${y} - ${t} \\right)`, ({ args: [y, t], N }) => `${perN(N)}\\left( ${t} - ${y} \\right)`],
    numbers: { forward: ({ args: [y, t], N }) => `\\frac{1}{${N === '1' ? '2' : `2 \\times ${N}`}} \\sum \\left( ${y} - ${t} \\right)^2` },
  },
  reciprocal: { ...unary, symbol: '1/x', forward: ({ args: [x] }) => `\\frac{1}{${x}}`, local: [({ out }) => `-${b(out)}^2`] },
  rowMax: { ...unary, symbol: 'max', forward: ({ args: [x] }) => `\\max_k ${x}_k`, local: [({ args: [x], out }) => cases(['1', `${x}_k = ${out}`], ['0', `${x}_k < ${out}`])], numbers: { forward: ({ args: [x] }) => `\\max_k ${x}` } },
  rowSum: { ...unary, symbol: 'Σ', forward: ({ args: [x] }) => `\\sum_k ${x}_k`, local: [fixed('1')], numbers: { forward: ({ args: [x] }) => `\\sum_k ${x}` } },
  logProbability: { ...unary, symbol: 'log', forward: ({ args: [x] }) => `\\log ${b(x)}`, local: [({ args: [x] }) => `\\frac{1}{${x}}`] },
  timesTarget: { args: ['t', 'x'], out: 'z', symbol: '×', forward: ({ args: [t, x] }) => `${t} \\times ${b(x)}`, local: [({ args: [, x] }) => x!, ({ args: [t] }) => t!] },
  perRow: { ...unary, symbol: '1/N', args: ['x', 'x_0'], forward: ({ args: [x], N }) => `\\frac{${x}}{${N}}`, local: [({ N }) => `\\frac{1}{${N}}`, fixed('0')] },
}
