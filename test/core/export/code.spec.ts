import { spawnSync } from 'node:child_process'
import katex from 'katex'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import * as core from '@core'
import { architectureOn, type CodeLanguage, createReferenceOps, graphNamesOf, networkCode, optimizers, optimizerSpec, parseLayers, registerLayer, type RunConfig, savedTensors, Trainer } from '@core'
import { leakyRelu } from '../../fixtures/leaky-relu'
import { pythonWith } from '../../fixtures/python'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'

const dataset = smallDataset()
const python = pythonWith('numpy')
const configOf = (layers: string, changes: Partial<RunConfig> = {}): RunConfig => ({ ...runConfig({ layers: [12, 5, 6] }), batchSize: 8, network: { layers: parseLayers(layers), loss: 'softmaxWithLoss' }, ...changes })

const steps = 5

/** A training by the lab in double precision, with all that Python needs to repeat it. */
function labTraining(config: RunConfig, language: CodeLanguage = 'numpy') {
  const trainer = new Trainer(config, dataset, { ops: createReferenceOps('float64') })
  const { inputs } = graphNamesOf(architectureOn(config.network, dataset.info))
  const buffers = new Set(trainer.model.buffers.map(({ path }) => path))
  const numbers = (): Readonly<Record<string, number[]>> => Object.fromEntries(savedTensors(trainer.model).flatMap(({ path, tensor }) => buffers.has(path) ? [] : [[inputs.get(path)!, [...tensor.data]]]))
  const [first, losses, images] = [numbers(), [] as number[], [] as number[]]
  for (let step = 0; step < steps; step++) {
    losses.push(trainer.learn())
    images.push(...trainer.latestImages!)
  }
  return {
    source: networkCode(language, { config, dataset: dataset.info }), first, losses, last: numbers(), steps,
    x: images.map(image => Array.from(dataset.train.images.subarray(12 * image, 12 * (image + 1)), byte => byte / 255)), t: images.map(image => dataset.train.labels[image]!),
  }
}

const runner = `import json, sys
import numpy as np


class InOrder(np.random.Generator):
    def permutation(self, n):
        return np.arange(n)


def recorded(forward, losses):
    def record(x, t):
        losses.append(forward(x, t))
        return losses[-1]
    return record


results = []
for training in json.load(sys.stdin):
    code, losses = {}, []
    exec(compile(training['source'], 'network', 'exec'), code)
    network = code['Network']()
    for key, values in training['first'].items():
        network.params[key][...] = np.reshape(values, network.params[key].shape)
    network.last_layer.forward = recorded(network.last_layer.forward, losses)
    code['train'](network, np.array(training['x']), np.array(training['t']), training['steps'], InOrder(np.random.PCG64()))
    results.append({'losses': losses, 'last': {key: value.ravel().tolist() for key, value in network.params.items()}})
print(json.dumps(results))`

/** Runs each training's code on the lab's first weights and its images. */
function inNumpy(trainings: readonly ReturnType<typeof labTraining>[]): readonly Pick<ReturnType<typeof labTraining>, 'losses' | 'last'>[] {
  const { stdout, stderr } = spawnSync(python!, ['-c', runner], { input: JSON.stringify(trainings), encoding: 'utf8', timeout: 120_000, maxBuffer: 1e8 })
  if (!stdout) throw new Error(stderr)
  return JSON.parse(stdout) as ReturnType<typeof inNumpy>
}

const cases: Readonly<Record<string, RunConfig>> = {
  ...Object.fromEntries(optimizers.map(kind => [`${kind} with weight decay`, configOf('affine 5, relu, affine 6', { optimizer: optimizerSpec(kind), weightDecay: 0.01 })])),
  'momentum with another rate': configOf('affine 5, relu, affine 6', { optimizer: { ...optimizerSpec('momentum'), momentum: 0.5 } }),
  'two batch normalizations': configOf('affine 7, batchNormalization, relu, affine 4, batchNormalization, affine 6'),
  'sigmoid and tanh': configOf('affine 7, sigmoid, affine 5, tanh, affine 6', { init: 'xavier' }),
  'dropout that drops nothing': configOf('affine 7, relu, dropout 0, affine 6', { init: 'small' }),
  'the squared error': configOf('affine 7, relu, affine 6', { network: { layers: parseLayers('affine 7, relu, affine 6'), loss: 'identityWithLoss' } }),
}

