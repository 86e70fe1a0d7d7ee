import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Checkpoint, createReferenceOps, type Dataset, MiniBatches, nextLosses, type OptimizerName, optimizers, optimizerSpec, type ProjectTexts, pytorchProject, type RunConfig, tensorsOf, Trainer, trainerOf, weightsOfCheckpoint, writeWeights } from '@core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pythonWith } from '../../fixtures/python'
import { checkpointIn, configOf, dataset, learnTo } from '../../fixtures/training'
import { Folder, freePort, runPython, startPython } from './python'

const python = pythonWith('torch')
const why = python ? '' : ' (skipped: no python3 here can import torch)'
const folder = new Folder()
afterAll(() => { folder.remove() })

const texts: ProjectTexts = { readme: '# Network\n', notebook: { title: 'Network', load: 'Load', check: 'Check', weights: 'Weights', answers: 'Answers', goOn: 'Go on' } }
/** As large as float32 needs it: sums of a few hundred numbers below 10, in another order */
const tolerance = 1e-4

const networks: Readonly<Record<string, string>> = {
  'affine layers': 'affine 16, relu, affine 6',
  'every kind of layer': 'affine 9, batchNormalization, relu, dropout 0.3, affine 8, tanh, affine 7, sigmoid, affine 6',
}
const rates: Readonly<Record<OptimizerName, number>> = { sgd: 0.1, momentum: 0.05, adagrad: 0.02, rmsprop: 0.005, adam: 0.01 }

/** A training that has made 11 steps: in the middle of its second epoch. */
function learned(config: RunConfig, on: Dataset = dataset): Checkpoint {
  const trainer = learnTo(new Trainer(config, on), 11)
  const checkpoint = checkpointIn(trainer)
  trainer.dispose()
  return checkpoint
}

function projectOf(checkpoint: Checkpoint, { state = true } = {}, on: Dataset = dataset) {
  const { config, config: { batchSize, seed, validation }, snapshot } = checkpoint
  const batches = new MiniBatches({ count: on.train.count, batchSize, seed, validation })
  const trainer = trainerOf(checkpoint, on, createReferenceOps('float32'))
  return pytorchProject({ config, weights: writeWeights(weightsOfCheckpoint(checkpoint)), state: state ? snapshot : null, dataset: on, validation: batches.validation, next: nextLosses(trainer) }, texts)
}

const cases = optimizers.flatMap(kind => Object.entries(networks).map(([name, layers]) => ({ name: `${kind} with ${name}`, kind, layers })))

describe(`a PyTorch project${why}`, () => {
  let results: Readonly<Record<string, readonly (readonly [step: number, lab: number, pytorch: number])[]>>

  beforeAll(() => {
    if (!python) return
    const folders = cases.flatMap(({ name, kind, layers }, i) => {
      const checkpoint = learned(configOf(layers, { optimizer: optimizerSpec(kind, rates[kind]), weightDecay: 0.01 }))
      return [true, false].map(state => [state ? name : `${name} anew`, folder.write(`case-${i}-${state}`, projectOf(checkpoint, { state }))])
    })
    const script = `import importlib, json, sys
results = {}
for name, path in json.loads(sys.argv[1]):
    sys.path.insert(0, path)
    results[name] = importlib.import_module("check").compare()
    sys.path.pop(0)
    for module in ("check", "dataset", "model", "train"):
        del sys.modules[module]
print(json.dumps(results))`
    results = JSON.parse(runPython({ python, args: ['-c', script, JSON.stringify(folders)], cwd: folder.path })) as typeof results
  }, 120_000)

  test.skipIf(!python).each(cases)('continues $name with the lab\'s losses', ({ name }) => {
    const rows = results[name]!
    expect(rows.map(([step]) => step)).toEqual(Array.from({ length: 10 }, (_, i) => 12 + i))
    for (const [, lab, pytorch] of rows) expect(Math.abs(lab - pytorch)).toBeLessThan(tolerance)
    expect(rows[0]![1]).not.toBeCloseTo(rows[9]![1], 4) // it learns
  })

  test.skipIf(!python).each(cases.filter(({ kind }) => kind !== 'sgd'))('needs the state of $name for that', ({ name }) => {
    const rows = results[`${name} anew`]!
    expect(Math.abs(rows[0]![1] - rows[0]![2])).toBeLessThan(tolerance) // the first loss is computed before an update
    expect(Math.max(...rows.map(([, lab, pytorch]) => Math.abs(lab - pytorch)))).toBeGreaterThan(10 * tolerance)
  })
})

