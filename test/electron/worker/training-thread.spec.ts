import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { buildModel, checkpointOf, createReferenceOps, Curves, MiniBatches, normalizeUnit, optimizers, Random, readWeights, type RunConfig, setTensors, Trainer, optimizerDefinition, writeWeights, type WeightsFile, pointOf } from '@core'
import type { NamedWeights, ProbeFrame, RecordedRun, RunState } from '@contract'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bundleWorker, RealWorker, sleep } from './real-worker'
import { fastOps } from '../../fixtures/fast-ops'
import { infoOf } from '../../fixtures/dataset-info'
import { smallDataset } from '../../fixtures/small-dataset'
import { changed, runConfig, type ShortConfig } from '../../fixtures/run-config'

const dataset = smallDataset()
const ops = fastOps()
const config: RunConfig = runConfig({ layers: [12, 8, 6], batchSize: 20, learningRate: 0.2, seed: 7, dataset: dataset.info.id }) // 12 steps per epoch
const diverging: RunConfig = changed(config, { layers: [12, 50, 50, 50, 6], learningRate: 30, seed: 1 })
const pixels = Float32Array.from({ length: 12 }, (_, i) => i / 12)

function trained(steps: number, changes: ShortConfig = {}): Trainer {
  const trainer = new Trainer(changed(config, changes), dataset, { ops })
  for (let i = 0; i < steps; i++) trainer.learn()
  return trainer
}
const file = (trainer: Trainer, changes: Partial<WeightsFile> = {}): NamedWeights =>
  ({ name: 'weights.safetensors', bytes: writeWeights({ ...trainer.weights({ version: '1' }), ...changes }) })
const sample = file(trained(600))

let bundle: Awaited<ReturnType<typeof bundleWorker>>
let worker: RealWorker
beforeAll(async () => { bundle = await bundleWorker() })
afterAll(() => bundle.remove())
beforeEach(async () => { worker = await RealWorker.start(bundle.file, { dataset, sample }) })
afterEach(() => worker.stop())

const configure = (changes: ShortConfig = {}) => worker.ask('configure', { config: changed(config, changes), pace: 1 })
const paramsNow = async () => {
  const { bytes } = await worker.ask('weights', null)
  return readWeights(bytes, 'now').tensors
}
const paramsOf = (trainer: Trainer) => trainer.weights({ version: '1' }).tensors
const stateNow = async () => (await worker.ask('read', null))!.state
const settled = async (): Promise<RunState> => {
  for (;;) {
    const state = await stateNow()
    if (state.phase === 'idle') return state
    await sleep(5)
  }
}

describe('what a run is continued from', () => {
  test('of a weights file is the state with which a run begins that is opened from it, and no other run is needed for it', async () => {
    const weights = file(trained(30, { optimizer: 'adam', learningRate: 0.01 }))
    const { bytes } = await worker.ask('firstState', { weights })
    expect(await worker.ask('read', null)).toBeNull()
    await worker.ask('open', { weights, pace: 1 })
    await worker.ask('keep', null)
    await worker.ask('keep', null) // once is enough
    const kept = worker.messages.flatMap(message => message.type === 'checkpoint' ? [message.frame] : [])
    expect(kept.map(({ step }) => step)).toEqual([30])
    expect(Buffer.from(kept[0]!.bytes).equals(bytes)).toBe(true)
    expect(await worker.code('firstState', { weights: { name: 'x', bytes: new Uint8Array(9) } })).toMatch(/^safetensors/)
  })

  test('is every loss, which is sent before the answer to the request to keep it, and it pauses', async () => {
    await configure()
    await worker.ask('run:start', { pace: 'full' })
    while ((await stateNow()).step < 200) await sleep(2)
    const { step, phase } = await worker.ask('keep', null)
    const sent = worker.messages
    expect(phase).not.toBe('running')
    expect(sent.flatMap(message => message.type === 'metrics' ? [...message.frame.losses] : [])).toHaveLength(step)
  })
})

describe('the health of a run', () => {
  test('is the same, bit for bit, while it learns and when its past is measured', async () => {
    const first = new Trainer(config, dataset, { ops: createReferenceOps('float32') })
    await configure()
    const live: ProbeFrame[] = []
    for (let i = 0; i < 15; i++) {
      await worker.ask('run:step', { unit: 'batch' })
      live.push(await worker.ask('run:probe', { health: true, unitMap: 'relu1' }))
    }
    await worker.ask('keep', null)
    const losses = Float32Array.from(worker.frames.flatMap(({ losses }) => [...losses]))
    const run: RecordedRun = { name: 'a run', checkpoint: checkpointOf(first, { version: '1' }), step: 15, origin: { from: 'seed' }, parent: null, events: [], firstLoss: 1, losses, evaluations: [] }
    const steps = [1, 2, 3, 8, 12, 13, 15] // an epoch has 12 steps, the last one is short
    const past = await worker.ask('health', { run, span: { from: 0, to: 15, withStart: false }, beside: false, steps, units: 'relu1' })
    expect(past).toMatchObject({ differsAt: null, columns: steps.map(step => live[step - 1]!.health), units: steps.map(step => live[step - 1]!.unitMap) })
    expect(live.map(({ health }) => health!.step)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1))
    expect(await worker.code('run:probe', { unitMap: 'relu9' })).toBe('train.noTensor')
  })
})

