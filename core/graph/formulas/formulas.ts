import { type Letters, operationOf } from '../operations'
import type { Contribution, OperationName, Value } from '../types'
import { rowsOf, sameShape } from '../values'
import { equals, partial, valueLatex } from './latex-words'

/** LaTeX of one operation, in the book's notation. */
export interface Formula {
  /** Names of its arguments, in order: 'x', 'y' */
  readonly args: readonly string[]
  /** Name of its output: 'z' */
  readonly out: string
  /** z = x \times y */
  readonly forward: string
  /** \frac{\partial z}{\partial x} = y, one per argument; for matrix products and softmax the same as `gradient` */
  readonly local: readonly string[]
  /** Gradients, upstream × local: \frac{\partial L}{\partial x} = \frac{\partial L}{\partial z} \cdot y */
  readonly gradient: readonly string[]
}

/** The values of a node, for formulas with numbers. */
export interface Computed {
  readonly args: readonly Value[]
  readonly out: Value
  /** Intermediate values of a group: `forward.intermediates` of a trace */
  readonly intermediates?: Readonly<Record<string, Value>> | undefined
}

/** Symbols in the formulas of one node; the book's when left out. */
export interface Naming {
  /** LaTeX, in the order of the arguments */
  readonly args: readonly string[]
  readonly out: string
  /** The differentiated quantity */
  readonly outer: string
}

/** The book's symbols for stored intermediate values. */
const stored = { y: 'y', xHat: '\\hat{x}', deviation: '\\sqrt{\\sigma^2 + \\varepsilon}' } as const satisfies Partial<Letters>

function bookNaming(operation: OperationName): Naming {
  const { args, out } = operationOf(operation).formula
  return { args, out, outer: 'L' }
}

export function formulaOf(operation: OperationName, naming: Naming = bookNaming(operation), N = 'N'): Formula {
  const { forward, local, whole, index = '' } = operationOf(operation).formula
  const { outer } = naming
  const { args, out } = lettersFor(naming)
  const letters = { args, out, dout: partial(outer, naming.out), ...stored, N, times: '\\times' }
  const byArgument = (of: string, texts: readonly string[]): readonly string[] => texts.map((text, slot) => `${slopeName(of, args[slot]!, index)}${text}`)
  const gradient = byArgument(outer, whole ? whole.map(text => text(letters)) : local.map(text => chained(letters.dout, text(letters))))
  return {
    args, out, gradient,
    forward: `${out}${index} = ${forward(letters)}`,
    local: whole ? gradient : byArgument(out, local.map(text => text(letters))),
  }
}

/** `∂of/∂by = `; empty for a literal, which cannot be below the ∂. */
const slopeName = (of: string, by: string, index = ''): string => /^-?\d/.test(by) ? '' : `${partial(of, by + index)} = `
/** A second subscript needs braces. */
const braced = (letter: string): string => letter.includes('_') ? `{${letter}}` : letter
const lettersFor = ({ args, out }: Naming): Pick<Naming, 'args' | 'out'> => ({ args: args.map(braced), out: braced(out) })

/** Upstream × local derivative, simplified as by hand. */
function chained(dout: string, local: string): string {
  if (local === '1' || local === '0') return local === '1' ? dout : local
  if (local === '-1') return `-${dout}`
  if (local.startsWith('-')) return `-${dout} \\cdot ${local.slice(1)}`
  return `${dout} \\cdot ${local.startsWith('1 - ') ? `(${local})` : local}`
}

/** 10 \times 5 = 50 */
export function forwardInNumbers(operation: OperationName, computed: Computed): string {
  const { forward, numbers } = operationOf(operation).formula
  return `${(numbers?.forward ?? forward)(numbersOf(operation, computed))} ${equals(computed.out)} ${valueLatex(computed.out)}`
}

/** \frac{\partial z}{\partial x} = y = 5; null for operations without a separate local derivative, such as a matrix product */
export function localInNumbers(operation: OperationName, { edge: { slot }, local }: Contribution, naming: Naming = bookNaming(operation)): string | null {
  const { local: texts } = operationOf(operation).formula
  if (!local) return null
  const { args, out } = lettersFor(naming)
  const name = slopeName(out, args[slot]!)
  const text = texts[slot]!({ args, out, dout: partial(naming.outer, naming.out), ...stored, N: 'N', times: '\\times' })
  const number = valueLatex(local)
  return text === number ? `${name}${text}` : `${name}${text} ${equals(local)} ${number}`
}

/** 1.3 \times 5 = 6.5: the contribution along one edge */
export function gradientInNumbers(operation: OperationName, contribution: Contribution, computed: Computed): string {
  const { edge: { slot }, upstream, local, value } = contribution
  const { local: texts, whole, numbers } = operationOf(operation).formula
  const letters = { ...numbersOf(operation, computed), dout: valueLatex(upstream) }
  const matrices = (numbers?.whole ?? whole)?.[slot]
  const result = value.shape.length === 0 && Number.isNaN(value.data[0]) ? '' : `${equals(value)} ${valueLatex(value)}`
  if (matrices?.(letters) === valueLatex(value)) return valueLatex(value)
  if (matrices) return `${matrices(letters)} ${result}`.trim().replace(/^(=|\\approx) /, '')
  const factor = local ? valueLatex(local) : texts[slot]!(letters)
  const sign = upstream.shape.length > 0 && local && local.shape.length > 0 ? '\\odot' : '\\times'
  const product = `${letters.dout} ${sign} ${factor.startsWith('-') ? `(${factor})` : factor}`
  const stretched = local !== null && sameShape(local.shape, upstream.shape) && !sameShape(upstream.shape, value.shape)
  return `${stretched ? `\\sum \\left( ${product} \\right)` : product} ${result}`.trim()
}

/** The value of N in a formula: the number of rows of the batch, unless the operation defines another count. */
export function nOf(operation: OperationName, args: readonly Value['shape'][]): number {
  const { count } = operationOf(operation).formula
  return count ? count(args) : rowsOf(args[0]!)
}

function numbersOf(operation: OperationName, { args, out, intermediates }: Computed): Letters {
  const shapes = args.map(({ shape }) => shape)
  return {
    args: args.map(valueLatex), out: valueLatex(out), dout: '', ...stored, ...Object.fromEntries(Object.entries(intermediates ?? {}).map(([name, value]) => [name, valueLatex(value)])), N: String(nOf(operation, shapes)),
    times: shapes.every(shape => shape.length > 0) ? '\\odot' : '\\times',
  }
}
