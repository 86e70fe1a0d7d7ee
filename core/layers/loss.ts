import type { BlockDefinition, NumpyLayer } from './definition'
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
  /** In a PyTorch program, for outputs (N,M) and class indices `labels` (N): lines that end with the mean loss of the rows, and y as an expression */
  readonly pytorch: { readonly loss: readonly string[], readonly y: string }
  /** In a NumPy program, for x (N,M) and class indices t (N): `forward(x, t)` returns the mean loss of the rows, `predict(x)` y, and `backward()` dx */
  readonly numpy: NumpyLayer
  /** In LaTeX: y, and the loss L of one row. @param x its input */
  latex(x: string): { readonly y: string, readonly loss: string }
  /** The same in the playground. @param x expression of its input @param t of its target */
  expression(x: string, t: string): string
}