describe('without a run', () => {
  test('there is no state, and requests that need a run say so', async () => {
    expect(await worker.ask('read', null)).toBeNull()
    for (const command of ['run:pause', 'rewind', 'weights'] as const) expect(await worker.code(command, null)).toBe('train.noRun')
    expect(await worker.code('run:start', { pace: 1 })).toBe('train.noRun')
    expect(await worker.code('run:probe', {})).toBe('train.noRun')
    expect(await worker.code('run:batch', { rows: 1 })).toBe('train.noRun')
    expect(await worker.code('run:step', { unit: 'batch' })).toBe('train.noRun')
    expect(await worker.code('draw:predict', { source: 'run', pixels })).toBe('train.noRun')
  })

  test('or with one, only a prediction by the run’s own weights names its run and step', async () => {
    const { runId } = await configure()
    for (let i = 0; i < 3; i++) await worker.ask('run:step', { unit: 'batch' })
    const moments = await Promise.all((['run', 'sample', 'untrained'] as const).map(async source => (await worker.ask('draw:predict', { source, pixels })).at))
    expect(moments).toEqual([{ runId, step: 3 }, null, null])
  })

  test('the sample and its untrained weights can already classify a drawing', async () => {
    const trainedOne = await worker.ask('draw:predict', { source: 'sample', pixels })
    const untrained = await worker.ask('draw:predict', { source: 'untrained', pixels })
    for (const { outputs } of [trainedOne, untrained]) expect(outputs.reduce((a, b) => a + b)).toBeCloseTo(1, 5) // float32
    expect(trainedOne.outputs[trainedOne.label]).toBe(Math.max(...trainedOne.outputs))
    expect(untrained.outputs).not.toEqual(trainedOne.outputs)
    await configure()
    expect((await worker.ask('draw:predict', { source: 'run', pixels })).outputs).toEqual(untrained.outputs) // the same seed at step 0
  })
})

describe('a network for the window', () => {
  test.each(['sample', 'untrained', 'run'] as const)('has the weights that read a drawing now: %s', async (source) => {
    await configure()
    for (let i = 0; i < 3; i++) await worker.ask('run:step', { unit: 'batch' })
    const { at, architecture, normalization, tensors } = await worker.ask('draw:network', { source })
    const wanted = await worker.ask('draw:predict', { source, pixels })
    expect(at).toEqual(wanted.at)
    const model = buildModel(architecture, { rows: 1 })
    setTensors(model, tensors)
    model.input.value.data.set(normalizeUnit(pixels, normalization))
    model.predict(createReferenceOps('float32'))
    model.out.value.data.forEach((output, k) => expect(output).toBeCloseTo(wanted.outputs[k]!, 5)) // float32
  })

  test('is a copy: the run learns on, and the copy stays', async () => {
    await configure()
    const { tensors: [first] } = await worker.ask('draw:network', { source: 'run' })
    const before = Float32Array.from(first!.data)
    await worker.ask('run:step', { unit: 'batch' })
    expect(first!.data).toEqual(before)
    expect((await worker.ask('draw:network', { source: 'run' })).tensors[0]!.data).not.toEqual(before)
  })
})

describe('a walk through a network', () => {
  test('has each layer’s output, and ends at the prediction', async () => {
    const { layers, at, ...prediction } = await worker.ask('draw:walk', { source: 'sample', pixels })
    expect({ ...prediction, at }).toEqual(await worker.ask('draw:predict', { source: 'sample', pixels }))
    expect(layers.map(({ name }) => name)).toEqual(['affine1', 'relu1', 'affine2', 'softmaxWithLoss'])
    const [before, after, scores, outputs] = layers.map(({ out }) => [...out])
    expect(after).toEqual(before!.map(a => Math.max(0, a)))
    const exps = scores!.map(a => Math.exp(a))
    const sum = exps.reduce((a, b) => a + b)
    exps.forEach((e, k) => expect(outputs![k]).toBeCloseTo(e / sum, 5)) // float32
  })
})

describe('a new run', () => {
  test('is at step 0 with its network built', async () => {
    const state = await configure()
    expect(state).toMatchObject({ config, origin: { from: 'seed' }, pace: 1, step: 0, epoch: 0, stepInEpoch: 0, stepsPerEpoch: 12, divergence: null, loss: null, backend: expect.stringMatching(/^wasm-(relaxed|wide)-simd$/) as string, threads: 1 }) // depends on the processor
    expect(state.blocks).toEqual([
      { name: 'affine1', kind: 'affine', inputs: 12, outputs: 8 },
      { name: 'relu1', kind: 'relu', inputs: 8, outputs: 8 },
      { name: 'affine2', kind: 'affine', inputs: 8, outputs: 6 },
      { name: 'softmaxWithLoss', kind: 'softmaxWithLoss', inputs: 6, outputs: 6 },
    ])
  })

  test('is evaluated on all images, once, and then is quiet', async () => {
    await configure()
    const { evaluation } = await settled()
    expect(evaluation).toMatchObject({ step: 0, train: { images: 230 }, validation: null, test: { images: 90 } })
    await worker.until(() => worker.frames.length === 1)
    expect(worker.frames[0]).toMatchObject({ evaluations: [evaluation], losses: new Float32Array(0) })
    worker.forget()
    await sleep(200)
    expect([worker.frames.length, worker.states.length]).toEqual([0, 0])
  })

  test('has a higher number than any before', async () => {
    const ids = [await configure(), await configure(), await worker.ask('rewind', null), await worker.ask('open', { weights: sample, pace: 1 })].map(({ runId }) => runId)
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    expect(new Set(ids).size).toBe(4)
  })
})

