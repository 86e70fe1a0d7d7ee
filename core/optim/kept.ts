import type { NamedParams } from '../network/params'
import type { GradSlot } from '../tensor'
import type { Arena, Tensor } from '../tensor'

/** A parameter with an optimizer's state for it: tensors of the same shape, at first all 0. */
export interface Kept {
  readonly slot: GradSlot
  readonly state: readonly Tensor[]
}

/** State for every W and b. @param tensors how many for each */
export function keptFor(params: readonly NamedParams[], arena: Arena, tensors: number): readonly Kept[] {
  return params.flatMap(({ W, b }) => [W, b]).map(slot => ({ slot, state: Array.from({ length: tensors }, () => arena.tensor(slot.value.shape)) }))
}

export function forget(kept: readonly Kept[]): void {
  for (const { state } of kept) for (const { memory } of state) memory.fill(0)
}