/** The tensors of train.py's checkpoints by name. */
function tensorsIn(...paths: readonly string[]): readonly Readonly<Record<string, readonly number[]>>[] {
  const script = 'import json, sys, torch; print(json.dumps([{k: v.flatten().tolist() for k, v in torch.load(path)["network"].items()} for path in sys.argv[1:]]))'
  return JSON.parse(runPython({ python: python!, args: ['-c', script, ...paths.map(path => join(path, 'checkpoint.pt'))], cwd: folder.path })) as Record<string, number[]>[]
}

describe(`train.py${why}`, () => {
  const plain = () => projectOf(learned(configOf('affine 16, relu, affine 6', { optimizer: optimizerSpec('momentum', 0.05), weightDecay: 0.001 })))
  const train = (path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) => startPython({ python: python!, args: ['train.py', ...args], cwd: path, env })

  test.skipIf(!python)('gives the same weights on two processes as on one with mini-batches twice as large', { timeout: 120_000 }, async () => {
    const [one, two] = [folder.write('one', plain()), folder.write('two', plain())]
    const epochs = ['--epochs', '9'] // of 12 mini-batches: 108 steps
    await train(one, [...epochs, '--batch-size', '20'])
    const port = String(await freePort())
    const started = ['0', '1'].map(rank => train(two, [...epochs, '--batch-size', '10'], { RANK: rank, LOCAL_RANK: rank, WORLD_SIZE: '2', MASTER_ADDR: '127.0.0.1', MASTER_PORT: port, GLOO_SOCKET_IFNAME: 'lo' }))
    const [first, second] = await Promise.all(started)
    expect(first).toMatch(/^epoch 1: loss \d+\.\d{4}, test accuracy \d+\.\d\d%\n/)
    expect(second).toBe('') // one process reports
    const [alone = {}, shared = {}] = tensorsIn(one, two)
    expect(Object.keys(alone)).toEqual(['affine1.weight', 'affine1.bias', 'affine2.weight', 'affine2.bias'])
    for (const [name, numbers] of Object.entries(alone)) numbers.forEach((number, i) => { expect(Math.abs(number - shared[name]![i]!)).toBeLessThan(1e-5) }) // the sums of a mini-batch round differently
  })

  test.skipIf(!python)('continues from its checkpoint as if it had never stopped', { timeout: 120_000 }, async () => {
    const [through, stopped] = [folder.write('through', plain()), folder.write('stopped', plain())]
    const [printed] = await Promise.all([train(through, ['--epochs', '3']), train(stopped, ['--epochs', '1'])])
    expect(await train(stopped, ['--epochs', '3'])).toBe(printed.split('\n').slice(1).join('\n'))
    const [first, second] = tensorsIn(through, stopped)
    expect(first).toEqual(second)
  })

  test.skipIf(!python)('learns from no image that is set aside, and reads labels of more than 256 classes', { timeout: 120_000 }, () => {
    const labels = dataset.train.labels.slice()
    labels[0] = 299
    const many: Dataset = { ...dataset, info: { ...dataset.info, classes: Array.from({ length: 300 }, (_, i) => `${i}`) }, train: { ...dataset.train, labels: labels as typeof dataset.train.labels } }
    const config = configOf('affine 300', { validation: 0.2 })
    const checkpoint = checkpointIn(new Trainer(config, many))
    const path = folder.write('many', projectOf(checkpoint, {}, many))
    const script = `import json
from dataset import load_learned, load_split
images, labels = load_split("train")
print(json.dumps([labels.tolist(), images[:2].flatten().tolist(), load_learned()[1].tolist()]))`
    const [all, pixels, learnedLabels] = JSON.parse(runPython({ python: python!, args: ['-c', script], cwd: path })) as [number[], number[], number[]]
    expect(all).toEqual(Array.from(labels))
    pixels.forEach((pixel, i) => { expect(pixel).toBeCloseTo(dataset.train.images[i]! / 255, 7) })
    const { learned: kept } = new MiniBatches({ count: 230, batchSize: 30, seed: config.seed, validation: 0.2 })
    expect(learnedLabels).toEqual(Array.from(kept, image => labels[image]))
  })

  test.skipIf(!python)('leaves out a last mini-batch of one image, on which batch normalization fails', { timeout: 120_000 }, async () => {
    const path = folder.write('single', projectOf(learned(configOf('affine 8, batchNormalization, relu, affine 6'))))
    expect(await train(path, ['--epochs', '1', '--batch-size', '229'])).toMatch(/^epoch 1: loss \d/) // of 230 images
  })

  test.each(optimizers)('is short: less than 120 lines with the network, of %s with weight decay', (kind) => {
    const files = projectOf(checkpointIn(new Trainer(configOf('affine 16, relu, affine 6', { optimizer: optimizerSpec(kind), weightDecay: 0.001 }), dataset)))
    const lines = ['model.py', 'train.py'].flatMap(name => (files.get(name) as string).trimEnd().split('\n'))
    expect(lines.length).toBeLessThan(120)
    const reader = /def read_safetensors[\s\S]*?\n\n/.exec(files.get('train.py') as string)![0].trimEnd().split('\n')
    expect(reader.length).toBeLessThanOrEqual(15)
  })

  test('follows PEP 8 in its lines: at most 79 characters, no space at their ends, two blank lines before a function', () => {
    for (const layers of Object.values(networks)) for (const kind of optimizers) for (const loss of ['softmaxWithLoss', 'identityWithLoss'] as const) {
      const config = configOf(layers, { optimizer: { ...optimizerSpec(kind, 0.0123456789), epsilon: 1.23456789e-7, beta1: 0.912345678, beta2: 0.99912345678 }, weightDecay: 0.00012345, validation: 0.1 })
      const files = projectOf(checkpointIn(new Trainer({ ...config, network: { ...config.network, loss } }, dataset)))
      for (const [name, text] of files) if (name.endsWith('.py') && typeof text === 'string') {
        for (const line of text.split('\n')) expect(line.length, `${name}: ${line}`).toBeLessThanOrEqual(79)
        expect(text).not.toMatch(/[ \t]\n|\n\n\n\n|\n\n$/)
        expect(text.match(/^(?:def|@torch|if __name__)/gm)!.length).toBe((text.match(/\n\n\n(?:def|@torch|if __name__)/g) ?? []).length + (text.match(/^@torch.*\ndef/gm) ?? []).length)
      }
    }
  })
})

