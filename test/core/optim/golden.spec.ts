import { type Arena, type Model, type Optimizer, optimizerDefinition, optimizerSpec, type Param } from '@core'
import { describe, expect, test } from 'vitest'
import { buildGolden, expectTensors, machines, optimizerNames, readGolden, type Tensors } from '../golden'

// PyTorch adds each ε where the lab does, outside of the root (generate.py describes differences, none of which affect numbers)
interface Rates { readonly learningRate: number, readonly momentum: number, readonly decay: number, readonly epsilon: number, readonly beta1: number, readonly beta2: number }
interface Learned { readonly rates: Rates, readonly losses: readonly number[], readonly trained: Tensors }
const optimizers = ['momentum', 'adagrad', 'rmsprop', 'adam'] as const
const make = (kind: typeof optimizers[number], rates: Rates, params: readonly Param[], arena: Arena): Optimizer =>
  optimizerDefinition(kind).create({ optimizer: { kind, ...rates }, weightDecay: 0 }, params, arena)

const weightsOf = ({ params }: Model): number[] => params.flatMap(({ slot }) => [...slot.value.data])

test('there are golden numbers of four networks', () => {
  expect(optimizerNames).toHaveLength(4)
})

describe.each(optimizerNames)('%s', (name) => {
  const golden = readGolden(name)
  const learned = readGolden<Readonly<Record<string, Learned>>>(`optimizers/${name}`)

  describe.each(machines)('on the %s', (_, ops, tolerance) => {
    test.each(optimizers)('ten steps of %s lead to PyTorch\'s weights', (optimizer) => {
      const { rates, losses, trained } = learned[optimizer]!
      const model = buildGolden(golden, ops)
      const steps = make(optimizer, rates, model.params, ops.arena())
      for (const loss of losses) {
        expect(Math.abs(model.forward(ops) - loss)).toBeLessThanOrEqual(tolerance)
        model.backward(ops)
        steps.step(ops)
      }
      expectTensors(model, trained, tolerance)
    })

    test.each(optimizers)('%s repeats the same steps after a reset, bit for bit', (optimizer) => {
      const { rates } = learned[optimizer]!
      const model = buildGolden(golden, ops)
      const first = weightsOf(model)
      const steps = make(optimizer, rates, model.params, ops.arena())
      const learn = (): number[][] => Array.from({ length: 7 }, () => {
        model.forward(ops)
        model.backward(ops)
        steps.step(ops)
        return weightsOf(model)
      })
      const once = learn()
      for (const [path, values] of Object.entries(golden.params)) model.tensor(path)!.data.set(values)
      expect(weightsOf(model)).toEqual(first)
      const unreset = learn()
      for (const [path, values] of Object.entries(golden.params)) model.tensor(path)!.data.set(values)
      steps.reset()
      expect(learn()).toEqual(once)
      expect(unreset).not.toEqual(once) // otherwise there was no state that a reset could clear
    })
  })

  test('the optimizers of a run have the golden numbers’ rates', () => {
    for (const optimizer of optimizers) {
      const { rates } = learned[optimizer]!
      const { kind, ...own } = optimizerSpec(optimizer, rates.learningRate)
      expect(kind).toBe(optimizer)
      expect(rates).toEqual(own)
    }
  })
})