describe('stepping', () => {
  test('learns one mini-batch per request, also when several arrive at once', async () => {
    await configure()
    const states = await Promise.all(Array.from({ length: 5 }, () => worker.ask('run:step', { unit: 'batch' })))
    expect(states.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5])
    expect(await paramsNow()).toEqual(paramsOf(trained(5)))
  })

  test('an epoch ends with the epoch, wherever it began', async () => {
    await configure()
    await worker.ask('run:step', { unit: 'batch' })
    for (const [step, epoch] of [[12, 1], [24, 2]]) expect(await worker.ask('run:step', { unit: 'epoch' })).toMatchObject({ step, epoch, stepInEpoch: 0 })
    expect((await settled()).evaluation).toMatchObject({ step: 24, test: { images: 90 } })
    expect(worker.states.map(({ phase }) => phase)).toContain('running')
  })

  test('an epoch is answered when it is paused before its end', async () => {
    await configure({ batchSize: 1, layers: [12, 400, 6] })
    const epoch = worker.ask('run:step', { unit: 'epoch' })
    const [stopped, paused] = await Promise.all([epoch, worker.ask('run:pause', null)])
    expect(stopped.step).toBe(paused.step)
    expect(paused.step).toBeLessThan(230)
    expect(paused.phase).not.toBe('running')
  })

  test.each(['rewind', 'run', 'configure', 'step'] as const)('an epoch is answered when %s replaces it', async (command) => {
    await configure({ batchSize: 1, layers: [12, 400, 6] })
    const epoch = worker.ask('run:step', { unit: 'epoch' })
    const other = { rewind: () => worker.ask('rewind', null), run: () => worker.ask('run:start', { pace: 1 }), configure: () => configure(), step: () => worker.ask('run:step', { unit: 'batch' }) }[command]
    expect((await Promise.all([epoch, other()]))[0].step).toBeLessThan(230)
  })
})

describe('running', () => {
  test('at 100 steps a second reports every loss in order, in at most 20 frames a second', async () => {
    await configure()
    const from = performance.now()
    await worker.ask('run:start', { pace: 100 })
    await worker.until(() => worker.frames.some(({ losses, firstStep }) => firstStep + losses.length > 100))
    expect(performance.now() - from).toBeGreaterThan(900) // not earlier; the pacer's tests cover how late a busy machine may be
    const { step, phase } = await worker.ask('run:pause', null)
    expect(phase).not.toBe('running')
    await sleep(100)
    const seconds = (performance.now() - from) / 1000
    expect([...worker.losses.keys()]).toEqual(Array.from({ length: step }, (_, i) => i + 1))
    const twin = new Trainer(config, dataset, { ops })
    expect([...worker.losses.values()]).toEqual(Array.from({ length: step }, () => Math.fround(twin.learn())))
    expect(worker.frames.length).toBeLessThanOrEqual(20 * seconds + 2)
  })

  test('at 1 step a second takes no second step before a second has passed', async () => {
    await configure()
    const from = performance.now()
    await worker.ask('run:start', { pace: 1 })
    await worker.until(() => worker.losses.size === 2)
    expect(worker.frames.at(-1)!.at - from).toBeGreaterThan(900) // counted from before the first step, whose message may be late
  })

  test('changes its pace while it runs', async () => {
    await configure()
    await worker.ask('run:start', { pace: 1 })
    expect((await worker.ask('run:pace', { pace: 'full' })).pace).toBe('full')
    await worker.until(() => worker.losses.size > 200)
    expect((await stateNow()).phase).toBe('running')
  })

  test('measures the accuracy of every epoch', async () => {
    await configure({ batchSize: 5, layers: [12, 200, 6] }) // 46 steps per epoch
    await worker.ask('run:start', { pace: 'full' })
    await worker.until(() => worker.losses.size > 460)
    await worker.ask('run:pause', null)
    await settled()
    const steps = (await worker.ask('read', null))!.history.evaluations.map(({ step }) => step)
    for (let epoch = 0; epoch <= 10; epoch++) expect(steps).toContain(46 * epoch)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  })

  test('repeats the same losses after a rewind', async () => {
    await configure()
    for (let i = 0; i < 15; i++) await worker.ask('run:step', { unit: 'batch' })
    await worker.until(() => worker.losses.size === 15)
    const first = [...worker.losses]
    expect(await worker.ask('rewind', null)).toMatchObject({ step: 0, loss: null, evaluation: null })
    worker.forget()
    for (let i = 0; i < 15; i++) await worker.ask('run:step', { unit: 'batch' })
    await worker.until(() => worker.losses.size === 15)
    expect([...worker.losses]).toEqual(first)
  })

  test('leaves no data to the run after a rewind', async () => {
    await configure()
    await settled()
    const { runId } = (await Promise.all([...Array.from({ length: 4 }, () => worker.ask('run:step', { unit: 'batch' })), worker.ask('rewind', null)])).at(-1)!
    expect((await settled()).evaluation).toMatchObject({ step: 0, test: { images: 90 } })
    await worker.until(() => worker.frames.some(frame => frame.runId === runId && frame.evaluations.length > 0))
    const after = worker.frames.filter(frame => frame.runId === runId)
    expect(after.flatMap(({ losses }) => [...losses])).toEqual([])
    expect(after.flatMap(({ evaluations }) => evaluations.map(({ step }) => step))).toEqual([0])
    await worker.ask('rewind', null) // from step 0 as well
    expect((await settled()).evaluation).toMatchObject({ step: 0, test: { images: 90 } })
  })

  test('removes every request from the counter that ends slices', async () => {
    await configure()
    await worker.ask('run:start', { pace: 'full' })
    await Promise.all(Array.from({ length: 20 }, () => worker.reply('read', null)))
    expect(worker.untaken).toBe(0)
  })

  test('gives the same weights however it was paced, paused, watched and queried', async () => {
    await configure({ layers: [12, 100, 6] })
    const random = new Random(5)
    for (;;) {
      const { step } = await stateNow()
      if (step >= 50) break
      if (step > 40) await worker.ask('run:step', { unit: 'batch' })
      else await worker.ask('run:start', { pace: ([1, 10, 100] as const)[random.integer(3)]! })
      await Promise.all([
        worker.ask('draw:predict', { source: 'run', pixels }),
        worker.ask('run:probe', { stats: true, tensors: [{ path: 'affine1.dW' }], images: 5, change: 'affine1' }),
        worker.ask('run:batch', { rows: 9 }),
        worker.ask('weights', null),
      ])
      if (step <= 40) await sleep(random.integer(30))
      if (random.integer(3) === 0 || step > 35) await worker.ask('run:pause', null)
    }
    const { step } = await stateNow()
    expect(await paramsNow()).toEqual(paramsOf(trained(step, { layers: [12, 100, 6] })))
  })
})

