/**
 * Independent forward-mode differentiation for the tests: a number with its slope along one input, and a bound on the
 * magnitude of the terms summed for the slope, so that cancellation is not mistaken for an error.
 * Written from the textbook rules, without any code of core/graph.
 */
export interface Dual { readonly x: number, readonly dx: number, readonly size: number }

export type Tree
  = { readonly kind: 'number', readonly value: number }
    | { readonly kind: 'name', readonly name: string }
    | { readonly kind: 'call', readonly op: string, readonly args: readonly Tree[] }

const dual = (x: number, dx: number, size: number): Dual => ({ x, dx, size })

/** One rule: value and partial derivatives of a function at the arguments. */
const rules: Readonly<Record<string, (...x: number[]) => readonly [number, ...number[]]>> = {
  '+': (a, b) => [a! + b!, 1, 1],
  '-': (a, b) => [a! - b!, 1, -1],
  '*': (a, b) => [a! * b!, b!, a!],
  '/': (a, b) => [a! / b!, 1 / b!, -a! / (b! * b!)],
  '^': (a, b) => [Math.pow(a!, b!), b === 0 ? 0 : b! * Math.pow(a!, b! - 1), a! > 0 ? Math.pow(a!, b!) * Math.log(a!) : a === 0 && b! > 0 ? 0 : NaN],
  'neg': a => [-a!, -1],
  'exp': a => [Math.exp(a!), Math.exp(a!)],
  'log': a => [Math.log(a!), 1 / a!],
  'relu': a => [Math.max(0, a!), a! > 0 ? 1 : 0],
  'sigmoid': a => [1 / (1 + Math.exp(-a!)), 1 / (2 + Math.exp(a!) + Math.exp(-a!))],
  'tanh': a => [Math.tanh(a!), 1 / Math.cosh(a!) ** 2],
  'max': (a, b) => [Math.max(a!, b!), a! > b! ? 1 : a === b ? 0.5 : 0, b! > a! ? 1 : a === b ? 0.5 : 0],
  'sqrt': a => [Math.sqrt(a!), 0.5 / Math.sqrt(a!)],
  'square': a => [a! * a!, 2 * a!],
}

/** @param along input to differentiate with respect to */
export function evaluate(tree: Tree, inputs: Readonly<Record<string, number>>, along: string): Dual {
  if (tree.kind === 'number') return dual(tree.value, 0, 0)
  if (tree.kind === 'name') return tree.name === along ? dual(inputs[tree.name]!, 1, 1) : dual(inputs[tree.name]!, 0, 0)
  const args = tree.args.map(arg => evaluate(arg, inputs, along))
  const [x, ...partials] = rules[tree.op]!(...args.map(arg => arg.x))
  // A constant's partial derivative may be undefined (the 2 of x ^ 2 at −3) and must not contribute when the argument does not change.
  const used = args.flatMap((arg, i) => arg.size === 0 ? [] : [[arg, partials[i]!] as const])
  return dual(x, used.reduce((sum, [arg, d]) => sum + arg.dx * d, 0), used.reduce((sum, [arg, d]) => sum + arg.size * Math.abs(d), 0))
}

const binary = new Set(['+', '-', '*', '/', '^'])

/** Prints the expression as typed text, with more brackets than needed. */
export function typed(tree: Tree): string {
  if (tree.kind === 'number') return String(tree.value)
  if (tree.kind === 'name') return tree.name
  const args = tree.args.map(typed)
  if (binary.has(tree.op)) return `(${args[0]!} ${tree.op} ${args[1]!})`
  return tree.op === 'neg' ? `(-${args[0]!})` : `${tree.op}(${args.join(', ')})`
}
