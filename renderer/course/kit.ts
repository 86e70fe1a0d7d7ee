import { traceOf, type GraphDocument, type Nested, type Value } from '@core'
import type { Sign } from './types'

/** Formats a number as the texts do: limited decimals, no trailing zeros, a typographic minus (U+2212). */
export function printed(number: number, decimals = 4): string {
  const short = String(Number(number.toFixed(decimals)))
  return short === '-0' ? '0' : short.replace('-', '−')
}

/** '(0.3, −0.8, 0.5)' */
export const printedRow = (row: readonly number[], decimals = 4): string =>
  `(${row.map(number => printed(number, decimals)).join(', ')})`

/** '39,760': all three languages group digits alike */
export const grouped = (number: number): string => number.toLocaleString('en-US')

/** Weights and biases of 784-50-10, the network for handwritten digits */
export const networkParameters = 784 * 50 + 50 + 50 * 10 + 10

/**
 * The numbers for a variant: variant 0, the lesson itself, takes the first; the quiz cycles through the others.
 * @param numbers at least two
 */
export function numbersOf<T>(numbers: readonly T[], variant: number): T {
  return numbers[variant === 0 ? 0 : 1 + (variant - 1) % (numbers.length - 1)]!
}

export const valueOf = (document: GraphDocument, id: string): Value => traceOf(document).forward.values.get(id)!
export const gradientOf = (document: GraphDocument, id: string): Value => traceOf(document).backward.gradients.get(id)!
export const updatedOf = (document: GraphDocument, id: string): Value => traceOf(document).updated.get(id)!

/** One cell of a value; by default the first, which is the only one of a scalar */
export const cellOf = ({ data }: Value, cell = 0): number => data[cell]!

/** Logits whose softmax is y; exp(−800) is exactly 0. */
export const logitsOf = (y: readonly number[]): number[] => y.map(p => p === 0 ? -800 : Math.log(p))

/** The book's three-layer network, in lessons 14, 21 and 23. */
export { threeLayers } from '@core'

/** Two apples at 100 with a tax of 10 %, in lessons 1 to 3 */
export const apples = (apple = 100, count = 2, tax = 1.1): GraphDocument =>
  ({ expression: 'fruit = apple * count; total = fruit * tax', inputs: { apple, count, tax } })

/** '(−1.5)': a factor of a product, in parentheses when negative */
export const printedFactor = (number: number, decimals = 4): string =>
  number < 0 ? `(${printed(number, decimals)})` : printed(number, decimals)

export const signOf = (number: number): Sign => number > 0 ? '+' : number < 0 ? '-' : '0'

/** The same graph with one cell of one input changed. */
export function nudged(document: GraphDocument, { name, cell = 0, by }: { name: string, cell?: number, by: number }): GraphDocument {
  let left = cell
  const move = (nested: Nested): Nested => typeof nested === 'number' ? nested + (left-- === 0 ? by : 0) : nested.map(move)
  return { ...document, inputs: { ...document.inputs, [name]: move(document.inputs[name]!) } }
}

/** '[[1, −2], [3, 4]]': nested brackets, as in code */
export const printedNested = (nested: Nested, decimals = 4): string =>
  typeof nested === 'number' ? printed(nested, decimals) : `[${nested.map(level => printedNested(level, decimals)).join(', ')}]`

/** The shopping baskets of lessons 10 and 11: prices, counts and tax factor; the lesson's own first. */
export const baskets = [
  { apple: 100, appleCount: 2, orange: 150, orangeCount: 3, tax: 1.1 },
  { apple: 120, appleCount: 4, orange: 80, orangeCount: 5, tax: 1.2 },
  { apple: 90, appleCount: 3, orange: 200, orangeCount: 4, tax: 1.1 },
  { apple: 250, appleCount: 2, orange: 60, orangeCount: 6, tax: 1.5 },
] as const
export type Basket = Readonly<Record<keyof (typeof baskets)[number], number>>
export const shopping = (basket: Basket): GraphDocument =>
  ({ expression: 'apples = apple * appleCount; oranges = orange * orangeCount; fruit = apples + oranges; total = fruit * tax', inputs: basket })

/** Points of a function for a picture of its curve. @param from left end @param to right end */
export const sampled = (f: (x: number) => number, from: number, to: number, parts = 48): readonly (readonly [x: number, y: number])[] =>
  Array.from({ length: parts + 1 }, (_, i) => from + (to - from) * i / parts).map(x => [x, f(x)] as const)
