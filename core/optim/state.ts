import type { NamedParams } from '../network/params'
import type { GradSlot } from '../tensor'
import type { Arena, Tensor } from '../tensor'

/** A parameter with an optimizer's state: tensors of the same shape, initially 0. */
export interface ParamState {
  readonly slot: GradSlot
  readonly tensors: readonly Tensor[]
}

/** Allocates state for every W and b. @param tensors number of state tensors per parameter */
export function allocateState(params: readonly NamedParams[], arena: Arena, tensors: number): readonly ParamState[] {
  return params.flatMap(({ W, b }) => [W, b]).map(slot => ({ slot, tensors: Array.from({ length: tensors }, () => arena.tensor(slot.value.shape)) }))
}

/** Sets the state of every parameter to 0. */
export function clearState(state: readonly ParamState[]): void {
  for (const { tensors } of state) for (const { memory } of tensors) memory.fill(0)
}
