import { crc32 } from 'node:zlib'
import { type Checkpoint, createReferenceOps, type LabError, layerKinds, parseSafetensors, presentConfig, readCheckpoint, readSafetensorsHeader, readWeights, registerLayer, Trainer, trainerOf, weightsOfCheckpoint, writeCheckpoint, writeSafetensors, writeWeights } from '@core'
import { describe, expect, test } from 'vitest'
import { leakyRelu } from '../../fixtures/leaky-relu'
import { chain, checkpointIn, configOf, dataset, learnTo, resumed } from '../../fixtures/training'

const changes = [[5, { optimizer: { kind: 'adam', learningRate: 0.002 } }], [9, { batchSize: 40, layers: { dropout1: { rate: 0.5 } } }]] as const
const trained = learnTo(new Trainer(configOf(), dataset), 12, changes)
const checkpoint = checkpointIn(trained)
const written = writeCheckpoint(checkpoint)
const metadataOf = (bytes: Uint8Array) => readSafetensorsHeader(bytes, 'c').metadata

/** A checkpoint whose texts or tensors were changed by somebody who also corrected its checksums. */
function forged({ bytes = written, recipe, state, tensors: change, metadata: more = {} }: { bytes?: Uint8Array, recipe?: (recipe: Tree) => unknown, state?: (state: Tree) => unknown, tensors?: (tensors: Map<string, { shape: readonly number[], data: Float32Array | Float64Array }>) => unknown, metadata?: Record<string, string> }): Uint8Array {
  const { tensors, metadata } = parseSafetensors(bytes, 'c')
  const texts = new Map(metadata)
  const copies = new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, data }]))
  change?.(copies)
  for (const [key, edit] of [['recipe', recipe], ['state', state]] as const) {
    const value = JSON.parse(texts.get(key)!) as Tree
    edit?.(value)
    texts.set(key, JSON.stringify(value))
  }
  for (const [key, value] of Object.entries(more)) texts.set(key, value)
  const hex = (bytes: Uint8Array | string): string => crc32(bytes).toString(16).padStart(8, '0')
  texts.set('recipeCrc32', hex(['version', 'backend', 'recipe', 'state'].map(key => texts.get(key)!).join('\n')))
  const file = (): Uint8Array => writeSafetensors(copies, texts)
  const unchecked = file()
  texts.set('crc32', hex(unchecked.subarray(8 + Number(new DataView(unchecked.buffer).getBigUint64(0, true)))))
  return file()
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any JSON
type Tree = any

const errorOf = (bytes: Uint8Array): LabError => {
  try { readCheckpoint(bytes, 'run.ckpt') }
  catch (cause) { return cause as LabError }
  throw new Error('it was read')
}

describe('a checkpoint', () => {
  test('reads as it was written: settings at the beginning, events, dataset, state and goal', () => {
    expect(readCheckpoint(written, 'c')).toEqual(checkpoint)
    expect(readCheckpoint(writeCheckpoint({ ...checkpoint, goal: 5000 }), 'c').goal).toBe(5000)
    expect(checkpoint).toMatchObject({ config: configOf(), events: changes.map(([step, change]) => ({ step, change })), backend: 'reference-float32', version: '1.2.3' })
    expect(presentConfig(checkpoint)).toEqual(trained.config)
  })

  test('is a safetensors file in the lab\'s layout: W as (in, out), the optimizer\'s state beside it', () => {
    const { tensors, metadata } = parseSafetensors(written, 'c')
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual(expect.arrayContaining([['affine1.W', [12, 9]], ['optimizer.affine1.W.m', [12, 9]], ['batchNormalization1.mean', [9]]]))
    expect(metadata.get('format')).toBe('pt')
  })

  test('carries the CRC-32 of its numbers, as zip files compute it', () => {
    const from = 8 + Number(new DataView(written.buffer).getBigUint64(0, true))
    expect(metadataOf(written).get('crc32')).toBe(crc32(written.subarray(from)).toString(16).padStart(8, '0'))
  })

  test('of a run that began with a file\'s weights holds them, and a rewound run returns to them', () => {
    const file = new Trainer(configOf('affine 5, relu, affine 6'), dataset)
    learnTo(file, 6)
    const weights = { ...file.weights({ version: '1' }), classes: ['a', 'b', 'c', 'd', 'e', 'f'] }
    const begun = learnTo(new Trainer(file.config, dataset, { weights }), 10)
    const read = readCheckpoint(writeCheckpoint(checkpointIn(begun)), 'c')
    expect(read.first).toEqual({ step: 6, tensors: weights.tensors })
    const again = resumed(begun)
    again.rewind()
    expect([again.step, again.classes, again.weights({ version: '1' }).tensors]).toEqual([6, weights.classes, weights.tensors])
    expect(learnTo(again, 10).snapshot()).toEqual(begun.snapshot())
  })

  test('without a first state returns to the weights of its seed', () => {
    const again = resumed(trained)
    again.rewind()
    expect(again.snapshot().tensors).toEqual(new Trainer(trained.config, dataset).snapshot().tensors)
  })

  test('gives the same weights as the run itself would save', () => {
    expect(weightsOfCheckpoint(checkpoint)).toEqual({ ...readWeights(writeWeights(trained.weights({ version: '1.2.3' })), 'w'), gaps: undefined })
  })

  test('of a diverged run holds the state that was kept', () => {
    const config = configOf('affine 50, relu, affine 50, relu, affine 50, relu, affine 6', { seed: 1, batchSize: 20, optimizer: { kind: 'momentum', learningRate: 5 } })
    const wild = new Trainer(config, dataset)
    while (!wild.divergence && wild.step < 100) wild.learn()
    expect(wild.divergence).not.toBeNull()
    expect(resumed(wild).snapshot()).toEqual(wild.snapshot())
  })
})

