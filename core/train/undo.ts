import type { NamedParams } from '../network/params'
import type { Ops } from '../ops/ops'
import type { Arena } from '../tensor'

// Whether an update was too large shows only in the loss of the next step, so the update must be undone then. Each update copies
// the weights into `before` while they are in registers: a separate copy would read and write all of them once more, which adds
// 2 to 3 % to a step of 784-50-10.

/** Allocates a tensor for every parameter's values before the latest update. */
export function allocateBefore(params: readonly NamedParams[], arena: Arena): void {
  for (const { W, b } of params) for (const slot of [W, b]) slot.before = arena.tensor(slot.value.shape)
}

/** Undoes the latest update by restoring every parameter's previous values. */
export function undoUpdate(params: readonly NamedParams[], ops: Ops): void {
  for (const { W, b } of params) for (const { value, before } of [W, b]) ops.copy(value, before!)
}
