import { LabError } from '../errors'
import type { Tensor } from '../tensor'

/** @throws LabError internal, naming the operation and the tensors' shapes, when these do not fit each other */
export function checkShapes(fits: boolean, op: string, a: Tensor, b: Tensor, c?: Tensor, d?: Tensor, e?: Tensor, f?: Tensor, g?: Tensor): void {
  if (fits) return
  const shapes = [a, b, c, d, e, f, g].flatMap(tensor => tensor ? [shapeOf(tensor)] : []).join(' ')
  throw new LabError('internal', `${op}: shapes do not fit: ${shapes}`, { found: shapes })
}

/** A tensor's shape for messages: (100,784) */
export const shapeOf = ({ shape }: Tensor): string => `(${shape.join(',')})`

/** Error for a class index outside 0 to `classes` − 1. */
export const invalidClass = (t: number, classes: number): LabError =>
  new LabError('internal', `softmaxLoss: classes are 0 to ${classes - 1}, found ${t}`, { found: t })