describe('damage is refused', () => {
  test('at every byte: a changed one never passes for a sound file', () => {
    const small = writeCheckpoint(checkpointIn(learnTo(new Trainer(configOf('affine 6'), dataset), 2)))
    const survivors: number[] = []
    for (let at = 0; at < small.length; at += 3) {
      const bent = small.slice()
      bent[at]! ^= 1
      try {
        expect(readCheckpoint(bent, 'c')).toEqual(readCheckpoint(small, 'c')) // a byte without meaning: the name of an ignored entry
        survivors.push(at)
      }
      catch (cause) { expect((cause as LabError).code).toMatch(/^(?:safetensors|checkpoint)\./) }
    }
    expect(survivors.length).toBeLessThan(5)
  })

  test('at every length: a truncated file is named as truncated or empty', () => {
    for (const length of [0, 1, 7, 8, 100, written.length >> 1, written.length - 1])
      expect(errorOf(written.subarray(0, length)).code).toMatch(/^safetensors\.(?:empty|truncated)$/)
  })

  test('in the numbers and in the recipe by two checksums', () => {
    const bent = written.slice()
    bent[bent.length - 5]! ^= 1
    expect(errorOf(bent)).toMatchObject({ code: 'checkpoint.damaged', details: { file: 'run.ckpt', wanted: expect.stringMatching(/^crc32 [0-9a-f]{8}$/) as string } })
    const text = new TextDecoder('latin1').decode(written)
    const rate = written.slice()
    rate[text.indexOf('learningRate') + 17] = '7'.charCodeAt(0)
    expect(errorOf(rate)).toMatchObject({ code: 'checkpoint.damaged', details: { wanted: expect.stringMatching(/^recipeCrc32 /) as string } })
  })
})

