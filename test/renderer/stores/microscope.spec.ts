import { createReferenceOps, LabError, microscopeHs, parseLayers, type RunConfig, Trainer } from '@core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { useCheckRace } from '../../../renderer/stores/check-race'
import { useCheckedBatch } from '../../../renderer/stores/checked-batch'
import { useChosenBlock } from '../../../renderer/stores/chosen-block'
import { useMicroscope } from '../../../renderer/stores/microscope'
import { useRun } from '../../../renderer/stores/run'
import { watch } from 'vue'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'
import { batchFrame } from '../batch-frame'
import { fakeMain, runState } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks() })

const dropping: RunConfig = { ...runConfig({ dataset: 'small', batchSize: 20, seed: 3 }), network: { layers: parseLayers('affine 8, batchNormalization, relu, dropout 0.4, affine 6'), loss: 'softmaxWithLoss' } }

/** A run after three steps, and a main that answers for it. */
function trained(config: RunConfig = dropping) {
  const trainer = new Trainer(config, smallDataset(), { ops: createReferenceOps('float32') })
  for (let i = 0; i < 3; i++) trainer.learn()
  const main = fakeMain({ 'run:batch': ({ rows }) => batchFrame(trainer, rows) })
  useRun().accept(runState({ config, dataset: trainer.dataset.info, input: [12], step: 3 }))
  return { main, trainer }
}
const measured = () => vi.waitUntil(() => useMicroscope().reading !== null && useMicroscope().along !== null && useMicroscope().share === null, { interval: 1 })

describe('the batch that is checked', () => {
  test('is the next mini-batch, of which as many images as are quick are asked for, or as many as are chosen', async () => {
    const { main } = trained()
    const checked = useCheckedBatch()
    expect([checked.choices, checked.rows]).toEqual([[3, 10, 20], 20]) // a small network: all of them are quick
    checked.load()
    await vi.waitUntil(() => checked.batch, { interval: 1 })
    checked.chooseRows(3)
    await vi.waitUntil(() => checked.batch?.frame.images.length === 3, { interval: 1 })
    expect([main.asked('run:batch'), checked.isPresent]).toEqual([[{ rows: 20 }, { rows: 3 }], true])
    useRun().accept(runState({ config: dropping, input: [12], step: 4 }))
    expect([checked.isPresent, checked.batch!.frame.step]).toEqual([false, 3]) // stays until it is asked for again
  })

  test('of a large network has fewer images', () => {
    trained()
    useRun().accept(runState({ runId: 2, config: runConfig({ layers: [784, 50, 10] }) }))
    expect(useCheckedBatch().rows).toBe(10)
    useRun().accept(runState({ runId: 3, config: runConfig({ layers: [784, 1000, 1000, 10] }) }))
    expect(useCheckedBatch().rows).toBe(3)
  })
})

// Cause: for a moment the curve of one weight stood beside the gradient of another.
test('another weight comes with its curve', async () => {
  trained()
  useCheckedBatch().load()
  await measured()
  const microscope = useMicroscope()
  const before = microscope.along
  const isNew: boolean[] = []
  watch(() => microscope.reading, () => { isNew.push(microscope.along !== before) })
  microscope.choose({ path: 'affine1.W', row: 1, column: 2 })
  await vi.waitUntil(() => microscope.reading?.place.path === 'affine1.W' && microscope.reading.place.row === 1 && microscope.share === null, { interval: 1 })
  expect(isNew).toEqual([true])
})

describe('a batch that cannot be read', () => {
  test('says why, and is asked for again', async () => {
    const { trainer } = trained()
    let isRefused = true
    const main = fakeMain({ 'run:batch': ({ rows }) => { if (isRefused) throw new LabError('train.largeGraph', 'too many', { found: 9, max: 5 }); return batchFrame(trainer, rows) } })
    useRun().accept(runState({ config: dropping, dataset: trainer.dataset.info, input: [12], step: 3 }))
    const checked = useCheckedBatch()
    checked.load()
    await vi.waitUntil(() => checked.refused, { interval: 1 })
    expect([checked.refused!.code, checked.batch, checked.loading]).toEqual(['train.largeGraph', null, false])
    isRefused = false
    checked.load()
    await vi.waitUntil(() => checked.batch, { interval: 1 })
    expect([checked.refused, main.asked('run:batch').length]).toEqual([null, 2])
  })
})