describe('with several threads', () => {
  const large: ShortConfig = { layers: [12, 300, 300, 6], batchSize: 50 } // 4.5 million multiply-adds per product: worth sharing among threads

  test('the weights are those of one, even if their number changes', async () => {
    const other = await RealWorker.start(bundle.file, { dataset, sample, threads: 2 })
    expect(await other.ask('configure', { config: changed(config, large), pace: 1 })).toMatchObject({ threads: Math.min(2, availableParallelism()) })
    for (let i = 0; i < 60; i++) await other.ask('run:step', { unit: 'batch' })
    await other.ask('threads', { threads: 1 })
    for (let i = 0; i < 20; i++) await other.ask('run:step', { unit: 'batch' })
    await other.ask('threads', { threads: 2 })
    for (let i = 0; i < 60; i++) await other.ask('run:step', { unit: 'batch' })
    const { bytes } = await other.ask('weights', null)
    expect(readWeights(bytes, 'now').tensors).toEqual(paramsOf(trained(140, large)))
    expect(other.warnings).toEqual([])
    await other.stop()
  })

  test('a network that is too small to share reports one thread', async () => {
    const other = await RealWorker.start(bundle.file, { dataset, sample, threads: 2 })
    expect(await other.ask('configure', { config, pace: 1 })).toMatchObject({ threads: 1 })
    expect(await other.ask('threads', { threads: 'auto' })).toMatchObject({ threads: 1 })
    await other.stop()
  })
})

describe.each(optimizers)('%s', (optimizer) => {
  test('learns, rewinds to the same losses, and is recorded in the weights file', async () => {
    const changes = { optimizer, learningRate: 0.5 * optimizerDefinition(optimizer).usualLearningRate }
    await configure(changes)
    for (let i = 0; i < 12; i++) await worker.ask('run:step', { unit: 'batch' })
    const { bytes } = await worker.ask('weights', null)
    const first = readWeights(bytes, 'first')
    expect(first.config).toEqual(changed(config, changes))
    expect(first.tensors).toEqual(paramsOf(trained(12, changes)))
    await worker.ask('rewind', null)
    for (let i = 0; i < 12; i++) await worker.ask('run:step', { unit: 'batch' })
    expect(await paramsNow()).toEqual(first.tensors)
    const opened = await worker.ask('open', { weights: { name: 'mine', bytes }, pace: 1 })
    expect(opened).toMatchObject({ step: 12, config: changed(config, changes) })
    expect(opened.origin).toEqual({ from: 'file', name: 'mine', step: 12, ...optimizer !== 'sgd' && { gaps: ['optimizer'] } })
    expect((await worker.ask('run:step', { unit: 'batch' })).step).toBe(13)
  })
})

describe('a run whose loss is not finite', () => {
  const untilDiverged = async () => {
    await worker.ask('configure', { config: diverging, pace: 'full' })
    await worker.ask('run:start', { pace: 'full' })
    await worker.until(() => worker.states.some(({ phase }) => phase === 'diverged'))
    return await stateNow()
  }

  test('stops by itself and names the step', async () => {
    const { phase, divergence, step } = await untilDiverged()
    expect({ phase, divergence, step }).toEqual({ phase: 'diverged', divergence: { step: 6, loss: 'NaN' }, step: 4 })
  })

  test('refuses to continue until it is rewound', async () => {
    await untilDiverged()
    expect(await worker.code('run:start', { pace: 1 })).toBe('train.diverged')
    expect(await worker.code('run:step', { unit: 'batch' })).toBe('train.diverged')
    expect(await worker.code('run:step', { unit: 'epoch' })).toBe('train.diverged')
    expect((await worker.ask('run:pause', null)).phase).toBe('diverged')
    expect((await worker.ask('rewind', null)).divergence).toBeNull()
    expect((await worker.ask('run:step', { unit: 'batch' })).step).toBe(1)
  })

  test('keeps the last finite weights for saving, drawing and inspecting', async () => {
    await untilDiverged()
    const twin = new Trainer(diverging, dataset, { ops })
    for (let i = 0; i < 4; i++) twin.learn()
    expect(await paramsNow()).toEqual(paramsOf(twin))
    const { blocks } = await worker.ask('run:probe', { stats: true })
    for (const { tensors } of blocks) for (const { path, norm } of tensors) expect.soft(norm, path).toBeLessThan(Infinity)
    expect((await worker.ask('draw:predict', { source: 'run', pixels })).outputs.every(Number.isFinite)).toBe(true)
  })

  test('answers an epoch that it interrupts', async () => {
    await worker.ask('configure', { config: { ...diverging, batchSize: 10 }, pace: 'full' })
    expect((await worker.ask('run:step', { unit: 'epoch' })).phase).toBe('diverged')
  })
})

