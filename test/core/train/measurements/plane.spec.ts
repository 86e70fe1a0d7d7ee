import { LossPlaneScan, type LossPlane, type LossPlaneOptions, Trainer } from '@core'
import { describe, expect, test } from 'vitest'
import { fastOps } from '../../../fixtures/fast-ops'
import { configOf, dataset } from '../../../fixtures/training'
import { machines } from '../../golden'
import { golden, goldenTrainer } from './golden'

const ops = fastOps()
const learned = (layers: string, steps = 2): Trainer => {
  const trainer = new Trainer(configOf(layers), dataset, { ops })
  for (let i = 0; i < steps; i++) trainer.learn()
  return trainer
}
/** @param places measured in a slice */
function planeOf(trainer: Trainer, options: LossPlaneOptions, places = Infinity): LossPlane {
  const scan = new LossPlaneScan(trainer, options)
  try {
    for (;;) {
      let left = places
      const plane = scan.advance(() => --left <= 0)
      if (plane) return plane
    }
  }
  finally { scan.dispose() }
}
const code = (code: string) => expect.objectContaining({ code }) as Error

describe.each(machines)('the loss over two weights by %s', (_, ops, tolerance) => {
  const near = (found: ArrayLike<number>, wanted: readonly number[]) => { wanted.forEach((number, i) => expect(Math.abs(found[i]! - number), `${i}`).toBeLessThan(Math.max(tolerance, 1e-6))) } // kept in float32

  test.each(golden.planes)('$cells.0.path and $cells.1.path is the one that NumPy finds', ({ cells, ranges, size, loss, gradients, losses }) => {
    for (const places of [Infinity, 1]) {
      const plane = planeOf(goldenTrainer(ops), { cells, ranges, size }, places)
      near(plane.losses, losses)
      near([plane.loss, plane.x.gradient, plane.y.gradient], [loss, ...gradients])
      expect([plane.images, plane.size, plane.x, plane.y]).toMatchObject([40, size, { ...cells[0], from: ranges[0][0], to: ranges[0][1] }, cells[1]])
    }
  })
})

test('goes by itself through the two weights that the latest update changed most, around their present values', () => {
  const trainer = learned('affine 9, batchNormalization, relu, dropout 0.3, affine 6')
  const changes = trainer.model.params.filter(({ decay }) => decay).flatMap(({ path, slot: { value, before } }) => Array.from(value.data, (x, i) => ({ path, row: Math.floor(i / value.columns), column: i % value.columns, value: x, change: Math.abs(x - before!.data[i]!) })))
  const [first, second] = changes.toSorted((a, b) => b.change - a.change).map(({ path, row, column, value }) => ({ path, row, column, value }))
  const { x, y, losses, loss, size } = planeOf(trainer, { size: 5 })
  expect([x, y]).toMatchObject([first, second])
  expect([x.from, x.to]).toEqual([first!.value - 1, first!.value + 1])
  expect(losses[Math.floor(size * size / 2)]).toBeCloseTo(loss, 5) // the middle is the present
  expect(trainer.learn()).toBe(learned('affine 9, batchNormalization, relu, dropout 0.3, affine 6', 3).loss)
})

test('is refused where a weight is none of the network’s, before a step, and beyond the memory', () => {
  const trainer = learned('affine 9, relu, affine 6')
  const cell = (path: string, row: number, column: number) => ({ path, row, column })
  const good = cell('affine1.W', 11, 8)
  for (const bad of [cell('affine1.W', 12, 0), cell('affine1.b', 1, 0), cell('affine1.out', 0, 0), cell('relu1.W', 0, 0)])
    expect(() => planeOf(trainer, { cells: [good, bad], size: 3 })).toThrow(code('train.noTensor'))
  expect(() => planeOf(learned('affine 9, relu, affine 6', 0), { size: 3 })).toThrow(code('measure.noStep'))
  expect(planeOf(learned('affine 9, relu, affine 6', 0), { cells: [good, cell('affine2.b', 0, 5)], size: 3 }).losses).toHaveLength(9)
  expect(() => planeOf(trainer, { size: 3, max: trainer.bytes })).toThrow(code('train.memory'))
})
