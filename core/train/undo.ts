import type { NamedParams } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Arena } from '../tensor'

// A step's loss tells only at the next step that its update was too large, so that update must be undone. Each update
// copies the weights into `before` while it has them in registers: a copy of its own would read and write all of them
// once more, which adds 2 to 3 % to a step of 784-50-10.

/** Allocates for every parameter the tensor that keeps its values from before the latest update. */
export function allocateBefore(params: readonly NamedParams[], arena: Arena): void {
  for (const { W, b } of params) for (const slot of [W, b]) slot.before = arena.tensor(slot.value.shape)
}

/** Undoes the latest update: every parameter is what it was before. */
export function undoUpdate(params: readonly NamedParams[], ops: Ops): void {
  for (const { W, b } of params) for (const { value, before } of [W, b]) ops.copy(value, before!)
}
