import type { GraphDocument } from '@core'

const layers = {
  X: [1, 0.5], T: [0, 1],
  W1: [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], b1: [0.1, 0.2, 0.3],
  W2: [[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]], b2: [0.1, 0.2],
  W3: [[0.1, 0.3], [0.2, 0.4]], b3: [0.1, 0.2],
}

/** Graphs for visual tests: every kind of node, edge and group. */
export const graphs = {
  apples: { expression: '(apple*count+orange*3)*tax', inputs: { apple: 100, count: 2, orange: 150, tax: 1.1 } },
  neuron: { expression: 'sigmoid(w*x+b)', inputs: { w: 2, x: -1, b: 3 } },
  openedSigmoid: { expression: 'sigmoid(w*x+b)', inputs: { w: 2, x: -1, b: 3 }, opened: ['n3'] },
  logLoss: { expression: 'log(1+exp(-t*y))', inputs: { t: 1, y: 0.5 } },
  fanOut: { expression: 'x*x', inputs: { x: 3 } },
  definition: { expression: 't = x + y; t^2', inputs: { x: 3, y: 1 } },
  affine: { expression: 'affine(X, W, B)', inputs: { X: [[1, 2], [3, 4], [5, 6]], W: [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], B: [1, 2, 3] } },
  openedAffine: { expression: 'affine(X, W, B)', inputs: { X: [[1, 2], [3, 4], [5, 6]], W: [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], B: [1, 2, 3] }, opened: ['n1'] },
  network: { expression: 'y = affine(sigmoid(affine(sigmoid(affine(X,W1,b1)),W2,b2)),W3,b3); L = identityWithLoss(y,T)', inputs: layers },
  learningNetwork: {
    expression: 'y = affine(sigmoid(affine(sigmoid(affine(X,W1,b1)),W2,b2)),W3,b3); L = identityWithLoss(y,T)', inputs: layers,
    parameters: ['W1', 'b1', 'W2', 'b2', 'W3', 'b3'],
  },
  openedNetwork: {
    expression: 'h = sigmoid(affine(X,W1,b1)); y = affine(h,W2,b2); L = identityWithLoss(y,T)', inputs: layers, opened: ['h', 'y', 'L', 'n1'],
  },
  softmaxWithLoss: { expression: 'softmaxWithLoss(x, t)', inputs: { x: [[0.3, 2.9, 4]], t: [[0, 1, 0]] } },
  openedSoftmaxWithLoss: { expression: 'softmaxWithLoss(x, t)', inputs: { x: [[0.3, 2.9, 4]], t: [[0, 1, 0]] }, opened: ['n1'] },
  openedIdentityWithLoss: { expression: 'identityWithLoss(y, t)', inputs: { y: [0.3, 0.7], t: [0, 1] }, opened: ['n1'] },
  large: {
    expression: 'softmax(dot(X, W) + b)',
    inputs: { X: Array.from({ length: 4 }, (_, i) => Array.from({ length: 30 }, (_, j) => Math.sin(i * 7 + j))), W: Array.from({ length: 30 }, (_, i) => Array.from({ length: 10 }, (_, j) => Math.cos(i * 3 + j * j))), b: Array.from({ length: 10 }, (_, i) => i / 10) },
  },
  sharedInputs: { expression: 's = a * b + c; r = s * a - exp(b) / s; r + log(c) * s', inputs: { a: 2, b: 0.5, c: 3 } },
} as const satisfies Record<string, GraphDocument>

/** A sum of n products of different inputs. */
export const manyTerms = (n: number): GraphDocument => ({ expression: Array.from({ length: n }, (_, i) => `a${i}*b${i}`).join('+'), inputs: {} })
/** A sum of n terms that share a few inputs. */
export const sharedTerms = (n: number): GraphDocument => ({ expression: Array.from({ length: n }, (_, i) => `exp(x${i % 7})*y${i % 5}`).join('+'), inputs: {} })
/** A value that is used n times in a row. */
export const longChain = (n: number): GraphDocument => ({ expression: Array.from({ length: n }, () => 'x').join('+'), inputs: {} })
