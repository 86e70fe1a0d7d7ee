import type { GraphDocument } from '../../../../core/graph/types'

const network = {
  x: [1, 0.5],
  W1: [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], b1: [0.1, 0.2, 0.3],
  W2: [[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]], b2: [0.1, 0.2],
  W3: [[0.1, 0.3], [0.2, 0.4]], b3: [0.1, 0.2],
  t: [0, 1],
}

/** All operations, fan-out, definitions and many shapes: the cases that generated programs must get right. */
export const documents: Readonly<Record<string, GraphDocument>> = {
  'the shopping': { expression: '(apple * count + orange * 3) * tax', inputs: { apple: 100, count: 2, orange: 150, tax: 1.1 } },
  'every operator': { expression: '-(a + b) / c - a^b * 2^c + (-b)^3', inputs: { a: 1.5, b: 2.25, c: -0.75 } },
  'every function of numbers': {
    expression: 'exp(a) + log(b) * relu(a) - sigmoid(c) * tanh(b) + max(a, b) / sqrt(b) + square(c) + relu(c)', inputs: { a: 0.7, b: 1.9, c: -1.3 },
  },
  'ties, switches and powers of zero': { expression: 'max(a, a) + max(a, b) * relu(z) + a^0 + z^2 + z^b', inputs: { a: 2, b: 2, z: 0 } },
  'fan-out': { expression: 'x * x + x', inputs: { x: 3 }, upstream: 1.3 },
  'a name used ten times': { expression: 'x * x * x * x * x * x * x * x * x - x', inputs: { x: 1.1 } },
  'definitions': { expression: 't = x + y; u = t * t\nz = u / t + t^2', inputs: { x: 2, y: -0.5 }, upstream: -2 },
  'a definition that nothing uses': { expression: 'y = softmax(a); unused = a * w; identityWithLoss(a, t)', inputs: { a: [[0.3, 2.9, 4]], t: [[0, 1, 0]], w: [[1, 2, 3]] } },
  'names that other languages keep for themselves': {
    expression: 'lambda * 사과 + np ^ りんご - dx * x + json * class + n1 * add1 + value * 가_격', inputs: { 'lambda': 2, '사과': 3, 'np': 1.5, 'りんご': 2, 'dx': 4, 'x': 5, 'json': 6, 'class': 7, 'n1': 8, 'add1': 9, 'value': 10, '가_격': 11 },
  },
  'stretched matrices': {
    expression: '(m * row - column) / s + max(m, row) ^ 2 - row ^ s + c', inputs: { m: [[1, 2, 3], [4, 5, 6]], row: [1.5, 2, 2.5], column: [[1], [-1]], s: 2, c: [[0.5]] }, upstream: [[1, 2, 3], [-1, 0.5, 0.25]],
  },
  'a batch through softmax with loss': {
    expression: 'loss = softmaxWithLoss(affine(x, W, b), t)', inputs: { x: [[1, 2], [3, -1], [0.5, 0.25]], W: [[0.2, -0.4, 0.1], [0.3, 0.5, -0.6]], b: [0.1, 0.2, 0.3], t: [[0, 1, 0], [1, 0, 0], [0.2, 0.3, 0.4]] }, opened: ['loss'], upstream: 1.3,
  },
  'the three-layer network': {
    expression: 'a1 = affine(x, W1, b1); z1 = sigmoid(a1); a2 = affine(z1, W2, b2); z2 = sigmoid(a2); y = affine(z2, W3, b3); identityWithLoss(y, t)', inputs: network, opened: ['z1', 'a2'], parameters: ['W1'],
  },
  'products of every shape': {
    expression: 'dot(v, v) * sum(dot(m, v)) + sum(dot(v, n)) + sum(dot(m, n)) + sum(affine(v, n, b))', inputs: { v: [1, -2], m: [[0.5, 1], [2, 3], [-1, 4]], n: [[1, 2, 3], [4, 5, 6]], b: [1, 2, 3] },
  },
  'four dimensions': {
    expression: 'affine(x, W, b) * dot(x, W)', inputs: { x: [[[[1, 2], [3, 4]]], [[[5, 6], [7, 8.5]]]], W: [[0.1, 0.2], [0.3, 0.4], [0.5, -0.6], [0.7, 0.8]], b: [1, -1] }, upstream: 0.5,
  },
  'softmax of rows, and of a number': { expression: 'softmax(m) * w + softmax(s) + softmaxWithLoss(s, u) * identityWithLoss(s, u)', inputs: { m: [[0.3, 2.9, 4], [1, 1, 1]], w: [[1, 2, 3], [-1, 0, 1]], s: 3, u: 0.5 } },
  'log, exp and roots of matrices': { expression: 'sum(log(1 + exp(-m)) + sqrt(square(m)) * tanh(m) + relu(m) - sigmoid(m))', inputs: { m: [[1, -2], [0.5, 3]] } },
  'sines': { expression: 'sin(a) * sum(sin(m)) + sin(0)', inputs: { a: 0.7, m: [[1, -2], [0.5, 30]] } },
  'cosines': { expression: 'cos(a) * sum(cos(m)) + cos(0)', inputs: { a: 0.7, m: [[1, -2], [0.5, 30]] } },
  'absolute values': { expression: 'abs(a) * sum(abs(m)) + abs(-3)', inputs: { a: -0.7, m: [[1, -2], [0, 30]] } },
  'means': { expression: 'mean(m) * mean(a) + mean(row * m)', inputs: { a: 0.7, m: [[1, -2], [0.5, 30]], row: [1, 2] } },
  'batch normalization': {
    expression: 'batchNormalization(dot(x, W), gamma, beta) * w', inputs: { x: [[1, 2], [3, -1], [0.5, 0.25]], W: [[0.2, -0.4], [0.3, 0.5]], gamma: [1.5, -2], beta: [0.1, 0.2], w: [[1, 2], [-1, 0.5], [3, 1]] }, upstream: 1.3,
  },
  'numbers alone': { expression: '(1 + 2) * exp(0) / 4', inputs: {} },
  'numbers alone, with a name': { expression: 'y = (1 + 2) * 3', inputs: {} },
  'an input alone': { expression: 'x', inputs: { x: [1, 2] }, upstream: [3, 4] },
  'numbers beside an input': { expression: 'x * (2 - 3)^2 + max(exp(1), 2) * x ^ (1 + 1) + 3^20 * x', inputs: { x: -2 } },
  'an input that is left out': { expression: 'x * y + 1e-7 - 1e21 * z', inputs: { x: 2 } },
}
