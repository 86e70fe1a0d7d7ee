import type { BlockDefinition, NumpyClass, OnnxNode } from './definition'
import type { LossLayer } from './layer'

/** Everything about one kind of loss. */
export interface LossDefinition extends BlockDefinition {
  /** The text form's word for it: 'softmax' */
  readonly word: string
  /** What it compares y with: the class's index, or a value for each output */
  readonly target: 'classes' | 'values'
  /** Whether y are probabilities, which sum to 1 */
  readonly probabilities: boolean
  create(): LossLayer
  /** The same in the playground. @param x expression of its input @param t of its target */
  expression(x: string, t: string): string
  /** In a PyTorch program, for outputs (N,M) and class indices `labels` (N): lines that end with the mean loss of the rows, and y as an expression */
  readonly pytorch: { readonly loss: readonly string[], readonly y: string }
  /** Its class in exported NumPy code: `forward(x, t)` takes the classes' indices and returns the loss, `backward()` the gradient of x. */
  readonly numpy: NumpyClass
  /** Its y in an ONNX file; null: the outputs as they are */
  readonly onnx: OnnxNode | null
}
