import { describe, expect, test } from 'vitest'
import { numpyOf, pytorchOf } from '../../../../core/graph/code'
import type { GraphDocument } from '../../../../core/graph/types'

describe('a PyTorch program reads as the expression was typed:', () => {
  const lines = (expression: string, more: Partial<GraphDocument> = {}) => pytorchOf({ expression, inputs: {}, ...more }).text.split('\n')

  // Python's precedence: ** before unary minus before * and / before + and −; at equal rank only the right operand of − or / needs brackets.
  test.each([
    ['(a + b) * c', '(a + b) * c'], ['a + b * c', 'a + b * c'], ['(a * b) + c', 'a * b + c'], ['a - (b - c)', 'a - (b - c)'], ['(a - b) - c', 'a - b - c'], ['a / (b * c)', 'a / (b * c)'], ['(a / b) * c', 'a / b * c'],
    ['-(a + b)', '-(a + b)'], ['(-a) * b', '-a * b'], ['(-a)^b', '(-a) ** b'], ['-(a^b)', '-a ** b'], ['a^(b^c)', 'a ** b ** c'], ['(a^b)^c', '(a ** b) ** c'], ['a^(-b)', 'a ** -b'], ['(a * b)^c', '(a * b) ** c'], ['a^(b * c)', 'a ** (b * c)'],
    ['exp(a + b) * c', 'torch.exp(a + b) * c'], ['a * 2.5 + 3', 'a * 2.5 + 3'],
  ])('%s is %s', (typed, python) => {
    expect(lines(typed)).toContain(`out = ${python}`)
  })

  test('each typed line is a comment above its code, and only what it needs is defined', () => {
    const program = lines('t = a * b\nL = t + 1')
    expect(program.slice(0, 5)).toEqual(['# t = a * b', '# L = t + 1', 'import json', '', 'import torch'])
    expect(program.filter(line => line.startsWith('def '))).toEqual(['def leaf(data):'])
    expect(program).toEqual(expect.arrayContaining(['a = leaf(1)', 't = a * b', 'L = t + 1', 'L.backward()']))
    expect(lines('softmaxWithLoss(x, t)', { inputs: { x: [1, 2], t: [0, 1] } }).filter(line => line.startsWith('def '))).toEqual(['def leaf(data):', 'def softmax_with_loss(x, t):'])
  })

  test('a value that is used twice gets a name, and so does one that Python could not parse as a single expression', () => {
    expect(lines('exp(a) + exp(a) * 2')).toContain('out = torch.exp(a) + torch.exp(a) * 2') // written twice, so two nodes
    expect(lines('t = exp(a); t * t').filter(line => line.includes('torch.exp(a)'))).toEqual(['t = torch.exp(a)'])
    const deep = lines(`${'exp('.repeat(100)}a${')'.repeat(100)}`)
    expect(Math.max(...deep.map(line => line.split('torch.exp(').length - 1))).toBeLessThan(90) // CPython's parser rejects about this many nested brackets
    expect(deep.join('').split('torch.exp(').length - 1).toBe(100)
  })

  test('the upstream gradient is written as briefly as possible', () => {
    const inputs = { x: [1, 2, 3] }
    expect(lines('x * 2', { inputs })).toContain('out.backward(torch.full_like(out, 1))')
    expect(lines('x * 2', { inputs, upstream: [4, 4, 4] })).toContain('out.backward(torch.full_like(out, 4))')
    expect(lines('x * 2', { inputs, upstream: [4, 5, 4] })).toContain('out.backward(torch.tensor([4, 5, 4], dtype=torch.float64))')
    expect(lines('sum(x)', { inputs })).toContain('out.backward()')
    expect(lines('sum(x)', { inputs, upstream: 2 })).toContain('out.backward(torch.tensor(2, dtype=torch.float64))')
  })
})

describe('a NumPy program', () => {
  const lines = (expression: string, more: Partial<GraphDocument> = {}) => numpyOf({ expression, inputs: {}, ...more }).text.split('\n')

  test('is written the way the book writes it: layers, forward, backward in reverse', () => {
    const program = lines('apple * count * tax', { inputs: { apple: 100, count: 2, tax: 1.1 } })
    expect(program.slice(0, 3)).toEqual(['# apple * count * tax', 'import json', ''])
    expect(program.filter(line => line.startsWith('class '))).toEqual(['class MulLayer:'])
    expect(program.slice(program.indexOf('# inputs'), program.indexOf('print(json.dumps({'))).toEqual([
      '# inputs', 'apple = 100.0', 'count = 2.0', 'tax = 1.1', '',
      '# layers', 'mul1 = MulLayer()', 'mul2 = MulLayer()', '',
      '# forward', 'n1 = mul1.forward(apple, count)', 'n2 = mul2.forward(n1, tax)', '',
      '# backward', 'dn2 = 1.0', 'dn1, dtax = mul2.backward(dn2)', 'dapple, dcount = mul1.backward(dn1)', '',
    ])
    expect(program.slice(program.indexOf('print(json.dumps({'))).toEqual(['print(json.dumps({', '    "value": float(n2),', '    "gradients": {', '        "apple": float(dapple),', '        "count": float(dcount),', '        "tax": float(dtax),', '    },', '}))', ''])
  })

  test('imports NumPy only when it needs it, and defines sum_to only when something is broadcast', () => {
    expect(lines('a * b')).not.toContain('import numpy as np')
    expect(lines('exp(a)')).toContain('import numpy as np')
    const defines = (expression: string, inputs: GraphDocument['inputs']) => lines(expression, { inputs }).some(line => line.startsWith('def sum_to('))
    expect([defines('m + r', { m: [[1, 2], [3, 4]], r: [1, 2] }), defines('m + r', { m: [1, 2], r: [1, 2] })]).toEqual([true, false])
  })

  test('adds up the gradients of a value that is used several times, as soon as all of them are known', () => {
    expect(lines('x * x + x')).toContain('dx = dx_1 + dx_2 + dx_3  # used 3 times: gradients add up')
    expect(lines(Array.from({ length: 9 }, () => 'x').join(' + '))).toContain(`dx = sum([${Array.from({ length: 9 }, (_, i) => `dx_${i + 1}`).join(', ')}])  # used 9 times: gradients add up`)
  })

  test('says what the result does not depend on', () => {
    const program = lines('y = a * 2; unused = b + m; y', { inputs: { a: 1, b: 2, m: [1, 2] } })
    expect(program).toEqual(expect.arrayContaining(['db = 0.0  # the result does not depend on it', 'dm = np.zeros_like(m)  # the result does not depend on it']))
  })

  test('treats a power of a number like the book’s x², with the exponent in the layer; not for base 0', () => {
    expect(lines('x ^ 3')).toContain('power1 = Power(3.0)')
    expect(lines('x ^ 0').some(line => line.includes('Power('))).toBe(false)
  })

  test('writes the upstream gradient in full only when its numbers differ', () => {
    const inputs = { x: [1, 2] }
    expect(lines('x * 2', { inputs, upstream: [3, 3] })).toContain('dn1 = np.full(n1.shape, 3.0)')
    expect(lines('x * 2', { inputs, upstream: [3, 4] })).toContain('dn1 = np.array([3.0, 4.0])')
    expect(lines('sum(x)', { inputs, upstream: 5 })).toContain('dn1 = 5.0')
  })
})
