import { AddLayer, MulLayer } from '@core'
import { describe, expect, test } from 'vitest'

describe('the addition node', () => {
  test('passes the upstream gradient on to both: 10 + 5, upstream 1.3 → 1.3, 1.3', () => {
    const add = new AddLayer()
    expect(add.forward(10, 5)).toBe(15)
    expect(add.backward(1.3)).toEqual({ dx: 1.3, dy: 1.3 })
  })
})

describe('the multiplication node', () => {
  test('passes upstream times the other input on: 10 × 5, upstream 1.3 → 6.5, 13', () => {
    const mul = new MulLayer()
    expect(mul.forward(10, 5)).toBe(50)
    expect(mul.backward(1.3)).toEqual({ dx: 6.5, dy: 13 })
  })

  test('gives both gradients of a value used twice, which add up: y = x · x at 3 → 6', () => {
    const mul = new MulLayer()
    mul.forward(3, 3)
    const { dx, dy } = mul.backward(1)
    expect(dx + dy).toBe(6)
  })
})

// The slides print rounded numbers; float64 gives 220.00000000000003
describe('shopping', () => {
  test('2 apples at 100, tax 1.1: 220; ∂apple 2.2, ∂count 110, ∂tax 200', () => {
    const [apples, total] = [new MulLayer(), new MulLayer()]
    const price = total.forward(apples.forward(100, 2), 1.1)
    const { dx: dApples, dy: dTax } = total.backward(1)
    const { dx: dApple, dy: dCount } = apples.backward(dApples)
    expect(price).toBeCloseTo(220, 12)
    expect([dApple, dCount, dTax]).toEqual([2.2, expect.closeTo(110, 12), 200])
  })

  test('with 3 oranges at 150: 715; ∂ 2.2, 110, 3.3, 165, 650', () => {
    const [apples, oranges, sum, total] = [new MulLayer(), new MulLayer(), new AddLayer(), new MulLayer()]
    const price = total.forward(sum.forward(apples.forward(100, 2), oranges.forward(150, 3)), 1.1)
    const { dx: dSum, dy: dTax } = total.backward(1)
    const { dx: dApples, dy: dOranges } = sum.backward(dSum)
    const apple = apples.backward(dApples)
    const orange = oranges.backward(dOranges)
    expect(price).toBeCloseTo(715, 12)
    const gradients = [apple.dx, apple.dy, orange.dx, orange.dy, dTax]
    expect(gradients).toEqual([2.2, 110, 3.3, 165, 650].map(wanted => expect.closeTo(wanted, 12)))
  })
})
