import { numericalGradient, Random } from '@core'
import { describe, expect, test } from 'vitest'
import { add, affine, columnSums, div, dot, exp, identityWithLoss, log, type Matrix, max, mean, mul, relu, rowSums, sigmoid, softmax, softmaxWithLoss, sub, sum, tanh, Variable } from '../../core/autograd'
import { batchNormalization } from './composed'
import { expectNear } from './numbers'

const number = (x: number): Variable => new Variable([[x]])

test('two apples and three oranges with a tax of 10% cost 715, and each price and count has the book\'s gradient', () => {
  const [apple, apples, orange, oranges, tax] = [100, 2, 150, 3, 1.1].map(number) as [Variable, Variable, Variable, Variable, Variable]
  const price = mul(add(mul(apple, apples), mul(orange, oranges)), tax)
  price.backward()
  expectNear(price.value.flat(), [715], 1e-12)
  expectNear([apple, apples, orange, oranges, tax].flatMap(({ grad }) => grad.flat()), [2.2, 110, 3.3, 165, 650], 1e-12)
})

describe('gradients add up', () => {
  test('when a variable is used twice: the derivative of x² + 3x at 2 is 7', () => {
    const x = number(2)
    add(mul(x, x), mul(3, x)).backward()
    expect(x.grad).toEqual([[7]])
  })

  test('along every path, each variable being complete before it sends: 40 doublings make 2⁴⁰', () => {
    const x = number(1)
    let y = x
    for (let i = 0; i < 40; i++) y = add(y, y)
    y.backward()
    expect(x.grad).toEqual([[2 ** 40]])
  })

  test('for a variable that is used first and last: x · (1 + x · (1 + x)) has 1 + 2x + 3x²', () => {
    const x = number(2)
    mul(x, add(1, mul(x, add(1, x)))).backward()
    expect(x.grad).toEqual([[17]])
  })

  test('over the copies of a number, a row and a column', () => {
    const [scalar, row, column, x] = [[[1]], [[1, 2, 3]], [[1], [2]], [[1, 2, 3], [4, 5, 6]]].map(value => new Variable(value)) as [Variable, Variable, Variable, Variable]
    const y = add(add(add(x, row), column), scalar)
    y.backward()
    expect(y.value).toEqual([[4, 6, 8], [8, 10, 12]])
    expect([scalar, row, column, x].map(({ grad }) => grad)).toEqual([[[6]], [[2, 2, 2]], [[3], [3]], [[1, 1, 1], [1, 1, 1]]])
  })

  test('within one backward pass only: a second one gives the same', () => {
    const x = number(3)
    const y = mul(x, x)
    y.backward()
    y.backward()
    expect(x.grad).toEqual([[6]])
  })
})

test('a chain of 20,000 operations, longer than the call stack, is no problem', () => {
  const x = number(0)
  let y = x
  for (let i = 0; i < 20_000; i++) y = add(y, 1)
  y.backward()
  expect([y.value, x.grad]).toEqual([[[20_000]], [[1]]])
})

test('what the output does not depend on keeps a gradient of 0', () => {
  const [x, other] = [number(1), number(2)]
  mul(x, other)
  mul(x, 2).backward()
  expect([x.grad, other.grad]).toEqual([[[2]], [[0]]])
})

test('in a tie max sends its gradient to the first argument, so at exactly 0 ReLU sends nothing back', () => {
  const [x, y, z] = [number(1), number(1), new Variable([[0, -0, 1]])]
  max(x, y).backward()
  relu(z).backward()
  expect([x.grad, y.grad, z.grad]).toEqual([[[1]], [[0]], [[0, 0, 1]]])
})

test('softmax with cross-entropy stays finite for inputs of ±1000', () => {
  const x = new Variable([[1000, -1000], [1000, -1000]])
  const loss = softmaxWithLoss(x, new Variable([[0, 1], [1, 0]]))
  loss.backward()
  expect([loss.value, x.grad]).toEqual([[[1000]], [[0.5, -0.5], [0, 0]]])
})

describe('shapes that do not fit are refused by name', () => {
  const [x, y] = [new Variable([[1, 2, 3], [4, 5, 6]]), new Variable([[1, 2], [3, 4]])]
  test.each([
    ['add', () => add(x, y)], ['sub', () => sub(x, y)], ['mul', () => mul(x, y)], ['div', () => div(x, y)], ['max', () => max(x, y)], ['dot', () => dot(x, y)],
  ])('in %s', (operation, compute) => {
    expect(compute).toThrow(expect.objectContaining({ code: 'graph.shapes', details: { operation, found: '(2, 3) (2, 2)' } }))
  })

  test('in rows of different lengths, and in no numbers at all', () => {
    const refused = (found: string): unknown => expect.objectContaining({ code: 'graph.shapes', details: { operation: 'matrix', found } })
    expect(() => new Variable([[1, 2], [3]])).toThrow(refused('(1, 2) (1, 1)'))
    expect(() => new Variable([[]])).toThrow(refused('(1, 0)'))
    expect(() => new Variable([])).toThrow(refused(''))
  })

  test('in more rows than one, but fewer than the other input has', () => {
    expect(() => add(new Variable([[1], [2], [3], [4]]), y)).toThrow(expect.objectContaining({ details: { operation: 'add', found: '(4, 1) (2, 2)' } }))
  })
})