describe('the microscope', () => {
  test('has the gradient of the very step that the run takes next, with its dropout mask', async () => {
    const { trainer } = trained()
    const microscope = useMicroscope()
    useCheckedBatch().load()
    const found = new Map<string, number>()
    for (const place of [{ path: 'affine1.W', row: 5, column: 2 }, { path: 'batchNormalization1.gamma', row: 0, column: 4 }, { path: 'affine2.b', row: 0, column: 1 }]) {
      microscope.choose(place)
      await vi.waitUntil(() => microscope.reading?.place.path === place.path, { interval: 1 })
      expect(microscope.reading!.place).toEqual(place)
      found.set(place.path, microscope.reading!.gradient.float32)
    }
    trainer.learn()
    const grad = (path: string) => trainer.model.params.find(param => param.path === path)!.slot.grad.data
    expect([...found.values()]).toEqual([grad('affine1.W')[5 * 8 + 2], grad('batchNormalization1.gamma')[4], grad('affine2.b')[1]]) // the same operations on the same numbers
    expect(Math.abs(found.get('batchNormalization1.gamma')!)).toBeGreaterThan(0)
  })

  test('begins with the largest gradient, and so does each parameter', async () => {
    trained()
    const microscope = useMicroscope()
    expect(microscope.place).toBeNull()
    useCheckedBatch().load()
    await measured()
    expect(microscope.place).toEqual(useCheckedBatch().batch!.microscope.largest())
    microscope.chooseLargest('affine1.b')
    expect(microscope.place).toEqual(useCheckedBatch().batch!.microscope.largest('affine1.b'))
    microscope.choose({ path: 'affine1.W', row: 400, column: 0 }) // of another network
    expect(microscope.place).toEqual(useCheckedBatch().batch!.microscope.largest())
  })

  test('draws the loss around the weight as wide as h, in the chosen precision', async () => {
    trained()
    const microscope = useMicroscope()
    useCheckedBatch().load()
    await measured()
    const width = () => microscope.along!.points.at(-1)!.offset
    expect([microscope.h, width()]).toEqual([1e-4, 2.5e-4])
    microscope.chooseH(0.02) // between 0.0178 and 0.0316
    expect(microscope.h).toBe(0.0178)
    await vi.waitUntil(() => width() === 2.5 * 0.0178, { interval: 1 })
    const before = microscope.along
    microscope.choosePrecision('float32')
    await vi.waitUntil(() => microscope.along !== before, { interval: 1 })
    const middle = microscope.along!.points[60]!
    expect(middle).toEqual({ offset: 0, loss: microscope.reading!.loss.float32 })
  })

  test('moved on quickly measures the last weight alone', async () => {
    trained()
    const microscope = useMicroscope()
    useCheckedBatch().load()
    await measured()
    for (const column of [0, 1, 2, 3]) microscope.choose({ path: 'affine1.b', row: 0, column })
    microscope.chooseH(1e-2)
    await vi.waitUntil(() => microscope.reading!.place.column === 3 && microscope.reading!.place.path === 'affine1.b' && microscope.share === null && microscope.along!.points.at(-1)!.offset === 2.5e-2, { interval: 1 })
    const { reading } = microscope
    expect(reading!.slopes).toHaveLength(microscopeHs.length)
    microscope.choose({ path: 'affine2.b', row: 0, column: 0 })
    microscope.choose({ path: 'affine1.b', row: 0, column: 3 })
    await vi.waitUntil(() => microscope.reading !== reading && microscope.share === null && microscope.reading!.place.path === 'affine1.b', { interval: 1 })
    expect(microscope.reading).toEqual(reading) // the weights are as they were
  })

  test('opened from elsewhere shows the weight in the Check tab, at the level that has it', async () => {
    const { main } = trained()
    useMicroscope().look({ path: 'affine2.W', row: 1, column: 2 }, { h: 1e-6, precision: 'float32' })
    expect([useMicroscope().place, useMicroscope().h, useMicroscope().precision, useChosenBlock().tab]).toEqual([{ path: 'affine2.W', row: 1, column: 2 }, 1e-6, 'float32', 'check'])
    await vi.waitUntil(() => main.asked('settings:write').length > 0, { interval: 1 })
    expect(main.asked('settings:write')).toEqual([{ level: 'everything' }])
  })
})

describe('the race', () => {
  test('compares all weights by both ways, and names those that differ most with their places', async () => {
    trained()
    useCheckedBatch().load()
    await measured()
    const race = useCheckRace()
    expect([race.canDraw, race.which, race.parameters, race.weights]).toEqual([false, 'all', 12 * 8 + 8 + 16 + 8 * 6 + 6, 174])
    useMicroscope().chooseH(1e-2) // so large that the truncation error tells weights apart
    await race.run()
    const { result } = race as { result: NonNullable<typeof race.result> }
    expect(result).toMatchObject({ step: 3, rows: 20, of: 20, h: 1e-2, precision: 'float64', compared: 174, parameters: 174 })
    expect(result.checks.map(({ path }) => path)).toEqual(['affine1.W', 'affine1.b', 'batchNormalization1.gamma', 'batchNormalization1.beta', 'affine2.W', 'affine2.b'])
    expect(result.worst).toHaveLength(10)
    const [first] = result.worst
    expect(Math.abs(first!.numeric - first!.backprop)).toBe(Math.max(...result.checks.map(({ max }) => max)))
    // the microscope shows the same numbers of it
    useMicroscope().look(first!, result)
    const isShown = () => useMicroscope().reading!.place.path === first!.path && useMicroscope().reading!.place.row === first!.row && useMicroscope().reading!.place.column === first!.column
    await vi.waitUntil(isShown, { interval: 1 })
    expect(useMicroscope().reading!.slopes.find(({ h }) => h === 1e-2)!.float64.slope).toBe(first!.numeric)
    expect(useMicroscope().reading!.gradient.float64).toBe(first!.backprop)
  })

  test('of a larger network can take a thousand weights drawn at random, and be cancelled', async () => {
    trained(runConfig({ dataset: 'small', layers: [12, 100, 6], batchSize: 20 }))
    useCheckedBatch().chooseRows(3)
    const checked = useCheckedBatch()
    await vi.waitUntil(() => checked.batch, { interval: 1 })
    const race = useCheckRace()
    expect([race.canDraw, race.which, race.weights]).toEqual([true, 'all', 1906])
    race.chooseWhich('some')
    expect([race.weights, race.price]).toEqual([1000, 2000 * checked.batch!.forwardMs])
    const going = race.run()
    await vi.waitUntil(() => race.running, { interval: 1 })
    expect(race.backpropMs).not.toBeNull() // through before the other one begins
    race.cancel()
    await going
    expect([race.running, race.result]).toEqual([false, null])
    await race.run()
    expect(race.result).toMatchObject({ compared: 1000, parameters: 1906, rows: 3, of: 20 })
    expect(race.result!.checks.reduce((sum, { checked, kinks }) => sum + checked + kinks, 0)).toBe(1000)
  })
})