describe('settings that change during a run', () => {
  /** The run that a state describes, from its beginning, in this thread. */
  const replayed = (first: RunConfig, { events, step }: RunState): Trainer => {
    let trainer = new Trainer(first, dataset, { ops })
    for (const event of events) {
      while (trainer.step < event.step) trainer.learn()
      trainer = trainer.change(event.change)
    }
    while (trainer.step < step) trainer.learn()
    return trainer
  }

  test('thirty times at full speed are stamped with their step: the recipe gives the same weights', async () => {
    await configure()
    await worker.ask('run:start', { pace: 'full' })
    const random = new Random(3)
    const changes = [
      () => ({ optimizer: { learningRate: 0.05 + random.integer(100) / 1000 } }), () => ({ batchSize: 1 + random.integer(60) }), () => ({ weightDecay: random.integer(2) / 1000 }),
      () => ({ optimizer: { kind: optimizers[random.integer(5)]!, learningRate: 0.01 } }), () => ({ orderSeed: random.integer(9) }),
    ]
    for (let i = 0; i < 30; i += 3) {
      await sleep(10)
      const states = await Promise.all([i, i + 1, i + 2].map(n => worker.ask('run:change', changes[n % changes.length]!())))
      for (const { phase } of states) expect(phase).toBe('running')
    }
    const state = await worker.ask('run:pause', null)
    expect(state.events.length).toBeGreaterThan(20) // some change nothing
    expect(new Set(state.events.map(({ step }) => step)).size).toBeGreaterThan(8)
    const twin = replayed(config, state)
    expect([state.config, state.epoch, state.stepInEpoch]).toEqual([twin.config, twin.epoch, twin.stepInEpoch])
    expect(await paramsNow()).toEqual(paramsOf(twin))
  })

  test('apply at once while it is paused, evaluated or at its start, and are in the weights file', async () => {
    const [, first] = await Promise.all([configure(), worker.ask('run:change', { optimizer: { learningRate: 0.5 } })])
    expect([first.phase, first.events, first.config.optimizer.learningRate]).toEqual(['evaluating', [{ step: 0, change: { optimizer: { learningRate: 0.5 } } }], 0.5])
    await settled()
    await worker.ask('run:step', { unit: 'batch' })
    const second = await worker.ask('run:change', { batchSize: 90 })
    expect([second.step, second.stepsPerEpoch, second.events.length]).toEqual([1, 3, 2])
    const evaluated = await settled()
    expect([evaluated.evaluation?.step, evaluated.events.length]).toEqual([1, 2]) // the evaluation in progress has continued
    await worker.ask('run:step', { unit: 'batch' })
    expect((await settled()).evaluation?.step).toBe(2) // of the weights in the new memory
    const { bytes } = await worker.ask('weights', null)
    expect(readWeights(bytes, 'now').config).toEqual(second.config)
  })

  test('to what they are change nothing', async () => {
    const state = await configure()
    expect(await worker.ask('run:change', { optimizer: { learningRate: 0.2 }, batchSize: 20 })).toMatchObject({ runId: state.runId, events: [], config })
  })

  test('leave drawings to the run’s weights, in whatever memory they are', async () => {
    await configure()
    await worker.ask('run:step', { unit: 'epoch' })
    const predict = () => worker.ask('draw:predict', { source: 'run', pixels })
    const { outputs } = await predict()
    await worker.ask('run:change', { optimizer: { kind: 'adam', learningRate: 0.01 }, batchSize: 50 })
    expect((await predict()).outputs).toEqual(outputs)
    await worker.ask('run:step', { unit: 'batch' })
    expect((await predict()).outputs).not.toEqual(outputs)
  })

  test('during a manual epoch leave its end where all images are learned', async () => {
    await configure({ batchSize: 1 })
    const epoch = worker.ask('run:step', { unit: 'epoch' })
    const { phase, step } = await worker.ask('run:change', { batchSize: 7 })
    expect([phase, step < 230]).toEqual(['running', true])
    const { step: end, epoch: epochs, stepInEpoch } = await epoch
    expect([end, epochs, stepInEpoch]).toEqual([step + Math.ceil((230 - step) / 7), 1, 0])
  })

  test('to another order end a manual epoch', async () => {
    await configure({ batchSize: 1 })
    await worker.ask('run:step', { unit: 'batch' })
    const epoch = worker.ask('run:step', { unit: 'epoch' })
    const { step, epoch: epochs } = await worker.ask('run:change', { orderSeed: 5 })
    expect([(await epoch).step, epochs]).toEqual([step, 1])
  })

  test('let a run continue that has diverged, from its last finite weights', async () => {
    await worker.ask('configure', { config: diverging, pace: 'full' })
    await worker.ask('run:step', { unit: 'epoch' })
    expect(await worker.ask('run:change', { batchSize: 20 })).toMatchObject({ phase: 'diverged', events: [] }) // no change
    const mended = await worker.ask('run:change', { optimizer: { learningRate: 1e-9 } })
    expect(mended).toMatchObject({ phase: 'evaluating', divergence: null, step: 4, events: [{ step: 4 }] })
    expect((await settled()).evaluation?.step).toBe(4)
    for (let step = 5; step < 10; step++) expect((await worker.ask('run:step', { unit: 'batch' })).step).toBe(step)
    expect(await paramsNow()).toEqual(paramsOf(replayed(diverging, await settled())))
    expect((await settled()).evaluation?.step).toBe(9)
  })

  test('are the first ones of the run once it is rewound', async () => {
    await configure()
    await worker.ask('run:step', { unit: 'epoch' })
    await worker.ask('run:change', { batchSize: 40 })
    const rewound = await worker.ask('rewind', null)
    expect([rewound.events, rewound.config.batchSize, rewound.step]).toEqual([[], 40, 0])
    expect((await worker.ask('run:change', { batchSize: 30 })).events).toEqual([{ step: 0, change: { batchSize: 30 } }])
    await worker.ask('run:step', { unit: 'epoch' })
    expect(await paramsNow()).toEqual(paramsOf(trained(8, { batchSize: 30 })))
  })

  test.each([
    ['NaN as the learning rate', 'config.learningRate', { optimizer: { learningRate: NaN } }],
    ['another optimizer’s rate of 1', 'config.rate', { optimizer: { kind: 'momentum', momentum: 1 } }],
    ['a batch of 2.5 images', 'config.batchSize', { batchSize: 2.5 }],
    ['a layer that it has not', 'network.unknownLayer', { layers: { dropout1: { rate: 0.5 } } }],
    ['the units of a layer', 'network.fixedSetting', { layers: { affine1: { units: 5 } } }],
    ['the memory of ten thousand rows', 'train.memory', { batchSize: 10_000 }],
  ] as const)('%s is refused as %s, and the run continues as if nothing had been asked', async (_, code, change) => {
    const large = await RealWorker.start(bundle.file, { dataset: smallDataset({ train: 10_000 }), sample })
    const wide = code === 'train.memory' ? changed(config, { layers: [12, 4000, 4000, 6] }) : config
    const before = await large.ask('configure', { config: wide, pace: 1 })
    expect(await large.code('run:change', change)).toBe(code)
    expect((await large.ask('run:step', { unit: 'batch' }))).toMatchObject({ step: 1, config: before.config, events: [], runId: before.runId })
    await large.stop()
  })
})

