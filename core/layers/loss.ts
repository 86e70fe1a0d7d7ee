import type { BlockDefinition } from './definition'
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
}
