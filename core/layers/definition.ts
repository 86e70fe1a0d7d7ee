import type { Init, LayerSpec } from '../config'
import type { NumberRange } from '../untrusted'
import type { CellRule } from './cell-sum'
import type { Layer } from './layer'

/** Sizes of one image's numbers, without the rows of the batch: [784], or [channels, rows, columns]. */
export type Shape = readonly number[]

/** Number of elements of a shape. */
export const sizeOfShape = (shape: Shape): number => shape.reduce((product, n) => product * n, 1)

/** A number that a layer is built with, such as its units. */
export interface LayerSetting extends NumberRange {
  readonly name: string
  /** Whether only whole numbers are allowed */
  readonly whole: boolean
  /** Value in a layer that is added; left out: it must be given */
  readonly usual?: number
  /** Whether it is the number of the layer's outputs: in a last layer it follows the dataset's classes */
  readonly outputs?: boolean
}

/** A tensor that is saved with the weights. */
export interface LayerTensor {
  /** 'W' */
  readonly name: string
  readonly shape: readonly number[]
  /** false: a buffer, kept but not trained */
  readonly trained: boolean
  /** Its name in PyTorch's files: 'weight' */
  readonly stored: string
  /** Whether PyTorch stores it as (out, in) */
  readonly transposed?: boolean
  /** Whether weight decay applies to it */
  readonly decay?: boolean
}

/** A matrix product of the forward pass: each image's `inputs` numbers times a matrix (inputs, outputs). */
export interface LayerProduct {
  readonly inputs: number
  readonly outputs: number
}

/** The step that a layer's expression stands for. */
export interface ExpressionStep {
  /** Of the layer: 'dropout1' */
  readonly name: string
  /** Suffix of the names of its parameters and constants: '1' */
  readonly at: string
  /** Rows in the graph: the first ones of the mini-batch */
  readonly rows: number
  /** Shape of the layer's input for one image */
  readonly input: Shape
  /** Seed of the run */
  readonly seed: number
  /** Mini-batches learned before this one */
  readonly step: number
}

/** An input of an expression that is not a parameter: a dropout mask. */
export interface ExpressionConstant {
  /** 'mask1' */
  readonly name: string
  readonly shape: Shape
  /** Row-major */
  readonly data: readonly number[]
}

/**
 * How the units of an activation layer are judged: a unit that is 0 for x ≤ 0 fires where x > 0; one whose curve is flat at both
 * ends is saturated where |x| > `saturated`, and at an end of its range to float32's precision where |x| > `extreme`.
 */
export type UnitLimits = { readonly fires: true } | { readonly saturated: number, readonly extreme: number }

/** A function of one number, and its derivative. */
export interface Curve {
  valueAt(x: number): number
  slopeAt(x: number): number
}

/** A class of Python code on NumPy, in the book's style. */
export interface NumpyClass {
  readonly name: string
  /** The whole class, without a line break at its ends */
  readonly source: string
}

/**
 * A layer's class in NumPy. Its constructor takes the trained tensors and then the settings that are not outputs, each in its order;
 * `backward` leaves the gradients of the trained tensors under their names: dW.
 */
export interface NumpyLayer extends NumpyClass {
  /** `forward` is told whether it is training */
  readonly training?: true
  /** The initial values of its trained tensors by name, as Python expressions; `rng` is a generator of NumPy */
  readonly initial?: Readonly<Record<string, (shape: Shape, init: Init) => string>>
}

/** An operator of ONNX that takes the output of the one before. @source ONNX, "Operators", version 17 of the set */
export interface OnnxNode {
  /** 'Gemm' */
  readonly operator: string
  /** Names of further inputs: its parameters */
  readonly inputs?: readonly string[]
  readonly integers?: Readonly<Record<string, number>>
  readonly floats?: Readonly<Record<string, number>>
}