describe('a file of another kind', () => {
  test('is named for what it is: weights are no checkpoint, nor a checkpoint weights', () => {
    expect(errorOf(writeWeights(trained.weights({ version: '1' })))).toMatchObject({ code: 'checkpoint.weights', details: { file: 'run.ckpt' } })
    expect(() => readWeights(written, 'w')).toThrow(expect.objectContaining({ code: 'weights.checkpoint' }) as Error)
    expect(errorOf(writeSafetensors(new Map([['x', { shape: [1], data: new Float32Array(1) }]]), new Map()))).toMatchObject({ code: 'checkpoint.foreign', details: { found: 'x' } })
    expect(errorOf(Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1')).code).toBe('safetensors.kind')
  })

  test('is refused by the version of its format', () => {
    expect(errorOf(forged({ metadata: { formatVersion: '2' } }))).toMatchObject({ code: 'checkpoint.version', details: { wanted: '1', found: '2' } })
  })
})

const unknown = (found: string) => ({ code: 'checkpoint.unknown', details: { file: 'run.ckpt', found, version: '1.2.3' } })
const content = (field: string) => ({ code: 'checkpoint.content', details: { file: 'run.ckpt', field } })
/** A recipe that is well formed, but that this version cannot use: the reason is the cause. */
const unusable = (code: string, details: object = {}) => ({ code: 'checkpoint.recipe', details: { version: '1.2.3' }, cause: { code, details } })

describe('a field that no training could have written is named', () => {
  test.each<[string, object, (recipe: Tree) => unknown]>([
    ['a kind of layer that a newer version knows', unusable('network.kind', { layer: 2, found: 'layerNorm' }), ({ config }) => { config.network.layers[1].kind = 'layerNorm' }],
    ['an optimizer that a newer version knows', unusable('config.optimizer', { found: '"lion"' }), ({ config }) => { config.optimizer.kind = 'lion' }],
    ['a setting of a layer that a newer version knows', unknown('recipe.config.network.layers[3].axis'), ({ config }) => { config.network.layers[3].axis = 1 }],
    ['a rate that a newer version knows', unknown('recipe.config.optimizer.nesterov'), ({ config }) => { config.optimizer.nesterov = 1 }],
    ['a setting that a newer version knows', unknown('recipe.config.augmentation'), ({ config }) => { config.augmentation = 'shift' }],
    ['a part of the recipe that a newer version knows', unknown('recipe.schedule'), (recipe) => { recipe.schedule = [] }],
    ['settings of a newer version', unusable('config.version'), ({ config }) => { config.version = 3 }],
    ['settings of an older version, which a checkpoint never had', content('recipe.config.version'), ({ config }) => { config.version = 1 }],
    ['a batch size of 0', unusable('config.batchSize'), ({ config }) => { config.batchSize = 0 }],
    ['no weight decay at all', content('recipe.config.weightDecay'), ({ config }) => { config.weightDecay = null }],
    ['a dropout rate of 1', unusable('network.setting', { layer: 4, setting: 'rate' }), ({ config }) => { config.network.layers[3].rate = 1 }],
    ['batch normalization with mini-batches of one image', unusable('network.batchSize', { layer: 2 }), ({ config }) => { config.batchSize = 1 }],
    ['batch normalization with one image that is learned from', unusable('network.batchSize', { layer: 2 }), ({ config, dataset }) => { [config.validation, dataset.counts.train] = [0.5, 2] }],
    ['a part of the first state that a newer version knows', unknown('recipe.first.epoch'), (recipe) => { recipe.first = { step: 0, epoch: 0 } }],
    ['a network with too many outputs', unusable('network.outputs'), (recipe) => { recipe.classes.pop() }],
    ['a settings list', content('recipe.config'), (recipe) => { recipe.config = [] }],
    ['another dataset in the settings', content('recipe.config.dataset'), ({ config }) => { config.dataset = 'mnist' }],
    ['a dataset without hashes', content('recipe.dataset.sha256'), ({ dataset }) => { dataset.sha256 = {} }],
    ['a dataset without a shape', content('recipe.dataset'), ({ dataset }) => { delete dataset.shape }],
    ['a class without a name', content('recipe.classes[2]'), ({ classes }) => { classes[2] = 3 }],
    ['a first step below 0', content('recipe.first.step'), (recipe) => { recipe.first = { step: -1 } }],
    ['a goal that is no count', content('recipe.goal'), (recipe) => { recipe.goal = 1.5 }],
    ['events that are no list', content('recipe.events'), (recipe) => { recipe.events = {} }],
    ['an event before the beginning', content('recipe.events[0].step'), ({ events }) => { events[0].step = -1 }],
    ['an event before the one in front of it', content('recipe.events[1].step'), ({ events }) => { events[1].step = 4 }],
    ['an event after the state', content('state.position.step'), ({ events }) => { events[1].step = 13 }],
    ['an event without a change', content('recipe.events[1].change'), ({ events }) => { delete events[1].change }],
    ['an event with a note', unknown('recipe.events[1].note'), ({ events }) => { events[1].note = 'x' }],
    ['an event that changes what a newer version can', unknown('recipe.events[1].change.precision'), ({ events }) => { events[1].change.precision = 16 }],
    ['an event with a rate that its optimizer does not have', unknown('recipe.events[0].change.optimizer.momentum'), ({ events }) => { events[0].change.optimizer.momentum = 0.9 }],
    ['an event that changes an unknown layer', unusable('network.unknownLayer', { found: 'dropout9' }), ({ events }) => { events[1].change.layers = { dropout9: { rate: 0.1 } } }],
    ['an event that changes a fixed setting', unusable('network.fixedSetting'), ({ events }) => { events[1].change.layers = { affine1: { units: 3 } } }],
    ['an event without layers where they should be', content('recipe.events[1].change.layers'), ({ events }) => { events[1].change.layers = null }],
    ['an event with a learning rate below 0', unusable('config.learningRate'), ({ events }) => { events[0].change.optimizer.learningRate = -1 }],
    ['an event with an empty weight decay', content('recipe.events[1].change.weightDecay'), ({ events }) => { events[1].change.weightDecay = null }],
  ])('%s', (_, wanted, recipe) => {
    expect(errorOf(forged({ recipe }))).toMatchObject(wanted)
  })

  test.each<[string, object, (state: Tree) => unknown]>([
    ['a step below 0', content('state.position.step'), ({ position }) => { position.step = -3 }],
    ['a step that is no number', content('state.position.step'), ({ position }) => { position.step = '12' }],
    ['an epoch that the step has not reached', content('state.position.epoch'), ({ position }) => { position.epoch++ }],
    ['images that no mini-batch ends with', content('state.position.seen'), ({ position }) => { position.seen++ }],
    ['a part of the position that a newer version knows', unknown('state.position.row'), ({ position }) => { position.row = 0 }],
    ['no position', content('state.position'), (state) => { delete state.position }],
    ['a loss in words', content('state.loss'), (state) => { state.loss = 'low' }],
    ['another optimizer than the recipe leads to', content('state.optimizer'), (state) => { state.optimizer = 'sgd' }],
    ['more updates than steps since its optimizer began', content('state.updates'), (state) => { state.updates++ }],
    ['a part of the state that a newer version knows', unknown('state.scaler'), (state) => { state.scaler = 1 }],
  ])('%s', (_, wanted, state) => {
    expect(errorOf(forged({ state }))).toMatchObject(wanted)
  })

  test.each<[string, object, (tensors: Map<string, { shape: readonly number[], data: Float32Array | Float64Array }>) => unknown]>([
    ['a missing tensor', content('affine2.W'), tensors => tensors.delete('affine2.W')],
    ['a missing buffer', content('batchNormalization1.variance'), tensors => tensors.delete('batchNormalization1.variance')],
    ['a missing state of the optimizer', content('optimizer.affine3.b.v'), tensors => tensors.delete('optimizer.affine3.b.v')],
    ['a tensor of another shape', content('affine1.W'), tensors => tensors.set('affine1.W', { shape: [9, 12], data: new Float32Array(108) })],
    ['a tensor in float64', content('affine1.b'), tensors => tensors.set('affine1.b', { shape: [9], data: new Float64Array(9) })],
    ['weights that are not finite', content('affine1.b'), tensors => tensors.set('affine1.b', { shape: [9], data: new Float32Array(9).fill(NaN) })],
    ['a tensor that belongs to nothing', unknown('affine9.W'), tensors => tensors.set('affine9.W', { shape: [1], data: new Float32Array(1) })],
    ['a first state that the recipe does not name', unknown('first.affine1.W'), tensors => tensors.set('first.affine1.W', { shape: [12, 9], data: new Float32Array(108) })],
  ])('%s', (_, wanted, tensors) => {
    expect(errorOf(forged({ tensors }))).toMatchObject(wanted)
  })

  test('a first state without its tensors', () => {
    expect(errorOf(forged({ recipe: (recipe) => { recipe.first = { step: 0 } } }))).toMatchObject(content('first.affine1.W'))
  })

  test('a recipe that is no JSON', () => {
    const bytes = forged({})
    const { tensors, metadata } = parseSafetensors(bytes, 'c')
    const texts = new Map(metadata).set('recipe', '{')
    texts.set('recipeCrc32', crc32(['version', 'backend', 'recipe', 'state'].map(key => texts.get(key)!).join('\n')).toString(16).padStart(8, '0'))
    expect(errorOf(writeSafetensors(tensors, texts))).toMatchObject(content('recipe'))
  })
})

test('a forged file differs from the sound one only by what is changed', () => {
  expect(readCheckpoint(forged({}), 'c')).toEqual(checkpoint)
})

test('a kind of layer that a plug-in registered is restored, and named when it is not there', () => {
  const remove = registerLayer(leakyRelu)
  const config = configOf(chain.replace('tanh', 'leakyRelu 0.1'))
  const trainer = learnTo(new Trainer(config, dataset), 3)
  const bytes = writeCheckpoint(checkpointIn(trainer))
  expect(learnTo(resumed(trainer, dataset, createReferenceOps('float32')), 6).snapshot()).toEqual(learnTo(trainer, 6).snapshot())
  remove()
  expect(errorOf(bytes)).toMatchObject(unusable('network.kind', { found: 'leakyRelu' }))
})

test('a training with kinds of layers of its own is written, read and continued with them', () => {
  const registry = new Map([...layerKinds, [leakyRelu.kind, leakyRelu]])
  const config = configOf()
  const own = { ...config, network: { ...config.network, layers: config.network.layers.map(layer => layer.kind === 'tanh' ? { kind: 'leakyRelu', slope: 0.1 } : layer) } }
  const trainer = learnTo(new Trainer(own, dataset, { registry }), 4)
  const bytes = writeCheckpoint(checkpointIn(trainer), registry)
  const again = trainerOf(readCheckpoint(bytes, 'c', registry), dataset, trainer.ops, registry)
  expect(learnTo(again, 8).snapshot()).toEqual(learnTo(trainer, 8).snapshot())
  expect(errorOf(bytes)).toMatchObject(unusable('network.kind', { found: 'leakyRelu' }))
})

test('a hostile recipe cannot change a prototype', () => {
  const bytes = forged({ recipe: (recipe: Checkpoint) => { Object.defineProperty(recipe.config, '__proto__', { value: { polluted: 1 }, enumerable: true }) } })
  expect(errorOf(bytes).code).toMatch(/^checkpoint\./)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})