/** The largest difference, relative to the numbers' size */
const difference = (found: readonly number[], right: readonly number[]): number =>
  found.length === right.length ? Math.max(...found.map((value, i) => Math.abs(value - right[i]!) / (1e-6 + Math.abs(right[i]!)))) : Infinity

test.skipIf(python === undefined)('as NumPy in the book’s classes, a training gets the same losses and weights', () => { // needs a python3 with NumPy
  const trainings = Object.values(cases).map(config => labTraining(config))
  const found = inNumpy(trainings)
  for (const [i, name] of Object.keys(cases).entries()) {
    const { losses, last } = trainings[i]!
    expect(difference(found[i]!.losses, losses), name).toBeLessThan(1e-9)
    expect(Object.keys(found[i]!.last), name).toEqual(Object.keys(last))
    for (const [key, values] of Object.entries(last)) expect(difference(found[i]!.last[key]!, values), `${name}: ${key}`).toBeLessThan(1e-8)
  }
})

/** Runs each training's code on the lab's first weights and its images, in double precision. */
const torchRunner = `import json, sys
import torch

results = []
for training in json.load(sys.stdin):
    torch.set_default_dtype(torch.float64)
    code = {}
    exec(compile(training['source'], 'network', 'exec'), code)
    parameters = dict(code['network'].named_parameters())
    tensor = lambda name, values: torch.tensor(values).reshape(parameters[name].shape[::-1]).T if parameters[name].dim() == 2 else torch.tensor(values)
    with torch.no_grad():
        for (name, parameter), values in zip(parameters.items(), training['first'].values()):
            parameter.copy_(tensor(name, values))
    torch.randperm = torch.arange
    code['train'](torch.tensor(training['x']), torch.tensor(training['t']), training['steps'])
    results.append([parameter.detach().T.flatten().tolist() for parameter in parameters.values()])
print(json.dumps(results))`

const torch = pythonWith('torch')
test.skipIf(torch === undefined)('as PyTorch, a training gets the same weights', () => { // needs a python3 with PyTorch
  const trainings = Object.values(cases).map(config => labTraining(config, 'pytorch'))
  const { stdout, stderr } = spawnSync(torch!, ['-W', 'ignore', '-c', torchRunner], { input: JSON.stringify(trainings), encoding: 'utf8', timeout: 120_000, maxBuffer: 1e8 })
  if (!stdout) throw new Error(stderr)
  const found = JSON.parse(stdout) as number[][][]
  for (const [i, name] of Object.keys(cases).entries())
    for (const [j, [key, values]] of Object.entries(trainings[i]!.last).entries()) expect(difference(found[i]![j]!, values), `${name}: ${key}`).toBeLessThan(1e-6)
}, 120_000)

test('as TypeScript, a training gets the same weights to the bit', () => {
  for (const [name, config] of Object.entries(cases)) {
    const { outputText, diagnostics } = ts.transpileModule(networkCode('typescript', { config, dataset: dataset.info }), { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 }, reportDiagnostics: true })
    expect(diagnostics, name).toEqual([])
    const module = {} as { train: (data: typeof dataset, steps: number) => Trainer }
    new Function('require', 'exports', outputText)(() => core, module)
    const trainer = new Trainer(config, dataset)
    for (let step = 0; step < steps; step++) trainer.learn()
    const numbers = ({ model }: Trainer) => savedTensors(model).map(({ path, tensor }) => [path, [...tensor.data]])
    expect(numbers(module.train(dataset, steps)), name).toEqual(numbers(trainer))
  }
})