describe('opening a weights file', () => {
  test('continues as if training had never stopped, and rewinds to the file', async () => {
    const half = trained(17)
    const state = await worker.ask('open', { weights: file(half), pace: 10 })
    expect(state).toMatchObject({ step: 17, epoch: 1, stepInEpoch: 5, origin: { from: 'file', name: 'weights.safetensors', step: 17 }, config, pace: 10 })
    for (let i = 0; i < 20; i++) await worker.ask('run:step', { unit: 'batch' })
    expect(await paramsNow()).toEqual(paramsOf(trained(37)))
    expect((await worker.ask('rewind', null)).step).toBe(17)
    expect(await paramsNow()).toEqual(paramsOf(half))
  })

  test('written by itself loses nothing', async () => {
    await configure()
    await worker.ask('run:step', { unit: 'epoch' })
    const { bytes, step } = await worker.ask('weights', null)
    expect(step).toBe(12)
    await worker.ask('open', { weights: { name: 'mine', bytes }, pace: 1 })
    await worker.ask('run:step', { unit: 'epoch' })
    expect(await paramsNow()).toEqual(paramsOf(trained(24)))
  })
})

describe('an invalid request', () => {
  const elsewhere = () => {
    const other = new Trainer(changed(config, { layers: [12, 5, 4] }), { ...dataset, info: infoOf({ id: 'four', rows: 4, columns: 3, classes: 4, train: 230, test: 90 }) })
    return file(other)
  }

  test.each([
    ['a learning rate of 0', 'config.learningRate', () => worker.reply('configure', { config: changed(config, { learningRate: 0 }), pace: 1 })],
    ['a hidden layer of 3.5 units', 'network.setting', () => worker.reply('configure', { config: changed(config, { layers: [12, 3.5, 6] }), pace: 1 })],
    ['an end that is not the dataset\'s', 'network.outputs', () => worker.reply('configure', { config: changed(config, { layers: [12, 8, 5] }), pace: 1 })],
    ['a file of another dataset', 'weights.dataset', () => worker.reply('open', { weights: elsewhere(), pace: 1 })],
    ['a file that is cut off', 'safetensors.truncated', () => worker.reply('open', { weights: { name: 'cut', bytes: sample.bytes.slice(0, -8) }, pace: 1 })],
    ['an empty file', 'safetensors.empty', () => worker.reply('open', { weights: { name: 'empty', bytes: new Uint8Array(0) }, pace: 1 })],
    ['a run of another dataset', 'train.dataset', () => worker.reply('configure', { config: changed(config, { dataset: 'mnist' }), pace: 1 })],
    ['a tensor that the network has not', 'train.noTensor', () => worker.reply('run:probe', { tensors: [{ path: 'affine9.W' }] })],
    ['a drawing of another size', 'ipc.schema', () => worker.reply('draw:predict', { source: 'run', pixels: new Float32Array(5) })],
  ])('%s is refused as %s, and the run stays as it was', async (_, code, ask) => {
    await configure()
    await worker.ask('run:step', { unit: 'epoch' })
    const before = [await settled(), await paramsNow()]
    expect(await ask()).toMatchObject({ ok: false, error: { code } })
    expect([await settled(), await paramsNow()]).toEqual(before)
    expect((await worker.ask('run:step', { unit: 'batch' })).step).toBe(13)
  })

  test('a network and batch beyond any memory are refused, and the run stays as it was', async () => {
    const other = await RealWorker.start(bundle.file, { dataset: smallDataset({ train: 10_000 }), sample })
    const before = await other.ask('configure', { config, pace: 1 })
    const reply = await other.reply('configure', { config: changed(config, { layers: [12, 4000, 4000, 6], batchSize: 10_000 }), pace: 1 })
    expect(reply).toMatchObject({ ok: false, error: { code: 'train.memory', details: { max: 1024 } } })
    expect((await other.ask('read', null))?.state.runId).toBe(before.runId)
    await other.stop()
  })

  test('a running run continues', async () => {
    await configure()
    await worker.ask('run:start', { pace: 'full' })
    expect(await worker.code('open', { weights: elsewhere(), pace: 1 })).toBe('weights.dataset')
    const { phase, step } = await stateNow()
    expect(phase).toBe('running')
    await worker.until(() => Math.max(...worker.losses.keys()) > step + 100)
  })

  test('a damaged sample does not affect anything else', async () => {
    const other = await RealWorker.start(bundle.file, { dataset, sample: { name: 'sample', bytes: new Uint8Array(3) } })
    expect(await other.code('draw:predict', { source: 'sample', pixels })).toMatch(/^safetensors\./)
    expect(await other.code('configure', { config, pace: 1 })).toBe('ok')
    expect(await other.code('draw:predict', { source: 'run', pixels })).toBe('ok')
    await other.stop()
  })
})

