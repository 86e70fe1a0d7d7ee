import { type Architecture, buildModel, initialize, type LayerSpec, type LossName, type Model, type Ops, optimizerDefinition, type OptimizerName, optimizers, type Pass } from '@core'
import { describe, expect, test } from 'vitest'
import { expectTensors, machines, readGolden, type Tensors } from './golden'

/** Output of test/fixtures/golden/chains/generate.py: PyTorch in float64, nine mini-batches; every third has a single row. */
interface GoldenChain {
  readonly seed: number
  readonly input: readonly number[]
  readonly loss: LossName
  readonly layers: readonly LayerSpec[]
  readonly weightDecay: number
  readonly params: Tensors
  /** In the first step */
  readonly gradients: Tensors
  readonly batches: readonly { readonly rows: number, readonly x: readonly number[], readonly t: readonly number[] }[]
  /** Running statistics after each step of SGD */
  readonly statistics: readonly Tensors[]
  readonly runs: Readonly<Record<OptimizerName, { readonly rates: Readonly<Record<string, number>> & { readonly learningRate: number }, readonly losses: readonly number[], readonly trained: Tensors, readonly statistics: Tensors }>>
}

function learn(golden: GoldenChain, ops: Ops, kind: OptimizerName, afterStep: (model: Model, step: number, loss: number) => void): Model {
  const { input, loss, layers, weightDecay, params, batches, seed } = golden
  const architecture: Architecture = { input, loss, layers }
  const arena = ops.arena()
  const model = buildModel(architecture, { rows: 6, arena })
  initialize(model, 'he', 1) // running statistics 0 and 1; all parameters are replaced
  for (const [path, values] of Object.entries(params)) model.tensor(path)!.data.set(values)
  const optimizer = optimizerDefinition(kind).create({ optimizer: { kind, ...golden.runs[kind].rates }, weightDecay }, model.params, arena)
  for (const [step, { rows, x, t }] of batches.entries()) {
    const pass: Pass = { training: true, seed, step, tracking: true }
    model.setRows(rows)
    model.input.value.data.set(x)
    model.target.value.data.set(t)
    const loss = model.forward(ops, pass)
    model.backward(ops, pass)
    optimizer.step(ops)
    afterStep(model, step, loss)
  }
  return model
}

describe.each(['tanh-first', 'normalized-first'])('the chain %s', (name) => {
  const golden = readGolden<GoldenChain>(`chains/${name}.json`)

  describe.each(machines)('on the %s', (machine, ops, tolerance) => {
    // The bias of an affine layer before batch normalization has a gradient of 0. Its rounding errors are scaled up by AdaGrad to the size of
    // a step, and those of float32 by RMSProp and Adam too.
    const unstable: readonly OptimizerName[] = name === 'tanh-first' ? [] : machine.includes('float64') ? ['adagrad'] : ['adagrad', 'rmsprop', 'adam']

    test.each(optimizers.filter(kind => !unstable.includes(kind)))('learns PyTorch’s weights, losses and running statistics with %s and decay of W alone', (kind) => {
      const { losses, trained, statistics } = golden.runs[kind]
      const model = learn(golden, ops, kind, (_, step, loss) => { expect(Math.abs(loss - losses[step]!), `loss of step ${step}`).toBeLessThanOrEqual(tolerance) })
      expect(Object.keys(trained).sort()).toEqual(model.params.map(({ path }) => path).sort())
      expect(Object.keys(statistics).sort()).toEqual(model.buffers.map(({ path }) => path).sort())
      expectTensors(model, { ...trained, ...statistics }, tolerance)
    })

    test('has PyTorch’s gradients in the first step, and its running statistics after each, which a single row leaves', () => {
      learn(golden, ops, 'sgd', (model, step) => {
        if (step === 0) expectTensors(model, golden.gradients, tolerance)
        expectTensors(model, golden.statistics[step]!, tolerance)
      })
      expect(golden.batches.map(({ rows }) => rows)).toEqual([6, 6, 1, 6, 6, 1, 6, 6, 1])
      expect(golden.statistics[2]).toEqual(golden.statistics[1])
      expect(golden.statistics[3]).not.toEqual(golden.statistics[2])
    })
  })
})
