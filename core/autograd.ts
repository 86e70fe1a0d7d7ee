import { LabError } from './errors'

// Backpropagation, all of it. Forward: an operation computes a value and remembers its inputs. Backward: it multiplies the
// gradient that it receives by its local derivatives and sends the products to its inputs, where gradients add up.

/** Rows of equal length. */
export type Matrix = number[][]
type Scalar = (...cells: number[]) => number

/** A matrix and its gradient. */
export class Variable {
  /** The derivative of the output with respect to each cell, after `output.backward()` */
  grad: Matrix

  /** @param sendBack sends each input its gradient; dout is the gradient of this variable */
  constructor(readonly value: Matrix, readonly inputs: Variable[] = [], readonly sendBack: (dout: Matrix) => void = () => {}) {
    this.grad = map(value, () => 0)
    checkShapes(this.columns > 0 && value.every(row => row.length === this.columns), 'matrix', ...value.map(row => [row]))
  }

  get rows(): number { return this.value.length }
  get columns(): number { return this.value[0]?.length ?? 0 }

  /** The cell in row i and column j. A single row or column is repeated: i % 1 is 0. */
  at(i: number, j: number): number { return this.value[i % this.rows]![j % this.columns]! }

  /** Gradients add up: from all operations that use this variable, and over the copies of a repeated cell. */
  receive(gradient: Matrix): void {
    gradient.forEach((row, i) => row.forEach((d, j) => { this.grad[i % this.rows]![j % this.columns]! += d }))
  }

  /** Computes the gradients of this output with respect to everything that it depends on. */
  backward(): void {
    const order = inOrder(this)
    for (const variable of order) variable.grad = map(variable.value, () => 0)
    this.receive(map(this.value, () => 1)) // ∂output/∂output
    for (const variable of order.reverse()) variable.sendBack(variable.grad)
  }
}

/** Topological order: each variable comes after its inputs. There is no recursion, so a chain may have any length. */
function inOrder(output: Variable): Variable[] {
  const done = new Set<Variable>()
  const stack = [output]
  while (stack.length > 0) {
    const variable = stack.at(-1)!
    const missing = variable.inputs.filter(input => !done.has(input))
    stack.push(...missing)
    if (missing.length === 0) done.add(stack.pop()!)
  }
  return [...done]
}

/** An operation on each cell of a matrix: a function and its derivative. */
function unary(f: Scalar, derivative: Scalar) {
  return (x: Variable): Variable => new Variable(map(x.value, f), [x], dout => x.receive(times(dout, map(x.value, derivative))))
}

/** The same on the cells of two matrices: a function and its derivatives by x and by y. A number, row or column is repeated. */
function binary(name: string, f: Scalar, byX: Scalar, byY: Scalar) {
  return (left: Variable | number, right: Variable | number): Variable => {
    const [x, y] = [toVariable(left), toVariable(right)]
    const rows = Math.max(x.rows, y.rows)
    const columns = Math.max(x.columns, y.columns)
    checkShapes([x, y].every(z => [1, rows].includes(z.rows) && [1, columns].includes(z.columns)), name, x.value, y.value)
    const apply = (f: Scalar): Matrix => matrix(rows, columns, (i, j) => f(x.at(i, j), y.at(i, j)))
    return new Variable(apply(f), [x, y], (dout) => {
      x.receive(times(dout, apply(byX))) // upstream × local derivative
      y.receive(times(dout, apply(byY)))
    })
  }
}

export const exp = unary(Math.exp, Math.exp)
export const log = unary(Math.log, x => 1 / x)
export const add = binary('add', (x, y) => x + y, () => 1, () => 1)
export const sub = binary('sub', (x, y) => x - y, () => 1, () => -1)
export const mul = binary('mul', (x, y) => x * y, (_, y) => y, x => x)
export const div = binary('div', (x, y) => x / y, (_, y) => 1 / y, (x, y) => -x / (y * y))
export const max = binary('max', Math.max, (x, y) => x >= y ? 1 : 0, (x, y) => x >= y ? 0 : 1) // if x = y, x gets the gradient

/** The matrix product. */
export function dot(x: Variable, W: Variable): Variable {
  checkShapes(x.columns === W.rows, 'dot', x.value, W.value)
  return new Variable(product(x.value, W.value), [x, W], (dout) => {
    x.receive(product(dout, transpose(W.value))) // (N,D) = (N,M)·(D,M)ᵀ
    W.receive(product(transpose(x.value), dout)) // (D,M) = (N,D)ᵀ·(N,M)
  })
}

// Everything else is composed, and needs no derivatives of its own.
export const rowSums = (x: Variable): Variable => dot(x, ones(x.columns, 1)) // (N,1) = (N,M)·(M,1)
export const columnSums = (x: Variable): Variable => dot(ones(1, x.rows), x) // (1,M) = (1,N)·(N,M)
export const sum = (x: Variable): Variable => columnSums(rowSums(x))
export const mean = (x: Variable): Variable => div(sum(x), x.rows * x.columns)
export const affine = (x: Variable, W: Variable, b: Variable): Variable => add(dot(x, W), b)
export const relu = (x: Variable): Variable => max(0, x)
export const sigmoid = (x: Variable): Variable => div(1, add(1, exp(mul(-1, x))))
export const tanh = (x: Variable): Variable => sub(mul(2, sigmoid(mul(2, x))), 1)
// The maximum of each row is subtracted first, which keeps exp from overflowing and changes nothing else.
const shifted = (x: Variable): Variable => sub(x, new Variable(x.value.map(row => [Math.max(...row)])))
const logSoftmax = (x: Variable): Variable => sub(shifted(x), log(rowSums(exp(shifted(x)))))
export const softmax = (x: Variable): Variable => exp(logSoftmax(x))
export const softmaxWithLoss = (x: Variable, t: Variable): Variable => div(sum(mul(t, logSoftmax(x))), -x.rows) // −Σ t log y / N
export const identityWithLoss = (x: Variable, t: Variable): Variable => div(sum(mul(sub(x, t), sub(x, t))), 2 * x.rows) // ½ Σ (x − t)² / N

const toVariable = (x: Variable | number): Variable => typeof x === 'number' ? new Variable([[x]]) : x
const ones = (rows: number, columns: number): Variable => new Variable(matrix(rows, columns, () => 1))
const matrix = (rows: number, columns: number, at: (i: number, j: number) => number): Matrix =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(i, j)))
const map = (x: Matrix, f: Scalar): Matrix => x.map(row => row.map(a => f(a)))
const times = (x: Matrix, y: Matrix): Matrix => x.map((row, i) => row.map((a, j) => a * y[i]![j]!))
const transpose = (x: Matrix): Matrix => x[0]!.map((_, j) => x.map(row => row[j]!))
const product = (x: Matrix, y: Matrix): Matrix => x.map(row => transpose(y).map(column => row.reduce((sum, a, k) => sum + a * column[k]!, 0)))

function checkShapes(fits: boolean, operation: string, ...values: Matrix[]): void {
  const found = values.map(x => `(${x.length}, ${x[0]?.length})`).join(' ')
  if (!fits) throw new LabError('graph.shapes', `${operation}: the shapes ${found} do not fit together`, { operation, found })
}