describe('inspecting', () => {
  test('a tensor returns the numbers of the run', async () => {
    await configure()
    await worker.ask('run:step', { unit: 'batch' })
    const twin = trained(1)
    const { runId, step, tensors } = await worker.ask('run:probe', { tensors: [{ path: 'affine1.dW', firstColumn: 2, columns: 3 }] })
    const { shape, firstColumn, columns, data } = tensors[0]!
    expect({ step, shape, firstColumn, columns }).toEqual({ step: 1, shape: [12, 8], firstColumn: 2, columns: 3 })
    expect(runId).toBe((await stateNow()).runId)
    const dW = twin.model.params[0]!.slot.grad.data
    expect([...data]).toEqual(Array.from({ length: 36 }, (_, i) => dW[Math.floor(i / 3) * 8 + 2 + i % 3]))
  })

  test('several things at once returns all of them of one step, also at full speed', async () => {
    await configure({ optimizer: 'adam', learningRate: 0.001 })
    const twin = new Trainer(changed(config, { optimizer: 'adam', learningRate: 0.001 }), dataset, { ops })
    const order = new MiniBatches({ count: 230, batchSize: 20, seed: 7 })
    for (let i = 0; i < 10; i++) {
      await worker.ask('run:start', { pace: 'full' })
      await worker.until(() => worker.frames.some(({ firstStep, losses }) => firstStep + losses.length - 1 > twin.step)) // it has continued
      worker.forget()
      const { step, loss, images, change, tensors } = await worker.ask('run:probe', { images: 20, change: 'affine2', tensors: [{ path: 'affine2.W' }, { path: 'affine2.dW' }] })
      await worker.ask('run:pause', null)
      expect(step).toBeGreaterThan(twin.step)
      while (twin.step < step) twin.learn()
      expect(loss).toBe(twin.loss)
      expect(images.map(({ label }) => label)).toEqual(Array.from(order.at(order.positionAt(step - 1)), index => dataset.train.labels[index]))
      expect(images.map(({ pixels }) => [...pixels])).toEqual(Array.from(order.at(order.positionAt(step - 1)), index => Array.from(dataset.train.images.subarray(12 * index, 12 * index + 12), pixel => Math.fround(pixel / 255))))
      const [W, dW] = tensors
      const { row, column, before, after, gradient } = change!
      expect([W!.data[row * 6 + column], dW!.data[row * 6 + column]]).toEqual([after, gradient])
      expect(before).not.toBe(after)
    }
  })

  test('the next mini-batch returns its images, the weights and the optimizer’s state, of one step', async () => {
    await configure({ optimizer: 'adam', learningRate: 0.001 })
    for (let i = 0; i < 11; i++) await worker.ask('run:step', { unit: 'batch' })
    const { step, of, images, tensors, optimizer } = await worker.ask('run:batch', { rows: 7 })
    const order = new MiniBatches({ count: 230, batchSize: 20, seed: 7 })
    const indices = order.at(order.positionAt(11)) // the last of the epoch: 10 images
    expect([step, of, images.length, optimizer.updates]).toEqual([11, 10, 7, 11])
    expect(images.map(({ label }) => label)).toEqual(Array.from(indices.subarray(0, 7), index => dataset.train.labels[index]))
    const twin = trained(11, { optimizer: 'adam', learningRate: 0.001 })
    expect(tensors).toEqual(paramsOf(twin))
    expect(optimizer.state).toEqual(twin.optimizerState.state.map(({ path, tensor }) => ({ path, data: Float32Array.from(tensor.data) })))
    expect(optimizer.state).toHaveLength(8) // m and v of W1, b1, W2, b2
  })

  test('a mini-batch before the first step returns no images, and no update', async () => {
    const half = file(trained(17))
    for (const begin of [() => configure(), () => worker.ask('open', { weights: half, pace: 1 })]) {
      await begin()
      expect(await worker.ask('run:probe', { images: 8, change: 'affine1' })).toMatchObject({ loss: null, images: [], change: null })
    }
  })

  test('state and history of one answer end at the same step and the same evaluation, at any moment of a run', async () => {
    await configure({ batchSize: 5 }) // 46 steps per epoch
    await worker.ask('run:start', { pace: 'full' })
    const steps = new Set<number>()
    const evaluated = new Set<number>()
    await worker.until(() => worker.losses.size > 10)
    for (let i = 0; i < 40; i++) {
      const { state, history } = (await worker.ask('read', null))!
      expect([history.loss.latest.x, history.evaluations.at(-1)]).toEqual([state.step, pointOf(state.evaluation!)])
      expect(Math.fround(state.loss!)).toBe(history.loss.latest.y)
      steps.add(state.step)
      evaluated.add(state.evaluation!.step)
      await sleep(5)
    }
    expect(steps.size).toBeGreaterThan(20) // it trained on meanwhile
    expect(evaluated.size).toBeGreaterThan(1)
  })

  test('every frame names the step after its last loss', async () => {
    await configure()
    await worker.ask('run:start', { pace: 'full' })
    await worker.until(() => worker.losses.size > 200)
    await worker.ask('run:pause', null)
    const { step } = await settled()
    await worker.until(() => worker.losses.size === step)
    const trained = worker.frames.filter(({ losses }) => losses.length > 0)
    expect(trained.map(frame => frame.step)).toEqual(trained.map(({ firstStep, losses }) => firstStep + losses.length - 1))
    const steps = worker.frames.map(frame => frame.step)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  })

  test('the history after a reload returns what the frames sent', async () => {
    await configure()
    await worker.ask('run:step', { unit: 'epoch' })
    await settled()
    await worker.until(() => worker.losses.size === 12)
    const curves = new Curves()
    curves.restore((await worker.ask('read', null))!.history)
    expect(curves.loss.extremes(100).map(({ x, y }) => [x, y])).toEqual([...worker.losses])
    expect(curves.evaluations.map(({ step }) => step)).toEqual([0, 1, 2, 4, 8, 12])
  })
})

