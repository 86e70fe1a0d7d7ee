import { type Arena, buildModel, checkRunConfig, countParameters, createReferenceOps, type Dataset, gradientCheck, initialize, layerKinds, type LayerSpec, type LossName, losses, type Ops, optimizers, optimizerSpec, planOf, printLayers, Random, type RunConfig, runMemory, sizeOfShape, tensorsOf, Trainer } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { smallDataset } from '../../fixtures/small-dataset'

/** A layer of any registered kind with any settings, its sizes small. */
const layer: fc.Arbitrary<LayerSpec> = fc.constantFrom(...layerKinds.values()).chain(({ kind, settings }) => fc.record(Object.fromEntries(settings.map(({ name, whole, min, max, open = false }) => [
  name, whole ? fc.integer({ min, max: Math.min(max, min + 6) }) : fc.double({ min, max, maxExcluded: open, noNaN: true }),
]))).map(values => ({ kind, ...values })))
const chain = fc.array(layer, { minLength: 1, maxLength: 6 })
const loss = fc.constantFrom<LossName>(...losses)

describe('any chain of layers', () => {
  test('has the shapes and the tensors that its plan says', () => {
    fc.assert(fc.property(chain, loss, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5 }), (layers, loss, input, rows) => {
      const architecture = { input: [input], layers, loss }
      const model = buildModel(architecture, { rows })
      const plan = planOf(architecture)
      expect(model.layers.map(({ name }) => name)).toEqual([...plan.map(({ name }) => name), loss])
      for (const [i, { input, output }] of plan.entries()) {
        const { x, out, dout } = model.layers[i]!
        expect([x.columns, out.columns, dout.shape]).toEqual([sizeOfShape(input), sizeOfShape(output), out.shape])
      }
      const saved = [...model.params.map(({ path, slot }) => ({ path, shape: slot.value.shape, trained: true })), ...model.buffers.map(({ path, tensor }) => ({ path, shape: tensor.shape, trained: false }))]
      const planned = tensorsOf(architecture).map(({ path, shape, trained }) => ({ path, shape, trained }))
      expect(saved).toEqual([...planned.filter(({ trained }) => trained), ...planned.filter(({ trained }) => !trained)])
      expect(countParameters(architecture)).toBe(model.params.reduce((sum, { slot }) => sum + slot.value.size, 0))
    }), { seed: 41, numRuns: 200 })
  })

  test('passes the gradient check in float64 with its mask and its statistics held', () => {
    const ops = createReferenceOps('float64')
    const kinds = new Set<string>()
    fc.assert(fc.property(chain, loss, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 4 }), fc.nat(1e6), (layers, loss, input, rows, seed) => {
      const tame = layers.map(spec => spec.kind === 'dropout' ? { ...spec, rate: Math.min(Number(spec['rate']), 0.6) } : spec) // 1 / (1 − rate) multiplies the rounding error
      const architecture = { input: [input], layers: [{ kind: 'affine', units: 4 }, ...tame], loss }
      const model = buildModel(architecture, { rows, precision: 'float64' })
      initialize(model, 'xavier', seed)
      const random = new Random(seed)
      for (const { slot: { value } } of model.params) for (let i = 0; i < value.size; i++) value.data[i]! += 0.3 * random.normal()
      for (let i = 0; i < rows * input; i++) model.input.value.data[i] = random.normal()
      const classes = model.out.value.columns
      for (let n = 0; n < rows; n++) {
        if (loss === 'softmaxWithLoss') model.target.value.data[n] = random.integer(classes)
        else model.target.value.data[n * classes + random.integer(classes)] = 1
      }
      for (const { kind } of model.layers) kinds.add(kind)
      for (const { path, max } of gradientCheck(model, ops, 1e-6)) { // behind ReLU a column of a few rows may hardly vary, and batch normalization is steep there
        const { grad } = model.params.find(param => param.path === path)!.slot
        const scale = Math.max(1, ...grad.data.map(Math.abs))
        expect(max / scale, `${path} of ${printLayers(architecture.layers)}`).toBeLessThan(1e-6) // rounding is 1e-16 · loss / h = 1e-10, multiplied by steep columns
      }
    }), { seed: 44, numRuns: 150 })
    expect([...kinds].sort()).toEqual([...layerKinds.keys(), ...losses].sort())
  })
})

describe('a run of any chain of layers', () => {
  const dataset: Dataset = smallDataset({ train: 60, test: 20 }) // twelve pixels, six classes

  /** The run's arenas, counted. */
  function counting(): { readonly ops: Ops, readonly bytes: () => number } {
    const reference = createReferenceOps('float32')
    const arenas: Arena[] = []
    const arena = (): Arena => {
      const made = reference.arena()
      arenas.push(made)
      return made
    }
    return { ops: { ...reference, arena }, bytes: () => arenas.reduce((sum, { bytes }) => sum + bytes, 0) }
  }

  test('takes the memory that was predicted, and learns, or diverges and says so', () => {
    fc.assert(fc.property(chain, loss, fc.constantFrom(...optimizers), fc.integer({ min: 2, max: 40 }), fc.constantFrom(0, 0.01), fc.double({ min: 0, max: 0.5, noNaN: true }), (layers, loss, optimizer, batchSize, weightDecay, validation) => {
      const config: RunConfig = checkRunConfig({ dataset: 'small', network: { layers: [...layers, { kind: 'affine', units: 6 }], loss }, init: 'he', optimizer: optimizerSpec(optimizer), weightDecay, batchSize, seed: 2, validation })
      const { ops, bytes } = counting()
      const predicted = runMemory(config, dataset, ops)
      const trainer = new Trainer(config, dataset, { ops })
      trainer.createEvaluator().dispose()
      const state = trainer.snapshot().tensors.reduce((sum, { data }) => sum + data.byteLength, 0)
      const learned = 60 - Math.min(59, Math.round(60 * validation))
      const statistics = trainer.model.buffers.reduce((sum, { tensor }) => sum + tensor.data.byteLength, 0)
      expect(predicted.bytes).toBe(bytes() + state + statistics + 4 * (60 + learned)) // its copy of the state, that of the running statistics before a step, all images' order and those learned from
      expect(predicted.rows).toBe(trainer.model.input.value.capacity)
      const first = trainer.learn()
      expect([trainer.divergence === null, Number.isFinite(first)]).toEqual([Number.isFinite(first), trainer.divergence === null])
    }), { seed: 45, numRuns: 100 })
  })
})
