import type { GraphDocument, Nested, Trace } from '../graph/types'
import { traceOf } from '../graph/run'

/** Lesson 14's network, which lessons 21 and 23 use again. */
export const threeLayers = {
  X: [[1, 0.5]],
  W1: [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], b1: [0.1, 0.2, 0.3],
  W2: [[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]], b2: [0.1, 0.2],
  W3: [[0.1, 0.3], [0.2, 0.4]], b3: [0.1, 0.2],
} as const

/** Its target in lessons 21 and 23 */
export const threeLayersTarget = [[0, 1]]

export const threeLayersExpression = 'z1 = sigmoid(affine(X, W1, b1)); z2 = sigmoid(affine(z1, W2, b2)); y = affine(z2, W3, b3)'

export const threeLayersLoss = `${threeLayersExpression}; L = identityWithLoss(y, T)`

/** Runs the graph of an expression with its inputs. */
export const run = (expression: string, inputs: Readonly<Record<string, Nested>>, more: Partial<GraphDocument> = {}): Trace =>
  traceOf({ expression, inputs, ...more })

/** The forward value of a node. @param id by default the output */
export const valueAt = ({ forward }: Trace, id = forward.graph.output): readonly number[] => forward.values.get(id)!.data
export const gradientAt = ({ backward }: Trace, id: string): readonly number[] => backward.gradients.get(id)!.data
