import type { NamedParams } from '../network/params'
import type { GradSlot } from '../tensor'
import type { Arena, Tensor } from '../tensor'

/** A parameter with an optimizer's state: tensors of the same shape, initially 0. */
export interface ParamState {
  readonly slot: GradSlot
  readonly state: readonly Tensor[]
}

/** Allocates state for every W and b. @param tensors number of state tensors per parameter */
export function statesFor(params: readonly NamedParams[], arena: Arena, tensors: number): readonly ParamState[] {
  return params.flatMap(({ W, b }) => [W, b]).map(slot => ({ slot, state: Array.from({ length: tensors }, () => arena.tensor(slot.value.shape)) }))
}

export function forget(kept: readonly ParamState[]): void {
  for (const { state } of kept) for (const { memory } of state) memory.fill(0)
}
