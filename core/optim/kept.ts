import type { NamedParams } from '../network/params'
import type { GradSlot } from '../tensor'
import type { Arena, Tensor } from '../tensor'

/** A parameter with what an optimizer keeps for it, of its shape, at first all 0. */
export interface Kept {
  readonly slot: GradSlot
  readonly state: readonly Tensor[]
}

/** Every W and b with as many tensors of their own. */
export function keptFor(params: readonly NamedParams[], arena: Arena, tensors: number): readonly Kept[] {
  return params.flatMap(({ W, b }) => [W, b]).map(slot => ({ slot, state: Array.from({ length: tensors }, () => arena.tensor(slot.value.shape)) }))
}

export function forget(kept: readonly Kept[]): void {
  for (const { state } of kept) for (const { memory } of state) memory.fill(0)
}
