import { type Dataset, hexOf, LabError, optimizers, optimizerSpec, type Snapshot, type Taught, Trainer } from '@core'
import { describe, expect, test } from 'vitest'
import { checkpointIn, configOf, dataset, learnTo, resumed } from '../../fixtures/training'
import { expectTensors, machines, readGolden, type Tensors } from '../golden'

interface Answer { readonly outputs: readonly number[], readonly loss: number }
interface Case { readonly optimizer: 'sgd' | 'adam', readonly times: number, readonly learningRate: number, readonly updates: number, readonly state: Tensors, readonly after: Tensors, readonly answer: Answer }
/** Output of generate.py: NumPy in float64 */
const golden = readGolden<{ readonly image: readonly number[], readonly label: number, readonly before: Tensors, readonly answer: Answer, readonly cases: readonly Case[] }>('taught/taught.json')

const tensorsOf = (tensors: Tensors, prefix = '') => Object.entries(tensors).map(([path, data]) => ({ path: `${prefix}${path}`, data: Float32Array.from(data) }))
const image = (times: number): Taught => ({ pixels: hexOf(Uint8Array.from(golden.image)), label: golden.label, times })

describe.each(machines)('an image that is taught on the %s', (_, ops, tolerance) => {
  test.each(golden.cases.map(one => [one.optimizer, one.times, one] as const))('moves the weights as NumPy’s %s does, %i times', (optimizer, times, { learningRate, updates, state, after, answer }) => {
    const config = configOf('affine 5, relu, affine 6', { optimizer: optimizerSpec(optimizer, learningRate) })
    const trainer = new Trainer(config, dataset, { ops })
    const { position } = trainer.snapshot()
    const begun: Snapshot = { position, loss: null, optimizer, updates, tensors: [...tensorsOf(golden.before), ...tensorsOf(state, 'optimizer.')] }
    trainer.restore(begun)
    const read = () => {
      const one = trainer.readOne()
      try { return one.read(image(times)) }
      finally { one.dispose() }
    }
    const expectAnswer = ({ outputs, loss }: Answer) => {
      const found = read()
      outputs.forEach((output, m) => expect(Math.abs(found.outputs[m]! - output), `output ${m}`).toBeLessThanOrEqual(Math.max(tolerance, 1e-7))) // outputs are read as float32
      expect(Math.abs(found.loss - loss)).toBeLessThanOrEqual(10 * tolerance)
    }
    expectAnswer(golden.answer)
    trainer.teach(image(times))
    expectTensors(trainer.model, after, tolerance)
    expectAnswer(answer)
    expect(trainer.snapshot()).toMatchObject({ position, updates: updates + times })
    expect(trainer.events).toEqual([{ step: 0, change: {}, taught: image(times) }])
    trainer.dispose()
  })
})

/** Everything that determines the next steps, to the bit. */
const stateOf = (trainer: Trainer) => {
  const { position, loss, updates, tensors } = trainer.snapshot()
  return { position, loss, updates, tensors: Object.fromEntries(tensors.map(({ path, data }) => [path, [...data]])) }
}
const seven: Taught = { pixels: hexOf(dataset.test.images.slice(0, 12)), label: 3, times: 10 }

describe.each(optimizers)('a run by %s with every kind of layer', (kind) => {
  const config = configOf(undefined, { optimizer: { kind, learningRate: 0.01 }, weightDecay: 0.001 })

  test('goes on after a checkpoint as if it had never stopped, bit for bit, before and after it was taught', () => {
    const straight = learnTo(new Trainer(config, dataset), 20)
    const [before, untaught] = [resumed(straight), resumed(straight)]
    for (const trainer of [straight, before]) trainer.teach(seven)
    expect(stateOf(before)).toEqual(stateOf(straight))
    expect(stateOf(straight)).not.toEqual(stateOf(untaught))
    const after = resumed(straight)
    expect(after.events).toEqual(straight.events)
    for (const trainer of [straight, before, after]) learnTo(trainer, 40)
    for (const trainer of [before, after]) expect(stateOf(trainer)).toEqual(stateOf(straight))
  })

  test('stays at its place in the epoch', () => {
    const trainer = learnTo(new Trainer(config, dataset), 5)
    const { position, loss } = trainer.snapshot()
    const next = Array.from(trainer.nextImages)
    trainer.teach(seven)
    expect([trainer.snapshot().position, trainer.loss, Array.from(trainer.nextImages)]).toEqual([position, loss, next])
  })
})

test('each of several updates has dropout masks of its own', () => {
  const config = configOf('affine 40, relu, dropout 0.5, affine 6')
  const moved = (times: number) => {
    const trainer = new Trainer(config, dataset)
    const before = Float32Array.from(trainer.model.tensor('affine2.W')!.data)
    trainer.teach({ ...seven, times })
    const now = trainer.model.tensor('affine2.W')!.data
    return new Set([...before.keys()].filter(i => now[i] !== before[i]))
  }
  expect(moved(4).size).toBeGreaterThan(moved(1).size) // with one mask, the dropped units' weights would never move
})

test('an image with which the weights are not finite changes nothing', () => {
  const config = configOf('affine 6', { optimizer: { kind: 'momentum', learningRate: 0.01 } })
  const trainer = learnTo(new Trainer({ ...config, network: { ...config.network, loss: 'identityWithLoss' } }, dataset), 10).change({ optimizer: { learningRate: 100 } })
  const before = stateOf(trainer)
  expect(() => trainer.teach({ ...seven, times: 100 })).toThrow(expect.objectContaining({ code: 'teach.diverged' }) as LabError)
  expect(stateOf(trainer)).toEqual(before)
  expect(trainer.events).toHaveLength(1)
  expect(trainer.divergence).toBeNull()
})

test('a dropout rate that has changed holds for what is taught', () => {
  const config = configOf('affine 9, relu, dropout 0.5, affine 6')
  const other: Dataset = dataset
  const trainer = new Trainer(config, other).change({ layers: { dropout1: { rate: 0 } } })
  const plain = new Trainer(configOf('affine 9, relu, affine 6'), other)
  for (const one of [trainer, plain]) one.teach(seven)
  expect(Array.from(trainer.model.tensor('affine2.W')!.data)).toEqual(Array.from(plain.model.tensor('affine2.W')!.data))
})

test('what was taught has gone when the run is rewound', () => {
  const trainer = new Trainer(configOf(), dataset)
  const first = stateOf(trainer)
  trainer.teach(seven)
  trainer.rewind()
  expect(stateOf(trainer)).toEqual(first)
  expect(checkpointIn(trainer).events).toEqual([])
})
