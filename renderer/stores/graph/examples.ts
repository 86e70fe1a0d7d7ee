import { type GraphDocument, threeLayers, threeLayersTarget } from '@core'

/** Two apples and three oranges, with tax. */
export const apples: GraphDocument = {
  expression: '(apple * count + orange * 3) * tax',
  inputs: { apple: 100, count: 2, orange: 150, tax: 1.1 },
}

export const exampleNames = ['apples', 'sigmoidNeuron', 'logLoss', 'fanOut', 'threeLayers', 'softmaxWithLoss'] as const
export type ExampleName = (typeof exampleNames)[number]

/** The playground's example graphs. */
export const examples: Readonly<Record<ExampleName, GraphDocument>> = {
  apples,
  sigmoidNeuron: { expression: 'sigmoid(w * x + b)', inputs: { w: 2, x: -1, b: 3 } },
  logLoss: { expression: 'log(1 + exp(-t * y))', inputs: { t: 1, y: 0.5 } },
  fanOut: { expression: 't = x + y\nz = t * t', inputs: { x: 3, y: 1 } },
  threeLayers: {
    expression: 'a1 = affine(X, W1, b1)\nz1 = sigmoid(a1)\na2 = affine(z1, W2, b2)\nz2 = sigmoid(a2)\ny = affine(z2, W3, b3)\nL = identityWithLoss(y, T)',
    inputs: { ...threeLayers, T: threeLayersTarget },
    parameters: ['W1', 'b1', 'W2', 'b2', 'W3', 'b3'],
    learningRate: 0.1,
  },
  softmaxWithLoss: { expression: 'softmaxWithLoss(affine(x, W, b), t)', inputs: { x: [[1, 0.5]], W: [[0.2, -0.4, 0.6], [0.7, 0.1, -0.3]], b: [0.1, 0, -0.1], t: [[0, 1, 0]] } },
}
