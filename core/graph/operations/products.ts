import { matrixOf } from '../values'
import { backToInput, backToWeights, columnsOf, dotShape, multiply, overRows } from './matrix-products'
import { atomRank, type Latex, type Operation, overflow, type Product, type PytorchArgument, type Shape } from './operation'
import { pythonClass, reservedCall } from './writing'

const range = (length: number, at: (i: number) => number): readonly number[] => Array.from({ length }, (_, i) => at(i))

/** A cell of x·W depends on a row of x and a column of W. */
function dotSources([, W]: readonly Shape[], slot: number, cell: number): readonly number[] {
  const D = W![0]!
  const M = columnsOf(W!)
  const [n, m] = [Math.floor(cell / M), cell % M]
  return slot === 0 ? range(D, d => n * D + d) : range(D, d => d * M + m)
}

/** A cell of x affects a row of the output, one of W or b a column. */
function dotFeeds([x, W]: readonly Shape[], slot: number, cell: number): readonly number[] {
  const [N, D] = matrixOf(x!)
  const M = columnsOf(W!)
  const m = cell % M // of W (row-major), and of b
  return slot === 0 ? range(M, m => Math.floor(cell / D) * M + m) : range(N, n => n * M + m)
}

/** x[n,d] · W[d,m], for each d */
function dotTerms([x, W]: readonly Shape[], cell: number): readonly Product[] {
  const D = matrixOf(x!)[1]
  const M = columnsOf(W!)
  const [n, m] = [Math.floor(cell / M), cell % M]
  return range(D, d => d).map(d => ({ factors: [{ of: 0, cell: n * D + d }, { of: 1, cell: d * M + m }] }))
}

function gradientTerms([x, W]: readonly Shape[], slot: number, cell: number): readonly Product[] {
  const [N, D] = matrixOf(x!)
  const M = columnsOf(W!)
  const over = (count: number, factors: (i: number) => Product['factors']): readonly Product[] => Array.from({ length: count }, (_, i) => ({ factors: factors(i) }))
  if (slot === 0) { // ∂X = ∂Y·Wᵀ
    const [n, d] = [Math.floor(cell / D), cell % D]
    return over(M, m => [{ of: 'dout', cell: n * M + m }, { of: 1, cell: d * M + m }])
  }
  if (slot === 1) { // ∂W = Xᵀ·∂Y
    const [d, m] = [Math.floor(cell / M), cell % M]
    return over(N, n => [{ of: 0, cell: n * D + d }, { of: 'dout', cell: n * M + m }])
  }
  return over(N, n => [{ of: 'dout', cell: n * M + cell }]) // ∂B = Σₙ ∂Y
}

/** torch.matmul expects rows, so further dimensions of x are flattened. */
function matmul([x, W]: readonly PytorchArgument[]): string {
  const rows = x!.shape.length > 2 ? `${x!.bracketed(atomRank)}.flatten(1)` : x!.text
  return `torch.matmul(${rows}, ${W!.text})`
}

const wholeOfProduct = [({ args: [, W], dout }) => `${dout} \\cdot ${W}^T`, ({ args: [X], dout }) => `${X}^T \\cdot ${dout}`] as const satisfies Latex[]

export const dot: Operation = {
  name: 'dot', symbol: '·', syntax: reservedCall(['x', 'W'], ['matmul', 'mm', 'inner']), ordered: true,
  shape: dotShape,
  forward: ([x, W], round) => ({ value: multiply(x!, W!, dotShape([x!.shape, W!.shape])!, round) }),
  fault: overflow,
  backward: ({ args: [x, W], dout, round }) => [
    { local: null, value: backToInput(x!, W!, dout, round) },
    { local: null, value: backToWeights(x!, W!, dout, round) },
  ],
  sources: dotSources,
  feeds: dotFeeds,
  formula: { args: ['X', 'W'], out: 'Y', forward: ({ args: [X, W] }) => `${X} \\cdot ${W}`, local: [], whole: wholeOfProduct },
  terms: dotTerms,
  gradientTerms,
  code: {
    numpy: {
      ...pythonClass('Dot', 'dot', `
    def forward(self, x, W):
        self.x_shape, self.W_shape = x.shape, W.shape
        rows = () if x.ndim == 1 else x.shape[:1]
        self.x = x.reshape(1 if x.ndim == 1 else x.shape[0], -1)    # (N,D)
        self.W = W.reshape(W.shape[0], -1)                          # (D,M)
        return np.dot(self.x, self.W).reshape(rows + W.shape[1:])

    def backward(self, dout):
        dout = np.reshape(dout, (len(self.x), -1))                  # (N,M)
        dx = np.dot(dout, self.W.T).reshape(self.x_shape)
        dW = np.dot(self.x.T, dout).reshape(self.W_shape)
        return dx, dW
`),
      ofMatrices: pythonClass('Dot', 'dot', `
    def forward(self, x, W):
        self.x, self.W = x, W
        return np.dot(x, W)                       # (N,D) (D,M) -> (N,M)

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)               # (N,M) (M,D)
        dW = np.dot(self.x.T, dout)               # (D,N) (N,M)
        return dx, dW
`),
    },
    pytorch: { call: args => ({ text: matmul(args), rank: atomRank }) },
  },
}

