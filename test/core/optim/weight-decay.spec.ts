import { type Arena, type GradSlot, type OptimizerName, optimizerDefinition, optimizers, type Ops, type Param } from '@core'
import { describe, expect, test } from 'vitest'
import { machines } from '../golden'
import { expectNear } from '../numbers'
import { decayed } from '../ops/golden'

/** Two equal parameters after ten steps; weight decay applies to the first only. */
function trained(ops: Ops, kind: OptimizerName, weightDecay: number): readonly [W: GradSlot, b: GradSlot] {
  const { before, gradients, runs } = decayed
  const arena: Arena = ops.arena()
  const [W, b] = [arena.slot([3, 7]), arena.slot([3, 7])]
  const params: readonly Param[] = [{ path: 'affine1.W', slot: W, decay: true }, { path: 'affine1.b', slot: b, decay: false }]
  const optimizer = optimizerDefinition(kind).create({ optimizer: { kind, ...runs[kind].rates }, weightDecay }, params, arena)
  for (const { value } of [W, b]) value.data.set(before)
  for (const gradient of gradients) {
    for (const { grad } of [W, b]) grad.data.set(gradient)
    expect(optimizer.step(ops)).toBe(true)
  }
  // the gradients that are shown are those of the loss alone
  for (const { grad } of [W, b]) expectNear(grad.data, gradients.at(-1)!, 1e-6)
  return [W, b]
}

describe.each(machines)('on the %s', (_, ops, tolerance) => {
  test.each(optimizers)('ten steps of %s with weight decay lead to PyTorch’s weights, and leave biases alone', (kind) => {
    const [W, b] = trained(ops, kind, decayed.decay)
    expectNear(W.value.data, decayed.runs[kind].after, tolerance)
    const [plain] = trained(ops, kind, 0)
    expect([...b.value.data]).toEqual([...plain.value.data])
    expect([...W.value.data]).not.toEqual([...plain.value.data])
  })
})
