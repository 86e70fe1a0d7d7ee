import type { Param } from '../layers/layer'
import type { Arena } from '../tensor'

// A view may ask what the latest update changed. Each update copies the weights into `before` while they are in registers: a
// separate copy would read and write all of them once more, which adds 2 to 3 % to a step of 784-50-10.

/** Allocates a tensor for every parameter's values before the latest update. */
export function allocateBefore(params: readonly Param[], arena: Arena): void {
  for (const { slot } of params) slot.before = arena.tensor(slot.value.shape)
}