describe('another dataset', () => {
  const wide = { ...smallDataset({ seed: 9 }), info: { ...infoOf({ id: 'wide', rows: 3, columns: 4, classes: 6, train: 230, test: 90 }), sha256: { trainImages: 'a'.repeat(64) } } }
  const onWide = changed({ ...config, dataset: 'wide' }, { seed: 3 })

  test('is learned as in a thread of its own, and the first one again after it', async () => {
    await worker.ask('configure', { config, pace: 1 })
    for (let i = 0; i < 5; i++) await worker.ask('run:step', { unit: 'batch' })
    const state = await worker.ask('configure', { config: onWide, pace: 1, dataset: wide })
    expect(state).toMatchObject({ dataset: wide.info, step: 0, config: { dataset: 'wide' } })
    const twin = new Trainer(onWide, wide, { ops })
    for (let i = 0; i < 20; i++) { await worker.ask('run:step', { unit: 'batch' }); twin.learn() }
    expect(readWeights((await worker.ask('weights', null)).bytes, 'w').tensors).toEqual(twin.weights({ version: '1' }).tensors)
    expect((await worker.ask('run:batch', { rows: 1 })).imageShape).toEqual([1, 3, 4])
    expect(await worker.ask('rewind', null)).toMatchObject({ dataset: wide.info, step: 0 })
    expect(await worker.ask('configure', { config, pace: 1 })).toMatchObject({ dataset: dataset.info })
  })

  test('that does not fit the network is refused; the run on the first one stays and learns on', async () => {
    await worker.ask('configure', { config, pace: 1 })
    const odd = { ...wide, info: { ...wide.info, classes: ['a', 'b'] } }
    expect(await worker.code('configure', { config: onWide, pace: 1, dataset: odd })).toBe('network.outputs')
    expect(await worker.ask('run:step', { unit: 'batch' })).toMatchObject({ dataset: dataset.info, step: 1 })
  })

  test('replaces a run at full speed', async () => {
    await worker.ask('configure', { config, pace: 'full' })
    await worker.ask('run:start', { pace: 'full' })
    await worker.until(() => worker.frames.length > 0)
    expect(await worker.ask('configure', { config: onWide, pace: 'full', dataset: wide })).toMatchObject({ dataset: wide.info, step: 0, phase: 'evaluating' })
  })

  test('of a weights file gives its id to the settings, whatever the file calls it', async () => {
    const twin = new Trainer(onWide, wide, { ops })
    const opened = await worker.ask('open', { weights: file(twin), pace: 1, dataset: { ...wide, info: { ...wide.info, id: 'here' } } })
    expect(opened).toMatchObject({ config: { dataset: 'here' }, dataset: { id: 'here' } })
  })

  // Cause: the callback of each run kept the run before it alive, and nothing collected the shared memory.
  test('is freed when the last run on it is replaced', async () => {
    setFlagsFromString('--expose-gc') // as main does
    const collect = runInNewContext('gc') as () => void
    const other = await RealWorker.start(bundle.file, { dataset, sample })
    const count = 6000
    const megabytes = () => process.memoryUsage().rss / 2 ** 20
    const large = () => {
      const split = { count, images: new Uint8Array(new SharedArrayBuffer(count * 128 * 128)).fill(9), labels: new Uint16Array(new SharedArrayBuffer(2 * count)), normalization: wide.train.normalization }
      return { info: infoOf({ id: 'large', rows: 128, columns: 128, classes: 6, train: count, test: count }), train: split, test: split } // 94 MB
    }
    const before = megabytes()
    for (let i = 0; i < 4; i++) {
      await other.ask('configure', { config: { ...changed(config, { layers: [128 * 128, 6] }), dataset: 'large' }, pace: 1, dataset: large() })
      await other.ask('configure', { config, pace: 1 })
      await sleep(50)
      collect()
      await sleep(50)
    }
    expect(megabytes() - before).toBeLessThan(200) // four of them would be 375
    await other.stop()
  })
})