/** @source Deep Learning from Scratch, 5.6.2 */
export const affine: Operation = {
  name: 'affine', symbol: 'Affine', syntax: reservedCall(['x', 'W', 'b'], ['linear', 'dense']),
  shape([x, W, b]) {
    const shape = dotShape([x!, W!])
    return shape && W!.length === 2 && b!.length === 1 && b![0] === W![1] ? shape : null
  },
  forward([x, W, b], round) {
    const { shape, data } = multiply(x!, W!, dotShape([x!.shape, W!.shape])!, round)
    return { value: { shape, data: data.map((y, i) => round(y + b!.data[i % b!.data.length]!)) } }
  },
  fault: overflow,
  backward: ({ args: [x, W, b], dout, round }) => [
    { local: null, value: backToInput(x!, W!, dout, round) },
    { local: null, value: backToWeights(x!, W!, dout, round) },
    { local: null, value: overRows(dout, b!, round) },
  ],
  sources: (shapes, slot, cell) => slot === 2 ? [cell % shapes[2]![0]!] : dotSources(shapes, slot, cell),
  feeds: dotFeeds,
  formula: {
    args: ['X', 'W', 'B'], out: 'Y', forward: ({ args: [X, W, B] }) => `${X} \\cdot ${W} + ${B}`, local: [],
    whole: [...wholeOfProduct, ({ dout, N }) => N === '1' ? dout : `\\sum_n \\left( ${dout} \\right)_n`],
    numbers: { forward: ({ args: [X, W, B] }) => `${X} \\cdot ${W} + ${B}`, whole: [...wholeOfProduct, ({ dout, N }) => N === '1' ? dout : `\\sum_n ${dout}`] },
  },
  terms: (args, cell) => [...dotTerms(args, cell), { factors: [{ of: 2, cell: cell % args[2]![0]! }] }],
  gradientTerms,
  parts: [
    { key: 'dot', letter: 'P', operation: 'dot', args: [0, 1] },
    { key: 'out', operation: 'add', args: ['dot', 2] },
  ],
  code: {
    numpy: {
      ...pythonClass('Affine', 'affine', `
    def forward(self, x, W, b):
        self.x_shape, self.W = x.shape, W
        rows = () if x.ndim == 1 else x.shape[:1]
        self.x = x.reshape(1 if x.ndim == 1 else x.shape[0], -1)    # (N,D)
        return (np.dot(self.x, W) + b).reshape(rows + b.shape)

    def backward(self, dout):
        dout = dout.reshape(len(self.x), -1)                        # (N,M)
        dx = np.dot(dout, self.W.T).reshape(self.x_shape)
        dW = np.dot(self.x.T, dout)
        db = np.sum(dout, axis=0)                                   # b was used by every row
        return dx, dW, db
`),
      ofMatrices: pythonClass('Affine', 'affine', `
    def forward(self, x, W, b):
        self.x, self.W = x, W
        return np.dot(x, W) + b                   # (N,D) (D,M) -> (N,M)

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)               # (N,M) (M,D)
        dW = np.dot(self.x.T, dout)               # (D,N) (N,M)
        db = np.sum(dout, axis=0)                 # b was used by every row
        return dx, dW, db
`),
    },
    pytorch: { call: args => ({ text: `${matmul(args)} + ${args[2]!.bracketed(2)}`, rank: 1 }) },
  },
}