describe('as LaTeX', () => {
  test.each(Object.entries(cases))('%s can be typeset', (_, config) => {
    const latex = networkCode('latex', { config, dataset: dataset.info })
    expect(() => katex.renderToString(latex, { throwOnError: true, strict: 'error', displayMode: true })).not.toThrow()
  })

  test('a small network is its shapes, its forward pass, its gradients and its update', () => {
    const config = configOf('affine 5, relu, affine 6', { weightDecay: 0.01 })
    expect(networkCode('latex', { config, dataset: dataset.info })).toBe(String.raw`% affine 5, relu, affine 6, softmaxWithLoss, for small
\begin{aligned}
X &\in \mathbb{R}^{N \times 12}, \quad T \in \mathbb{R}^{N \times 6}, \quad N = 8 \\
W_{1} &\in \mathbb{R}^{12 \times 5} \\
b_{1} &\in \mathbb{R}^{5} \\
W_{2} &\in \mathbb{R}^{5 \times 6} \\
b_{2} &\in \mathbb{R}^{6} \\
a_{1} &= X \cdot {W_{1}} + {b_{1}} \\
z_{1} &= \max(0, {a_{1}}) \\
a_{2} &= {z_{1}} \cdot {W_{2}} + {b_{2}} \\
L &= -\frac{1}{N} \sum T \odot \log \operatorname{softmax}({a_{2}}) \\
\frac{\partial L}{\partial L} &= 1 \\
\frac{\partial L}{\partial a_{2}} &= \frac{\partial L}{\partial L} \cdot \frac{1}{N} \left( \operatorname{softmax}({a_{2}}) - T \right) \\
\frac{\partial L}{\partial z_{1}} &= \frac{\partial L}{\partial a_{2}} \cdot {W_{2}}^T \\
\frac{\partial L}{\partial a_{1}} &= \frac{\partial L}{\partial z_{1}} \odot \begin{cases} 1 & ({a_{1}} > 0) \\ 0 & ({a_{1}} \le 0) \end{cases} \\
\frac{\partial L}{\partial W_{1}} &= X^T \cdot \frac{\partial L}{\partial a_{1}} \\
\frac{\partial L}{\partial b_{1}} &= \sum_n \left( \frac{\partial L}{\partial a_{1}} \right)_n \\
\frac{\partial L}{\partial W_{2}} &= {z_{1}}^T \cdot \frac{\partial L}{\partial a_{2}} \\
\frac{\partial L}{\partial b_{2}} &= \sum_n \left( \frac{\partial L}{\partial a_{2}} \right)_n \\
\eta &= 0.1 \\
\frac{\partial L}{\partial W_{1}} &\leftarrow \frac{\partial L}{\partial W_{1}} + 0.01 \, W_{1} \\
\frac{\partial L}{\partial W_{2}} &\leftarrow \frac{\partial L}{\partial W_{2}} + 0.01 \, W_{2} \\
W_{1} &\leftarrow W_{1} - \eta \frac{\partial L}{\partial W_{1}} \\
b_{1} &\leftarrow b_{1} - \eta \frac{\partial L}{\partial b_{1}} \\
W_{2} &\leftarrow W_{2} - \eta \frac{\partial L}{\partial W_{2}} \\
b_{2} &\leftarrow b_{2} - \eta \frac{\partial L}{\partial b_{2}}
\end{aligned}
`)
  })
})

test('a kind of layer without code is named', () => {
  const remove = registerLayer(leakyRelu)
  try { expect(() => networkCode('numpy', { config: configOf('affine 5, leakyRelu 0.01, affine 6'), dataset: dataset.info })).toThrow(expect.objectContaining({ code: 'export.noCode', details: { kind: 'leakyRelu', language: 'NumPy' } })) }
  finally { remove() }
})