describe('backpropagation equals the numeric gradient', () => {
  const mask = new Variable([[0, 2, 0], [2, 2, 0], [2, 0, 2], [0, 2, 2]])

  type Shape = readonly [rows: number, columns: number]
  const functions: readonly (readonly [name: string, f: (...inputs: [Variable, Variable, Variable]) => Variable, ...shapes: Shape[]])[] = [
    ['add', add, [4, 3], [1, 3]], ['sub', sub, [4, 3], [4, 1]], ['mul', mul, [1, 1], [4, 3]], ['div', div, [4, 3], [1, 3]], ['max', max, [4, 1], [1, 3]],
    ['exp', exp, [4, 3]], ['log', x => log(add(1, mul(x, x))), [4, 3]],
    ['dot', dot, [4, 3], [3, 2]], ['sum', sum, [4, 3]], ['rowSums', rowSums, [4, 3]], ['columnSums', columnSums, [4, 3]], ['mean', mean, [4, 3]],
    ['affine', affine, [4, 3], [3, 2], [1, 2]], ['relu', relu, [4, 3]], ['sigmoid', sigmoid, [4, 3]], ['tanh', tanh, [4, 3]], ['softmax', softmax, [4, 3]],
    ['softmaxWithLoss', softmaxWithLoss, [4, 3], [4, 3]], ['identityWithLoss', identityWithLoss, [4, 3], [4, 3]],
    ['batch normalization', batchNormalization, [4, 3], [1, 3], [1, 3]], ['dropout', x => mul(x, mask), [4, 3]],
    ['a network', (x, W, b) => softmax(affine(tanh(affine(x, W, b)), W, b)), [4, 3], [3, 3], [1, 3]],
  ]

  test.each(functions.map(([name, f, ...shapes]) => ({ name, f, shapes })))('of $name', ({ f, shapes }) => {
    const random = new Random(3)
    const parts = shapes.map(([rows, columns]) => ({ rows, columns, numbers: Float64Array.from({ length: rows * columns }, () => awayFromZero(random.normal())) }))
    const inputs = (): [Variable, Variable, Variable] => parts.map(({ rows, columns, numbers }) => new Variable(matrix(numbers, rows, columns))) as [Variable, Variable, Variable]
    const weights = Array.from({ length: 12 }, () => random.normal())
    /** A weighted sum, so that every cell of the result counts differently. */
    const weighted = (y: Variable): Variable => sum(mul(y, new Variable(matrix(Float64Array.from(weights), y.rows, y.columns))))

    const given = inputs()
    weighted(f(...given)).backward()
    // a central difference with h = 1e-4 is wrong by h²/6 times the third derivative, here about 1e-8
    for (const [i, { numbers }] of parts.entries()) expectNear(given[i]!.grad.flat(), numericalGradient(() => weighted(f(...inputs())).value[0]![0]!, numbers), 1e-7)
  })

  const matrix = (numbers: Float64Array, rows: number, columns: number): Matrix => Array.from({ length: rows }, (_, n) => [...numbers.slice(n * columns, (n + 1) * columns)])
  /** At least 1000 h away from the pole of 1 / x and the corner of ReLU. */
  const awayFromZero = (x: number): number => x + Math.sign(x) * 0.3
})

test('gradient descent on autograd alone learns XOR', () => {
  const random = new Random(1)
  const parameter = (rows: number, columns: number): Variable => new Variable(Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal())))
  const step = (parameter: Variable): Variable => new Variable(parameter.value.map((row, i) => row.map((w, j) => w - 0.5 * parameter.grad[i]![j]!)))
  const x = new Variable([[0, 0], [0, 1], [1, 0], [1, 1]])
  const t = new Variable([[1, 0], [0, 1], [0, 1], [1, 0]])
  let parameters = [parameter(2, 4), parameter(1, 4), parameter(4, 2), parameter(1, 2)] as [Variable, Variable, Variable, Variable]
  let loss = Infinity
  for (let i = 0; i < 200; i++) {
    const [W1, b1, W2, b2] = parameters
    const output = softmaxWithLoss(affine(tanh(affine(x, W1, b1)), W2, b2), t)
    output.backward()
    parameters = parameters.map(step) as typeof parameters
    loss = output.value[0]![0]!
  }
  expect(loss).toBeLessThan(0.02) // guessing has a loss of log 2 = 0.69
})