/** What a view can show of a block of the chain: a layer or the loss. */
export interface BlockDefinition {
  readonly kind: string
  /** Its English name, for kinds without a translation */
  readonly title: string
  /** Its name where there is room for one or two letters; left out: the first letter of the title */
  readonly symbol?: string
  /** Tensors that a panel measures, in the order of display: ['W', 'dW', 'b', 'db', 'out'] */
  readonly parts: readonly string[]
  /** Further tensors that are measured only while this block is looked at; one that the network does not have is left out: dx of the first layer */
  readonly details?: readonly string[]
  /** Which of the parts are the gradient, the weights, the biases and the activation; null: no such tensor */
  readonly aspects: { readonly gradient: string, readonly weight: string | null, readonly bias: string | null, readonly activation: string }
  /** In the book's notation */
  readonly formula: { readonly gradient: string, readonly activation: string }
  /** Whether its derivative jumps where an input changes its sign, so that a gradient check counts such elements separately; left out: false */
  readonly kinkAtZero?: boolean
  /** How a cell of a tensor is computed, by the tensor's name: 'out', 'dW'; left out, also for single tensors: no such sum is known */
  readonly cells?: Readonly<Record<string, CellRule>>
  /** Left out: it is no activation, or nothing is known of its units */
  readonly units?: UnitLimits
  /** Whether in training a row of its output depends on the other rows, as on a mini-batch's mean; left out: it does not */
  readonly mixesRows?: true
  /** Σ of squares of each row's share in the gradients of all of its parameters (N); left out: it has none, or no rule is known */
  readonly rowSquares?: (layer: Pick<Layer, 'x' | 'dout'>) => Float64Array
  /** Its function of a single number with the derivative; left out: it has none, or it is no curve worth drawing */
  readonly curve?: Curve
  /** Names of its mean and variance, of the latest mini-batch and running; left out: it keeps none */
  readonly moments?: Readonly<Record<'batch' | 'running', { readonly mean: string, readonly variance: string }>>
}

/** Everything about one kind of layer, found by {@link layerDefinition}: no other table is indexed by kind. */
export interface LayerDefinition extends BlockDefinition {
  /** Numbers that it is built with, in the order of the text form */
  readonly settings: readonly LayerSetting[]
  /** Settings that may change during a run, by `Layer.configure` */
  readonly live?: readonly string[]
  /** Whether its input may be a dataset's sparse rows */
  readonly takesSparse: boolean
  /** Shape of its output for one image. @throws ConfigError when it cannot follow this input */
  outputShape(spec: LayerSpec, input: Shape): Shape
  /** @param name 'affine1' */
  create(name: string, spec: LayerSpec): Layer
  /** Tensors that are saved, in order. */
  tensors(spec: LayerSpec, input: Shape): readonly LayerTensor[]
  /** Tensors of PyTorch's files that are of no use here: 'num_batches_tracked' */
  readonly ignored?: readonly string[]
  /** Matrix products of its forward pass: they determine its work and its working memory. */
  products(spec: LayerSpec, input: Shape): readonly LayerProduct[]
  /** @throws ConfigError network.batchSize when it cannot be trained with mini-batches of this size */
  checkBatch?(batchSize: number): void
  /**
   * The same layer in the playground.
   * @param x expression of its input
   * @param at appended to the names of its parameters: '1' makes W1 and b1
   */
  expression(spec: LayerSpec, x: string, at: string): string
  /** Its class in exported NumPy code; left out: the class of the graph's operation of the same name */
  readonly numpy?: NumpyLayer
  /** The inputs of its expression that are not parameters; left out: the layer has only parameters */
  constants?(spec: LayerSpec, step: ExpressionStep): readonly ExpressionConstant[]
  /** Its module in a PyTorch network, with `from torch import nn`: 'nn.Linear(784, 50)'; left out: an export refuses it */
  pytorch?(spec: LayerSpec, input: Shape): string
  /**
   * Its operator in an ONNX file; null: it does nothing but in training; left out: an export refuses it.
   * @param nameOf name of a saved tensor in the file, which has PyTorch's layout
   */
  readonly onnx?: ((nameOf: (tensor: string) => string) => OnnxNode) | null
  /**
   * Which of the first elements of its output a training step keeps; left out: it drops none.
   * @param kept receives 1 for each element that is kept, 0 for each that is dropped
   */
  mask?(spec: LayerSpec, step: Pick<ExpressionStep, 'name' | 'seed' | 'step'>, kept: Uint8Array): void
}

/** The number in a layer's name: 2 in 'dropout2'. */
export const layerNumber = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0)

/** A setting of a spec as a number. */
export const settingOf = (spec: LayerSpec, name: string): number => Number(spec[name])

/** The parts that a layer without settings and parameters has: one number for each number of its input. */
export const elementwise = {
  settings: [], takesSparse: false, parts: ['out', 'dout'], details: ['dx'], aspects: { gradient: 'dout', weight: null, bias: null, activation: 'out' },
  outputShape: (_: LayerSpec, input: Shape): Shape => input,
  tensors: (): readonly LayerTensor[] => [],
  products: (): readonly LayerProduct[] => [],
} as const satisfies Partial<LayerDefinition>
