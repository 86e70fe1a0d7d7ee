import { LabError } from './errors'

// All of backpropagation. Forward: an operation computes a value and remembers its inputs. Backward: it receives the
// gradient of its value, multiplies it by its local derivatives, and sends the products to its inputs, where they add up.

/** Rows of equal length; a number is a matrix of one row and one column. */
export type Matrix = number[][]
type CellFunction = (...cells: number[]) => number

/** A value in the graph, and its gradient. */
export class Variable {
  /** The derivative of the output with respect to each cell of the value, after `output.backward()` */
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

  /** Adds a gradient: a variable that is used twice receives two. A cell that was repeated sums up those of its copies. */
  receive(gradient: Matrix): void {
    gradient.forEach((row, i) => row.forEach((d, j) => { this.grad[i % this.rows]![j % this.columns]! += d }))
  }

  /** The backward pass: the gradients of this output with respect to every variable that it was computed from. */
  backward(): void {
    const order = inOrder(this)
    for (const variable of order) variable.grad = map(variable.value, () => 0)
    this.receive(map(this.value, () => 1)) // ∂output/∂output = 1
    for (const variable of order.reverse()) variable.sendBack(variable.grad) // complete: all its users have sent theirs
  }
}

/** Topological order: each variable comes after its inputs. Without recursion, so that a chain may have any length. */
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

/** An operation on each cell x of a matrix: its value, and its local derivative by x. */
function unary({ value, local }: { value: CellFunction, local: CellFunction }) {
  return (x: Variable): Variable => new Variable(map(x.value, value), [x], (dout) => {
    x.receive(times(dout, map(x.value, local))) // upstream × local derivative
  })
}

/** An operation on the cells x and y of two matrices: its value, and its local derivatives by x and by y. */
function binary(name: string, { value, local }: { value: CellFunction, local: [byX: CellFunction, byY: CellFunction] }) {
  return (left: Variable | number, right: Variable | number): Variable => {
    const [x, y] = [toVariable(left), toVariable(right)] // a number, row or column is repeated to fit the other matrix
    const [rows, columns] = [Math.max(x.rows, y.rows), Math.max(x.columns, y.columns)]
    checkShapes([x, y].every(z => [1, rows].includes(z.rows) && [1, columns].includes(z.columns)), name, x.value, y.value)
    const each = (f: CellFunction): Matrix => matrix(rows, columns, (i, j) => f(x.at(i, j), y.at(i, j)))
    return new Variable(each(value), [x, y], (dout) => {
      x.receive(times(dout, each(local[0]))) // upstream × local derivative
      y.receive(times(dout, each(local[1])))
    })
  }
}

export const exp = unary({ value: Math.exp, local: Math.exp })
export const log = unary({ value: Math.log, local: x => 1 / x })
export const add = binary('add', { value: (x, y) => x + y, local: [() => 1, () => 1] })
export const sub = binary('sub', { value: (x, y) => x - y, local: [() => 1, () => -1] })
export const mul = binary('mul', { value: (x, y) => x * y, local: [(_, y) => y, x => x] })
export const div = binary('div', { value: (x, y) => x / y, local: [(_, y) => 1 / y, (x, y) => -x / (y * y)] })
// The larger gets the gradient; x does if both are equal.
export const max = binary('max', { value: Math.max, local: [(x, y) => x >= y ? 1 : 0, (x, y) => x >= y ? 0 : 1] })

/** The matrix product. */
export function dot(x: Variable, W: Variable): Variable {
  checkShapes(x.columns === W.rows, 'dot', x.value, W.value)
  return new Variable(product(x.value, W.value), [x, W], (dout) => {
    x.receive(product(dout, transpose(W.value))) // (N,D) = (N,M)·(D,M)ᵀ
    W.receive(product(transpose(x.value), dout)) // (D,M) = (N,D)ᵀ·(N,M)
  })
}

// The rest is composed of these, and so is its backward pass: no further derivative is needed.
export const rowSums = (x: Variable): Variable => dot(x, ones(x.columns, 1)) // (N,1) = (N,M)·(M,1)
export const columnSums = (x: Variable): Variable => dot(ones(1, x.rows), x) // (1,M) = (1,N)·(N,M)
export const sum = (x: Variable): Variable => columnSums(rowSums(x))
export const mean = (x: Variable): Variable => div(sum(x), x.rows * x.columns)
export const affine = (x: Variable, W: Variable, b: Variable): Variable => add(dot(x, W), b)
export const relu = (x: Variable): Variable => max(0, x)
export const sigmoid = (x: Variable): Variable => div(1, add(1, exp(mul(-1, x))))
export const tanh = (x: Variable): Variable => sub(mul(2, sigmoid(mul(2, x))), 1)
// Each row less its maximum, a constant: exp cannot overflow, and the differences in the row stay the same.
const shifted = (x: Variable): Variable => sub(x, new Variable(x.value.map(row => [Math.max(...row)])))
const logSoftmax = (x: Variable): Variable => sub(shifted(x), log(rowSums(exp(shifted(x)))))
export const softmax = (x: Variable): Variable => exp(logSoftmax(x))
/** −Σ t log y / N */
export const softmaxWithLoss = (x: Variable, t: Variable): Variable => div(sum(mul(t, logSoftmax(x))), -x.rows)
/** ½ Σ (x − t)² / N */
export const identityWithLoss = (x: Variable, t: Variable): Variable => div(sum(mul(sub(x, t), sub(x, t))), 2 * x.rows)

const toVariable = (x: Variable | number): Variable => typeof x === 'number' ? new Variable([[x]]) : x
const ones = (rows: number, columns: number): Variable => new Variable(matrix(rows, columns, () => 1))
const matrix = (rows: number, columns: number, at: (i: number, j: number) => number): Matrix =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(i, j)))
const map = (x: Matrix, f: CellFunction): Matrix => x.map(row => row.map(a => f(a)))
const times = (x: Matrix, y: Matrix): Matrix => x.map((row, i) => row.map((a, j) => a * y[i]![j]!))
const transpose = (x: Matrix): Matrix => x[0]!.map((_, j) => x.map(row => row[j]!))
const dotRow = (row: number[], column: number[]): number => row.reduce((sum, a, k) => sum + a * column[k]!, 0)
const product = (x: Matrix, y: Matrix): Matrix => x.map(row => transpose(y).map(column => dotRow(row, column)))

function checkShapes(fits: boolean, operation: string, ...values: Matrix[]): void {
  const found = values.map(x => `(${x.length}, ${x[0]?.length})`).join(' ')
  if (!fits) throw new LabError('graph.shapes', `${operation}: the shapes ${found} do not fit together`, { operation, found })
}
