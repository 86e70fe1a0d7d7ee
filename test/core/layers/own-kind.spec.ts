import { Arena, blockDefinition, buildGraph, buildModel, checkRunConfig, createReferenceOps, gradientCheck, initialize, latexOf, layerDefinition, layerKinds, lossDefinition, type Model, numpyOf, type Ops, parseLayers, parseProgram, printLayers, probeBlocks, pytorchOf, readWeights, registerLayer, runGraph, runMemory, type RunConfig, Slot, SoftmaxWithLoss, Tensor, Trainer, wholeSize, writeWeights } from '@core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fastOps } from '../../fixtures/fast-ops'
import { leakyRelu } from '../../fixtures/leaky-relu'
import { perceptron, runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'
import { expectNear, randomTensor } from '../numbers'

let remove: () => void
beforeEach(() => { remove = registerLayer(leakyRelu) })
afterEach(() => remove())

const text = 'affine 10, leakyRelu 0.1, affine 6'
const config = (): RunConfig => checkRunConfig({ ...runConfig(), network: { layers: parseLayers(text), loss: 'softmaxWithLoss' }, batchSize: 23, seed: 3 })
const note = { version: '1' }
const refusal = (work: () => unknown) => {
  try { work() }
  catch (cause) { return cause as { code: string, details: Record<string, unknown> } }
  return null
}

function trained(steps: number, ops: Ops = createReferenceOps('float32')): Trainer {
  const trainer = new Trainer(config(), smallDataset(), { ops })
  for (let i = 0; i < steps; i++) trainer.learn()
  return trainer
}
const weightsOf = (trainer: Trainer) => trainer.weights(note).tensors.flatMap(({ data }) => [...data])

describe('one call adds a kind of layer that', () => {
  test('is read and printed by the text form, with its setting checked by name', () => {
    expect(parseLayers(text)).toEqual([{ kind: 'affine', units: 10 }, { kind: 'leakyRelu', slope: 0.1 }, { kind: 'affine', units: 6 }])
    expect(printLayers(parseLayers(' Affine 10; LEAKYRELU 0.1\naffine 6'))).toBe(text)
    expect(refusal(() => parseLayers('affine 10, leakyRelu 1.5'))).toMatchObject({ code: 'network.setting', details: { layer: 2, kind: 'leakyRelu', setting: 'slope', wanted: '0 ≤ … ≤ 1' } })
    expect(refusal(() => parseLayers('affine 10, leakyRelo 0.1'))).toMatchObject({ code: 'network.kind', details: { suggestion: 'leakyRelu' } })
  })

  test('trains on the reference and on the kernels alike', () => {
    const [reference, kernels] = [trained(20), trained(20, fastOps())]
    expectNear(weightsOf(kernels), weightsOf(reference), 1e-5) // float32
    for (const trainer of [reference, kernels]) {
      for (let i = 0; i < 200; i++) trainer.learn()
      expect(trainer.loss).toBeLessThan(Math.log(6) / 2) // half of what guessing among six classes costs
    }
  })

  test('is saved and opened, and the opened run continues where the saved one was', () => {
    const trainer = trained(5)
    const opened = readWeights(writeWeights(trainer.weights(note)), 'leaky.safetensors')
    expect(opened.architecture.layers[1]).toEqual({ kind: 'leakyRelu', slope: 0.1 })
    const resumed = new Trainer(opened.config!, smallDataset(), { weights: opened })
    expect(weightsOf(resumed)).toEqual(weightsOf(trainer))
    expect([resumed.learn(), resumed.learn()]).toEqual([trainer.learn(), trainer.learn()])
  })

  test('is shown: its tensors, title and formulas', () => {
    const block = probeBlocks(trained(1)).find(({ name }) => name === 'leakyRelu1')!
    expect(block.tensors.map(({ path, shape }) => [path, shape])).toEqual([['leakyRelu1.out', [23, 10]], ['leakyRelu1.dout', [23, 10]]])
    expect(block.tensors[0]!.min).toBeLessThan(0) // leaky
    expect(blockDefinition('leakyRelu')).toMatchObject({ title: 'Leaky ReLU', aspects: { gradient: 'dout', weight: null, bias: null, activation: 'out' }, formula: { activation: 'out = max(x, slope · x)' } })
  })

  test('is the same in the graph’s language, also at 0', () => {
    const spec = { kind: 'leakyRelu', slope: 0.1 }
    const x = new Slot(randomTensor([4, 3], 1), Tensor.zeros([4, 3], 'float64'))
    x.value.data[5] = 0
    const layer = layerDefinition('leakyRelu').create('leakyRelu1', spec)
    const out = layer.build(x, new Arena('float64'))
    out.grad!.data.fill(2)
    const [ops, pass] = [createReferenceOps('float64'), { training: true, seed: 1, step: 0, tracking: false }]
    layer.forward(ops, pass)
    layer.backward(ops, pass)
    const graph = buildGraph(parseProgram(`y = ${leakyRelu.expression(spec, 'x', '1')}`))
    const { forward, backward } = runGraph(graph, new Map([['x', { shape: [4, 3], data: [...x.value.data] }]]), { upstream: { shape: [], data: [2] } })
    expectNear(forward.values.get('y')!.data, [...out.value.data], 1e-15)
    expectNear(backward.gradients.get('x')!.data, [...x.grad!.data], 1e-15)
  })

  test('is exported as code by its expression', () => {
    const document = { expression: `y = ${leakyRelu.expression({ kind: 'leakyRelu', slope: 0.1 }, 'x', '1')}`, inputs: { x: [[1, -2]] } }
    expect(document.expression).toBe('y = max(x, 0.1 * x)')
    expect(numpyOf(document).text).toContain('y = max1.forward(x, n1)')
    expect(pytorchOf(document).text).toContain('y = torch.maximum(x, 0.1 * x)')
    expect(latexOf(document).text).toContain(String.raw`y &= \max(x, {n_{1}})`)
  })

  test('goes away again', () => {
    remove()
    expect(refusal(() => parseLayers(text))).toMatchObject({ code: 'network.kind', details: { found: 'leakyRelu' } })
  })
})

test('a loss for one network only is given to it, and changes no other', () => {
  class Doubled extends SoftmaxWithLoss {
    override backward(ops: Ops): void {
      super.backward(ops)
      if (this.dx) ops.scale(this.dx, 2)
    }
  }
  const ops = createReferenceOps('float64')
  const gradients = [{ ...lossDefinition('softmaxWithLoss'), create: () => new Doubled() }, undefined].map((loss) => {
    const model = buildModel(perceptron([3, 4], 'relu'), { rows: 2, precision: 'float64', ...loss && { loss } })
    initialize(model, 'he', 1)
    model.input.value.data.set([1, 2, 3, 4, 5, 6])
    model.forward(ops)
    model.backward(ops)
    return [...model.tensor('affine1.dW')!.data]
  })
  expect(gradients[0]).toEqual(gradients[1]!.map(x => 2 * x))
})

describe('its gradients are checked', () => {
  const ops = createReferenceOps('float64')
  const modelOf = (layers: string, input: number, rows: number): Model => {
    const model = buildModel({ input: [input], layers: parseLayers(layers), loss: 'softmaxWithLoss' }, { rows, precision: 'float64' })
    initialize(model, 'he', 1)
    return model
  }

  test('and agree with numeric ones', () => {
    const model = modelOf('affine 7, leakyRelu 0.2, affine 6, leakyRelu 0.01, affine 5', 8, 4)
    model.input.value.data.set(randomTensor([4, 8], 2).data)
    model.target.value.data.set([0, 4, 2, 2])
    const checks = gradientCheck(model, ops)
    expect(checks).toHaveLength(6)
    for (const { path, max, checked } of checks) {
      expect(max, path).toBeLessThanOrEqual(1e-8)
      expect(checked, path).toBeGreaterThan(0)
    }
  })

  test('except where an input changes its sign: those are counted as kinks', () => {
    const model = modelOf('affine 2, leakyRelu 0.1, affine 2', 2, 1)
    model.input.value.data.set([1, 0])
    model.tensor('affine1.W')!.data.set([0.3, 0.5, 0.1, 0.1])
    model.tensor('affine1.b')!.data.set([-0.3 + 4e-5, 0]) // unit 0 is above zero by 4e-5, less than h = 1e-4
    const [weights, biases, ...above] = gradientCheck(model, ops)
    expect([weights!.kinks, weights!.checked]).toEqual([1, 3]) // W[0][0] moves unit 0; W[1][0] multiplies an input of 0
    expect([biases!.kinks, biases!.checked]).toEqual([1, 1])
    for (const { kinkMax, max } of [weights!, biases!]) {
      expect(kinkMax).toBeGreaterThan(1e-3)
      expect(max).toBeLessThanOrEqual(1e-8)
    }
    expect(above.map(({ kinks }) => kinks)).toEqual([0, 0])
  })

  test('also in a network whose kinds are given to it and registered nowhere', () => {
    const registry = new Map([...layerKinds, ['leakyRelu', leakyRelu]])
    remove()
    const model = buildModel({ input: [3], layers: parseLayers('affine 4, leakyRelu 0.1, affine 2', registry), loss: 'softmaxWithLoss' }, { rows: 2, precision: 'float64', registry })
    initialize(model, 'he', 1)
    model.input.value.data.set(randomTensor([2, 3], 2).data)
    for (const { path, max, checked } of gradientCheck(model, ops)) {
      expect(max, path).toBeLessThanOrEqual(1e-8)
      expect(checked, path).toBeGreaterThan(0)
    }
  })
})

describe('a kind that is registered nowhere', () => {
  const registry = new Map([...layerKinds, ['leakyRelu', leakyRelu]])
  const own = () => checkRunConfig({ ...runConfig(), network: { layers: parseLayers(text, registry), loss: 'softmaxWithLoss' }, batchSize: 23, seed: 3, validation: 0.2 }, registry)
  const runOf = (steps: number, ops?: Ops) => {
    const trainer = new Trainer(own(), smallDataset(), { registry, ...ops && { ops } })
    for (let i = 0; i < steps; i++) trainer.learn()
    return trainer
  }
  const evaluated = (trainer: Trainer) => {
    const evaluator = trainer.createEvaluator()
    evaluator.begin(wholeSize)
    for (;;) {
      const evaluation = evaluator.advance()
      if (evaluation) return evaluation
    }
  }

  test('is refused by name everywhere else', () => {
    remove()
    const config = own()
    const bytes = writeWeights(runOf(1).weights(note), registry)
    for (const work of [() => new Trainer(config, smallDataset()), () => checkRunConfig(config), () => runMemory(config, smallDataset(), createReferenceOps('float32')), () => blockDefinition('leakyRelu')])
      expect(refusal(work)).toMatchObject({ code: 'network.kind', details: { found: 'leakyRelu' } })
    expect(refusal(() => readWeights(bytes, 'leaky'))).toMatchObject({ code: 'weights.network', details: { found: 'leakyRelu', layer: 2 } })
  })

  test('trains and is evaluated as the registered one, to the bit', () => {
    const registered = runOf(30)
    const wanted = evaluated(registered)
    remove()
    for (const ops of [undefined, fastOps()]) {
      const trainer = runOf(30, ops)
      expect(trainer.model.definitions[1]).toBe(leakyRelu)
      expectNear(weightsOf(trainer), weightsOf(registered), ops ? 1e-5 : 0)
      expect(evaluated(trainer)).toMatchObject(ops ? { validation: { images: 46 } } : wanted)
    }
  })

  test('is saved and opened, and continues with other settings', () => {
    remove()
    const trainer = runOf(5)
    const opened = readWeights(writeWeights(trainer.weights(note), registry), 'leaky.safetensors', registry)
    const resumed = new Trainer(opened.config!, smallDataset(), { weights: opened, registry })
    expect([resumed.learn(), resumed.learn()]).toEqual([trainer.learn(), trainer.learn()])
    const changes = [{ optimizer: { learningRate: 0.02 } }, { optimizer: { kind: 'adam', learningRate: 0.001 }, batchSize: 30 }] as const
    const [changed, same] = [trainer, resumed].map(run => changes.reduce((run, change) => run.change(change), run))
    expect([changed!.learn(), changed!.learn()]).toEqual([same!.learn(), same!.learn()])
    expect(changed!.config.network.layers[1]).toEqual({ kind: 'leakyRelu', slope: 0.1 })
    expect(blockDefinition('leakyRelu', registry)).toBe(leakyRelu)
  })
})
