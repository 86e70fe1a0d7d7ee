import type { Model } from '../network/model'
import { allFinite } from '../ops/finite'

/**
 * Path of the first tensor that is not finite, in the order in which a step computes them.
 * @param updated whether the step ended with an update; else its forward pass was the last thing computed
 * @returns 'affine1.out'; null when only the loss itself is not finite
 */
export function firstNonFinite({ layers }: Pick<Model, 'layers'>, updated: boolean): string | null {
  const forward = layers.flatMap(({ name, params, output }) => [
    ...params.map(({ path, slot }) => [path, slot.value] as const),
    [`${name}.out`, output.value] as const,
  ])
  const backward = [...layers].reverse().flatMap(({ name, params, output: { grad } }) => [
    ...grad ? [[`${name}.dout`, grad] as const] : [],
    ...params.map(({ path, slot }) => [path.replace('.', '.d'), slot.grad] as const),
  ])
  return [...updated ? backward : [], ...forward].find(([, { data }]) => !allFinite(data))?.[0] ?? null
}
