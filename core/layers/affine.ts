import type { Ops } from '../ops/ops'
import type { Arena, GradSlot, Slot, Tensor } from '../tensor'
import { type Init, limits } from '../config'
import type { Random } from '../random'
import { type CellRule, cellFactor, placeIn, termsOf } from './cell-sum'
import { type LayerDefinition, settingOf, sizeOfShape } from './definition'
import { Layer, type ModelTensors, type Param } from './layer'

/**
 * out = x·W + b.
 * An input of more than two dimensions counts as N rows of D numbers; its memory is already in that
 * order, so dx gets the input's shape without a copy.
 * @source Deep Learning from Scratch, 5.6
 */
export class Affine extends Layer {
  readonly kind = 'affine'
  declare params: readonly [W: Param, b: Param]

  /** @param name 'affine1' @param units M, the number of outputs */
  constructor(name: string, readonly units: number) { super(name) }

  get W(): Tensor { return this.params[0].slot.value }
  get dW(): Tensor { return this.params[0].slot.grad }
  get b(): Tensor { return this.params[1].slot.value }
  get db(): Tensor { return this.params[1].slot.grad }

  build(input: Slot, arena: Arena, shared?: ModelTensors): GradSlot {
    const { capacity: N, columns: D } = input.value
    const M = this.units
    this.params = [this.param('W', [D, M], arena, { decay: true, shared }), this.param('b', [M], arena, { decay: false, shared })]
    this.input = input
    return this.output = arena.slot([N, M])
  }

  /**
   * W is drawn from a normal distribution, row by row; b is 0.
   * @param init standard deviation: 0.01 (small), √(1/D) (xavier) or √(2/D) (he)
   * @source Deep Learning from Scratch, 6.2
   */
  override initialize(random: Random, init: Init): void {
    const { W, b } = this
    const D = W.rows
    const deviation = { small: 0.01, xavier: Math.sqrt(1 / D), he: Math.sqrt(2 / D) }[init]
    for (let i = 0; i < W.size; i++) W.data[i] = deviation * random.normal()
    b.data.fill(0)
  }

  forward(ops: Ops): void {
    const { x, W, b, out } = this
    ops.matmul(out, x, W) // (N,M) = (N,D)·(D,M)
    ops.addRow(out, b) //    each row + (M)
  }

  backward(ops: Ops): void {
    const { x, dout, dW, db } = this
    this.backwardInput(ops)
    ops.matmulTN(dW, x, dout) // (D,M) = (N,D)ᵀ·(N,M)
    ops.sumRows(db, dout) //     (M)   = Σₙ (N,M)
  }

  override backwardInput(ops: Ops): void {
    const { W, dout, dx } = this
    if (dx) ops.matmulNT(dx, dout, W) // (N,D) = (N,M)·(D,M)ᵀ
  }
}

const out: CellRule = (block, index) => {
  const [n, j] = placeIn(block, 'out', index)
  const [D, M] = [block.columns('x'), block.columns('out')]
  return {
    formula: `out[${n}, ${j}] = Σᵢ x[${n}, i] · W[i, ${j}] + b[${j}]`, over: 'inputs',
    terms: [...termsOf(D, i => [cellFactor(block, 'x', n * D + i), cellFactor(block, 'W', i * M + j)]), { factors: [cellFactor(block, 'b', j)] }],
  }
}
const dW: CellRule = (block, index) => {
  const [D, M] = [block.columns('x'), block.columns('out')]
  const [i, j] = [Math.floor(index / M), index % M]
  return {
    formula: `dW[${i}, ${j}] = Σₙ x[n, ${i}] · dout[n, ${j}]`, over: 'images',
    terms: termsOf(block.rows, n => [cellFactor(block, 'x', n * D + i), cellFactor(block, 'dout', n * M + j)]),
  }
}
const db: CellRule = (block, j) => {
  const M = block.columns('out')
  return { formula: `db[${j}] = Σₙ dout[n, ${j}]`, over: 'images', terms: termsOf(block.rows, n => [cellFactor(block, 'dout', n * M + j)]) }
}
const dx: CellRule = (block, index) => {
  const [n, i] = placeIn(block, 'x', index)
  const M = block.columns('out')
  return {
    formula: `dx[${n}, ${i}] = Σⱼ dout[${n}, j] · W[${i}, j]`, over: 'outputs',
    terms: termsOf(M, j => [cellFactor(block, 'dout', n * M + j), cellFactor(block, 'W', i * M + j)]),
  }
}

/** Row n's share in dW is the outer product of x[n] and dout[n], and in db it is dout[n]: (‖x[n]‖² + 1) · ‖dout[n]‖². @source Goodfellow 2015, "Efficient Per-Example Gradient Computations" */
const rowSquares: LayerDefinition['rowSquares'] = ({ x, dout }) => {
  const squareOf = ({ data, columns }: Tensor, row: number): number => {
    let sum = 0
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += data[i]! * data[i]!
    return sum
  }
  return Float64Array.from({ length: x.rows }, (_, n) => (squareOf(x, n) + 1) * squareOf(dout, n))
}

export const affine: LayerDefinition = {
  kind: 'affine', title: 'Affine',
  settings: [{ name: 'units', whole: true, min: 1, max: limits.units, usual: 50, outputs: true }],
  takesSparse: true,
  parts: ['W', 'dW', 'b', 'db', 'out'],
  aspects: { gradient: 'dW', weight: 'W', bias: 'b', activation: 'out' },
  formula: { gradient: 'dW = xᵀ · dout   db = Σ dout\ndx = dout · Wᵀ', activation: 'out = x · W + b' },
  cells: { out, dW, db, dx },
  rowSquares,
  outputShape: spec => [settingOf(spec, 'units')],
  create: (name, spec) => new Affine(name, settingOf(spec, 'units')),
  tensors(spec, input) {
    const [D, M] = [sizeOfShape(input), settingOf(spec, 'units')]
    return [{ name: 'W', shape: [D, M], trained: true, stored: 'weight', transposed: true, decay: true }, { name: 'b', shape: [M], trained: true, stored: 'bias' }]
  },
  products: (spec, input) => [{ inputs: sizeOfShape(input), outputs: settingOf(spec, 'units') }],
  expression: (_, x, at) => `affine(${x}, W${at}, b${at})`,
  pytorch: (spec, input) => `nn.Linear(${sizeOfShape(input)}, ${settingOf(spec, 'units')})`,
  onnx: nameOf => ({ operator: 'Gemm', inputs: [nameOf('W'), nameOf('b')], integers: { transB: 1 } }), // W is stored as (out, in)
  numpy: { name: 'Affine', initial: {
    W: ([D, M], init) => `rng.normal(0, ${{ small: '0.01', xavier: `np.sqrt(1 / ${D})`, he: `np.sqrt(2 / ${D})` }[init]}, (${D}, ${M}))`,
    b: ([M]) => `np.zeros(${M})`,
  }, source: `class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T` },
}