describe(`what stands beside it${why}`, () => {
  test.skipIf(!python)('check.py reports the difference, and fails where a loss is another one', { timeout: 120_000 }, () => {
    const path = folder.write('checked', projectOf(learned(configOf('affine 16, relu, affine 6'))))
    const run = () => runPython({ python: python!, args: ['check.py'], cwd: path })
    expect(run()).toMatch(/^step 12: lab \d\.\d{6}, PyTorch \d\.\d{6}\n(?:step .*\n){9}largest difference \d\.\de-\d\d, allowed 1e-04\n$/)
    const check = JSON.parse(readFileSync(join(path, 'check.json'), 'utf8')) as { losses: number[] }
    check.losses[3]! += 2e-4
    writeFileSync(join(path, 'check.json'), JSON.stringify(check))
    expect(run).toThrow(/ended with 1/)
  })

  test.skipIf(!python)('the squared error is the lab\'s, too', { timeout: 120_000 }, () => {
    const config = configOf('affine 16, tanh, affine 6')
    const path = folder.write('identity', projectOf(learned({ ...config, network: { ...config.network, loss: 'identityWithLoss' } })))
    expect(runPython({ python: python!, args: ['check.py'], cwd: path })).toContain('largest difference')
  })

  test.skipIf(!python)('every cell of the notebook runs', { timeout: 120_000 }, () => {
    const path = folder.write('notebook', projectOf(learned(configOf('affine 16, relu, affine 6'))))
    const { cells, nbformat } = JSON.parse(readFileSync(join(path, 'notebook.ipynb'), 'utf8')) as { cells: { cell_type: string, source: string[] }[], nbformat: number }
    expect([nbformat, cells[0]]).toMatchObject([4, { cell_type: 'markdown', source: ['# Network'] }])
    const programs = cells.filter(({ cell_type }) => cell_type === 'code').map(({ source }) => source.join('')).filter(text => !text.startsWith('!'))
    expect(programs).toHaveLength(4)
    // a figure's own calls are not tested here: matplotlib may be missing
    const script = `import sys
from unittest.mock import MagicMock
import numpy as np
plt = MagicMock()
plt.subplots = lambda rows, columns, **_: (MagicMock(), np.array([[MagicMock() for _ in range(columns)] for _ in range(rows)]))
sys.modules["matplotlib"], sys.modules["matplotlib.pyplot"] = MagicMock(pyplot=plt), plt
${programs.join('\n')}
print([len(call.args[0]) for call in plt.plot.call_args_list], plt.show.call_count)`
    expect(runPython({ python: python!, args: ['-c', script], cwd: path }).split('\n').at(-2)).toBe('[10, 10] 3')
  })
})

test('each layer\'s weight decay applies to its matrices alone, as train.py does it', () => {
  for (const { path, shape, decay = false } of tensorsOf({ input: [12], layers: configOf().network.layers })) expect([path, shape.length > 1]).toEqual([path, decay])
})
