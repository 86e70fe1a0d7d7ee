import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Channel, defaultProgress, defaultSettings, type Settings, type SharedDataset, type WireError, type WorkerStart } from '@contract'
import { defaultConfig, LabError, mnist, parseSafetensors, readNetworkFile, readWeights, unitRange, writeSafetensors, writeWeights, writtenFormats } from '@core'
import { DatasetStore, FileTrash, openSettings, OwnDigits, runsFolder, RunStore } from '@files'
import { describe, expect, test, vi } from 'vitest'
import { Certifier } from '../../../electron/main/certificate'
import { DatasetManager } from '../../../electron/main/dataset-manager'
import { imagesOf } from '../../../electron/main/datasets'
import { GivenFiles } from '../../../electron/main/given-files'
import { createHandlers, type HandlerContext } from '../../../electron/main/handlers'
import { openPlayground } from '../../../electron/main/graph-files'
import { openProgress } from '../../../electron/main/progress'
import { RunKeeper } from '../../../electron/main/run-keeper'
import { RunsLibrary } from '../../../electron/main/runs-library'
import { openSession } from '../../../electron/main/session'
import type { Thread } from '../../../electron/main/supervisor'
import { WeightsLibrary } from '../../../electron/main/weights-library'
import { recorded } from '../../fixtures/recorded-run'
import { perceptron } from '../../fixtures/run-config'
import { FakeThread, markOf, weightsOf } from './fake-thread'
import { newFolder } from './folder'
import { recordingIn } from './recorder'
import { StoredDatasets } from './stored-datasets'

const shared = (bytes: number[]): Uint8Array<SharedArrayBuffer> => {
  const made = new Uint8Array(new SharedArrayBuffer(bytes.length))
  made.set(bytes)
  return made
}
const labels = new Uint16Array(new SharedArrayBuffer(4))
labels.set([3, 8])
const split = { count: 2, images: shared([0, 51, 102, 255, 255, 0, 0, 0]), labels, normalization: unitRange }
const digits: SharedDataset = { info: { ...mnist, shape: [1, 2, 2] }, train: split, test: split }

async function handlersOf({ dataset = Promise.resolve(digits), begun = true }: { dataset?: Promise<SharedDataset>, begun?: boolean } = {}) {
  const folder = newFolder()
  const sample = { name: 'sample.safetensors', bytes: weightsOf(10_000, 99) }
  const sent = { warnings: [] as WireError[], settings: [] as Settings[], suggested: [] as string[], revealed: [] as string[], shown: 0 }
  const answers: { save: string | null, open: string | null, /** Files or a folder of a dataset */ chosen: readonly string[] | null, /** Folder that serves as the system's trash; null: it has none */ trash: string | null } = { save: null, open: null, chosen: null, trash: null }
  const threads: FakeThread[] = []
  const { datasets } = new StoredDatasets([], dataset)
  const recording = recordingIn(folder)
  const keeper = new RunKeeper({
    dataset: digits, datasets, sample, version: 'test', ...recording, threads: () => 'auto',
    startThread: ({ pendingRequests }: Omit<WorkerStart, 'compiling'>): Thread => {
      const thread = new FakeThread(pendingRequests)
      threads.push(thread)
      return thread
    },
    events: { state: () => undefined, metrics: () => undefined, lost: () => undefined, warning: error => sent.warnings.push(error), paused: () => undefined },
  })
  await keeper.startFirstRun(1)
  const ready = dataset.then(() => keeper)
  ready.catch(() => undefined)
  const given = new GivenFiles()
  const datasetStore = new DatasetStore({ mnist: join(folder, 'no-mnist'), own: folder })
  const manager = new DatasetManager({ store: datasetStore, mnist: dataset, current: () => keeper.dataset.info.id, ask: () => Promise.resolve(answers.chosen), reveal: path => sent.revealed.push(path), onProgress: () => undefined })
  const context: HandlerContext = {
    datasets, manager, digits: new OwnDigits(join(folder, 'digits')), ready, keeper: () => begun ? keeper : null, comparison: () => null,
    settings: await openSettings(join(folder, 'settings.json')),
    progress: await openProgress(join(folder, 'progress.json')),
    playground: await openPlayground(join(folder, 'playground.json')),
    session: await openSession(join(folder, 'session.json')),
    library: WeightsLibrary.open(join(folder, 'recent.json'), sample),
    runs: new RunsLibrary(recording.runs, recording.recorder, recording.twinRecorder),
    certifier: new Certifier({ dataset, startThread: () => { throw new Error('no thread here') }, onChange: () => undefined }),
    shown: () => { sent.shown++ },
    present: () => undefined,
    info: () => ({ version: '0', electron: '0', platform: 'test', cores: 4, systemLocale: 'ko', dataset: { phase: 'loading' } }),
    locale: () => 'en',
    settingsChanged: settings => sent.settings.push(settings),
    warn: error => sent.warnings.push(error),
    askSave: (_, name) => { sent.suggested.push(name); return Promise.resolve(answers.save) },
    askOpen: () => Promise.resolve(answers.open),
    reveal: path => sent.revealed.push(path),
    given,
    trash: new FileTrash(join(folder, 'trash-files'), path => answers.trash ? rename(path, join(answers.trash, basename(path))) : Promise.reject(new Error('no trash'))),
    print: () => Promise.resolve(new TextEncoder().encode('%PDF-1.4 of the page')),
  }
  return { folder, told: sent, answers, keeper, threads, given, handlers: createHandlers(context) }
}

const code = (work: () => unknown): Promise<string> => Promise.resolve().then(work).then(() => 'ok', (error: LabError) => error.code)

describe('saving', () => {
  test('passes the network with its step, writes it, and lists the file', async () => {
    const { folder, told, answers, handlers } = await handlersOf()
    await handlers['run:configure']({ ...defaultConfig, seed: 5 })
    await handlers['run:step']({ unit: 'batch' })
    answers.save = join(folder, 'mine.safetensors')
    expect(await handlers['weights:save'](null)).toMatchObject({ kind: 'file', name: 'mine.safetensors', folder, summary: { step: 1 }, problem: null })
    expect(told.suggested).toEqual(['784-50-10 step 1.safetensors'])
    expect(markOf(readFileSync(answers.save))).toBe(5)
    expect((await handlers['weights:list'](null)).at(-1)).toMatchObject({ name: 'mine.safetensors' })
    await handlers['weights:saveAs'](null)
    expect(told.suggested[1]).toBe(join(folder, '784-50-10 step 1.safetensors'))
  })

  test('writes nothing when the dialog was cancelled', async () => {
    const { handlers } = await handlersOf()
    expect(await handlers['weights:save'](null)).toBeNull()
    expect(await handlers['weights:list'](null)).toHaveLength(1)
  })

  test('adds the extension when the dialog omits it, but never overwrites a file without a confirmation', async () => {
    const { folder, answers, handlers } = await handlersOf()
    answers.save = join(folder, 'mine')
    expect(await handlers['weights:save'](null)).toMatchObject({ name: 'mine.safetensors' })
    writeFileSync(join(folder, 'other.safetensors'), 'precious')
    answers.save = join(folder, 'other')
    expect(await handlers['weights:saveAs'](null)).toMatchObject({ name: 'other' })
    expect(readFileSync(join(folder, 'other.safetensors'), 'utf8')).toBe('precious')
  })

  test.each<[string, (folder: string) => string, string]>([
    ['a folder', (folder) => { mkdirSync(join(folder, 'a.safetensors')); return join(folder, 'a.safetensors') }, 'file.isFolder'],
    ['a file where a folder is wanted', (folder) => { writeFileSync(join(folder, 'a'), ''); return join(folder, 'a', 'b.safetensors') }, 'file.notFolder'],
    ['a folder that is not there', folder => join(folder, 'gone', 'b.safetensors'), 'file.missing'],
  ])('onto %s is refused with a code; the run stays', async (_, make, wanted) => {
    const { folder, answers, handlers } = await handlersOf()
    answers.save = make(folder)
    const before = await handlers['run:read'](null)
    expect(await code(() => handlers['weights:save'](null))).toBe(wanted)
    expect(await handlers['run:read'](null)).toEqual(before)
    expect(await handlers['weights:list'](null)).toHaveLength(1)
  })
})

describe('opening', () => {
  test('by a dialog, a drop or a handle reads the file’s weights and lists it', async () => {
    const { folder, answers, handlers } = await handlersOf()
    const path = join(folder, 'a.safetensors')
    writeFileSync(path, weightsOf(12, 4))
    answers.open = path
    expect(await handlers['file:open'](null)).toMatchObject({ kind: 'weights', state: { step: 12, origin: { from: 'file', name: 'a.safetensors' } } })
    expect(await handlers['file:drop']({ paths: [path] })).toMatchObject({ kind: 'weights', state: { step: 12 } })
    const { handle } = (await handlers['weights:list'](null)).at(-1)!
    expect(await handlers['weights:open']({ handle })).toMatchObject({ step: 12 })
    expect(await handlers['weights:open']({ handle: 'sample' })).toMatchObject({ step: 10_000 })
    rmSync(path)
    expect(await code(() => handlers['weights:open']({ handle }))).toBe('file.missing')
    expect(await handlers['run:read'](null)).toMatchObject({ state: { step: 10_000 } })
  })

  test('a file that the system passes on is opened once, by its id', async () => {
    const { folder, given, handlers } = await handlersOf()
    const path = join(folder, 'a.safetensors')
    writeFileSync(path, weightsOf(12, 4))
    const { id, name } = given.add(path)
    expect([name, id.includes(folder)]).toEqual(['a.safetensors', false])
    expect(await handlers['file:take']({ id })).toMatchObject({ kind: 'weights', state: { step: 12 } })
    for (const unknown of [id, '', path]) expect(await code(() => handlers['file:take']({ id: unknown }))).toBe('ipc.schema')
  })

  test('a file that was opened is saved again without a question', async () => {
    const { folder, told, handlers } = await handlersOf()
    const path = join(folder, 'a.safetensors')
    writeFileSync(path, weightsOf(12, 4))
    for (const open of [() => handlers['file:drop']({ paths: [path] }), async () => await handlers['weights:open']({ handle: (await handlers['weights:list'](null)).at(-1)!.handle })]) {
      await open()
      expect(await handlers['weights:save'](null)).toMatchObject({ name: 'a.safetensors' })
    }
    await handlers['weights:open']({ handle: 'sample' }) // the sample has no file
    expect(await handlers['weights:save'](null)).toBeNull()
    expect(told.suggested).toHaveLength(1)
  })

  test('nothing happens when the dialog was cancelled', async () => {
    const { handlers } = await handlersOf()
    const before = await handlers['run:read'](null)
    expect(await handlers['file:open'](null)).toBeNull()
    expect(await handlers['run:read'](null)).toEqual(before)
  })

  test('a foreign file is refused, not listed, and the run stays', async () => {
    const { folder, handlers } = await handlersOf()
    writeFileSync(join(folder, 'x.safetensors'), 'This is a text, whatever its name says.')
    const before = await handlers['run:read'](null)
    expect(await code(() => handlers['file:drop']({ paths: [join(folder, 'x.safetensors')] }))).toBe('safetensors.foreign')
    expect(await handlers['run:read'](null)).toEqual(before)
    expect(await handlers['weights:list'](null)).toHaveLength(1)
  })

  test('a list that cannot be written does not stop the work', async () => {
    const { folder, told, handlers } = await handlersOf()
    writeFileSync(join(folder, 'a.safetensors'), weightsOf(12, 4))
    mkdirSync(join(folder, 'recent.json'))
    expect(await handlers['file:drop']({ paths: [join(folder, 'a.safetensors')] })).toMatchObject({ state: { step: 12 } })
    expect(told.warnings.map(({ code }) => code)).toEqual(['file.isFolder'])
  })
})

test('a file is shown in its folder, unless it was deleted', async () => {
  const { folder, told, handlers } = await handlersOf()
  const path = join(folder, 'a.safetensors')
  writeFileSync(path, weightsOf(12))
  await handlers['file:drop']({ paths: [path] })
  const { handle } = (await handlers['weights:list'](null)).at(-1)!
  await handlers['weights:reveal']({ handle })
  rmSync(path)
  expect(await code(() => handlers['weights:reveal']({ handle }))).toBe('file.missing')
  expect(await code(() => handlers['weights:reveal']({ handle: 'sample' }))).toBe('ipc.schema')
  expect(told.revealed).toEqual([path])
  expect(await handlers['weights:forget']({ handle })).toHaveLength(1)
  expect(existsSync(path)).toBe(false)
})

test('an invalid configuration is refused with specific errors before it reaches the thread', async () => {
  const { handlers } = await handlersOf()
  const before = await handlers['run:read'](null)
  const { network, optimizer } = defaultConfig
  const empty = { ...network, layers: [{ kind: 'affine', units: 0 }] }
  for (const [change, wanted] of [[{ optimizer: { ...optimizer, learningRate: NaN } }, 'config.learningRate'], [{ network: empty }, 'network.setting'], [{ batchSize: 3.5 }, 'config.batchSize']] as const)
    expect(await code(() => handlers['run:configure']({ ...defaultConfig, ...change }))).toBe(wanted)
  expect(await handlers['run:read'](null)).toEqual(before)
})

test('settings apply at once, reach all listeners and are restored', async () => {
  const { folder, told, handlers } = await handlersOf()
  expect(await handlers['settings:write']({ locale: 'ja', pace: 100 })).toEqual({ ...defaultSettings, locale: 'ja', pace: 100 })
  expect(told.settings).toEqual([{ ...defaultSettings, locale: 'ja', pace: 100 }])
  expect((await openSettings(join(folder, 'settings.json'))).value).toEqual(handlers['settings:read'](null))
})

// Cause: each answered with the settings as they were at its start, and the slower answer arrived last.
test('two simultaneous changes both apply, and every reply contains both', async () => {
  const { folder, told, keeper, handlers } = await handlersOf()
  let change = (): void => undefined
  vi.spyOn(keeper, 'setThreads').mockReturnValue(new Promise((done) => { change = done }))
  const slow = handlers['settings:write']({ threads: 4 })
  const quick = await handlers['settings:write']({ theme: 'dark' })
  change()
  const both: Settings = { ...defaultSettings, threads: 4, theme: 'dark' }
  expect([quick, await slow]).toEqual([both, both])
  expect([told.settings.at(-1), handlers['settings:read'](null), (await openSettings(join(folder, 'settings.json'))).value]).toEqual([both, both, both])
})

test('many consecutive changes end with the last one, in every reply and on the disk', async () => {
  const { folder, handlers } = await handlersOf()
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => handlers['settings:write'](i % 2 ? { graphStepMs: 100 + i } : { graphSidePx: 300 + i })))
  const wanted = { ...defaultSettings, graphStepMs: 119, graphSidePx: 318 }
  expect(answers.at(-1)).toEqual(wanted)
  expect((await openSettings(join(folder, 'settings.json'))).value).toEqual(wanted)
})

test('a changed number of threads applies at once', async () => {
  const { handlers, keeper } = await handlersOf()
  await handlers['settings:write']({ threads: 4 })
  expect(await keeper.ask('read', null)).toMatchObject({ state: { threads: 4 } })
  await handlers['settings:write']({ theme: 'dark' })
  expect(await keeper.ask('read', null)).toMatchObject({ state: { threads: 4 } })
})

test('settings that cannot be written apply for the session, which is reported', async () => {
  const { folder, told, handlers } = await handlersOf()
  mkdirSync(join(folder, 'settings.json'))
  await handlers['settings:write']({ theme: 'dark' })
  expect(handlers['settings:read'](null)).toMatchObject({ theme: 'dark' })
  expect(told.warnings.map(({ code }) => code)).toEqual(['file.isFolder'])
})

test('progress applies at once and is restored; a failed write is reported', async () => {
  const { folder, told, handlers } = await handlersOf()
  const progress = { ...defaultProgress, current: 'add-node' }
  expect(await handlers['progress:write'](progress)).toBeNull()
  expect((await openProgress(join(folder, 'progress.json'))).value).toEqual(progress)
  rmSync(join(folder, 'progress.json'))
  mkdirSync(join(folder, 'progress.json'))
  await handlers['progress:write']({ ...progress, current: 'sigmoid' })
  expect(handlers['progress:read'](null)).toMatchObject({ current: 'sigmoid' })
  expect(told.warnings.map(({ code }) => code)).toEqual(['file.isFolder'])
})

test('a graph is saved, opened and dropped under its own name each time', async () => {
  const { folder, told, answers, handlers } = await handlersOf()
  const document = { expression: 'x * y', inputs: { x: 2, y: 3 } }
  answers.save = answers.open = join(folder, 'mine.json')
  expect(await handlers['graph:save']({ document, name: 'graph' })).toEqual({ name: 'mine.json' })
  expect(told.suggested).toEqual(['graph.json'])
  expect(await handlers['file:open'](null)).toEqual({ kind: 'graph', graph: { name: 'mine.json', document } })
  expect(await handlers['file:drop']({ paths: [answers.save] })).toEqual({ kind: 'graph', graph: { name: 'mine.json', document } })
  rmSync(answers.save)
  expect(await code(() => handlers['file:open'](null))).toBe('file.missing')
})

test('a summary is printed and saved under the name that was suggested', async () => {
  const { folder, told, answers, handlers } = await handlersOf()
  answers.save = join(folder, 'mine.pdf')
  expect(await handlers['summary:pdf']({ name: 'Ada: a/b' })).toEqual({ name: 'mine.pdf' })
  expect(told.suggested).toEqual(['Ada- a-b.pdf'])
  expect(readFileSync(answers.save, 'utf8')).toBe('%PDF-1.4 of the page')
})

test('a folder for PyTorch is suggested by its name; one with files is refused before any work, and cancelling does nothing', async () => {
  const { folder, told, answers, handlers } = await handlersOf()
  answers.save = null
  expect(await handlers['runs:project']({ id: null, name: 'Ada: a/b', withData: true })).toBeNull()
  expect(told.suggested).toEqual(['Ada- a-b'])
  writeFileSync(join(folder, 'mine.txt'), 'mine')
  answers.save = folder
  await expect(handlers['runs:project']({ id: null, name: 'a', withData: true })).rejects.toMatchObject({ code: 'export.notEmpty' })
})

describe('exporting', () => {
  test.each(writtenFormats)('the network that is shown is written as %s, and shown in its folder', async (format) => {
    const { folder, told, answers, handlers } = await handlersOf()
    await handlers['run:configure']({ ...defaultConfig, seed: 5 })
    answers.save = join(folder, 'mine')
    const saved = await handlers['weights:export']({ of: { run: null }, format })
    expect([saved?.name, told.suggested]).toEqual([`mine.${format}`, [`784-50-10 step 0.${format}`]])
    const bytes = readFileSync(join(folder, `mine.${format}`))
    if (format !== 'onnx') expect(readNetworkFile(bytes, 'mine').weights).toMatchObject({ weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string, tensors: [{ data: Float32Array.of(5, 0, 0, 1) }, {}] })
    await handlers['file:reveal'](saved!)
    expect(told.revealed).toEqual([join(folder, `mine.${format}`)])
    rmSync(join(folder, `mine.${format}`))
    expect([await code(() => handlers['file:reveal'](saved!)), await code(() => handlers['file:reveal']({ id: 'a1' }))]).toEqual(['file.missing', 'ipc.schema'])
  })

  test('a weights file is written under its own name, in the folder that was used last', async () => {
    const { folder, told, answers, handlers } = await handlersOf()
    answers.save = join(folder, 'a.npz')
    for (let i = 0; i < 2; i++) await handlers['weights:export']({ of: { handle: 'sample' }, format: 'npz' })
    expect(told.suggested).toEqual(['sample.npz', join(folder, 'sample.npz')])
    expect(readNetworkFile(readFileSync(answers.save), 'a').weights.tensors[0]!.data).toEqual(Float32Array.of(99, 0, 0, 1))
    answers.save = null
    expect(await handlers['weights:export']({ of: { handle: 'sample' }, format: 'npz' })).toBeNull()
  })

  test('a file that leaves something open is refused, as a project of it is: nobody has chosen', async () => {
    const { folder, told, answers, handlers } = await handlersOf()
    const path = answers.open = join(folder, 'foreign.safetensors')
    const ofThree = writeWeights({ ...readWeights(weightsOf(3), 'w'), architecture: perceptron([2, 2, 2], 'relu'), tensors: ['affine1', 'affine2'].flatMap(name => [{ path: `${name}.W`, data: new Float32Array(4) }, { path: `${name}.b`, data: new Float32Array(2) }]) })
    writeFileSync(path, writeSafetensors(parseSafetensors(ofThree, 'w').tensors, new Map()))
    await handlers['weights:bytes']({ handle: null })
    const { handle } = (await handlers['weights:list'](null)).at(-1)!
    expect(await code(() => handlers['weights:export']({ of: { handle }, format: 'onnx' }))).toBe('export.open')
    expect(await code(() => handlers['weights:project']({ handle, name: 'a', withData: false }))).toBe('export.open')
    expect(told.suggested).toEqual([])
  })

  test.each<[string, (folder: string) => string, string]>([
    ['a folder', (folder) => { mkdirSync(join(folder, 'a.npz')); return join(folder, 'a.npz') }, 'file.isFolder'],
    ['a folder that is not there', folder => join(folder, 'gone', 'a.npz'), 'file.missing'],
  ])('onto %s is refused with a code, and nothing is half written', async (_, make, wanted) => {
    const { folder, answers, handlers } = await handlersOf()
    answers.save = make(folder)
    const before = readdirSync(folder)
    expect(await code(() => handlers['weights:export']({ of: { run: null }, format: 'npz' }))).toBe(wanted)
    expect(readdirSync(folder)).toEqual(before)
  })
})

test('the playground applies at once and is restored; a failed write is reported', async () => {
  const { folder, told, handlers } = await handlersOf()
  const left = { document: { expression: 'x * y', inputs: {} }, source: 'x * (' }
  expect(handlers['graph:recall'](null)).toBeNull()
  await handlers['graph:remember'](left)
  expect((await openPlayground(join(folder, 'playground.json'))).value).toEqual(left)
  rmSync(join(folder, 'playground.json'))
  mkdirSync(join(folder, 'playground.json'))
  await handlers['graph:remember']({ ...left, source: 'x' })
  expect(handlers['graph:recall'](null)).toMatchObject({ source: 'x' })
  expect(told.warnings.map(({ code }) => code)).toEqual(['file.isFolder'])
})

test('a digit of the dataset is returned with its label, with values from 0 to 1', async () => {
  const { handlers } = await handlersOf()
  expect(await handlers['data:images']({ dataset: 'mnist', split: 'test', first: 0, count: 2 })).toEqual({ shape: [1, 2, 2], images: [{ image: Float32Array.of(0, 0.2, 0.4, 1), label: 3 }, { image: Float32Array.of(1, 0, 0, 0), label: 8 }] })
  expect(await code(() => handlers['data:images']({ dataset: 'mnist', split: 'train', first: 1, count: 2 }))).toBe('ipc.schema')
})

test('two thousand digits come in one reply, but of large images only as many as take no more memory', () => {
  const datasetOf = (side: number, count: number): SharedDataset => {
    const many = { count, images: new Uint8Array(new SharedArrayBuffer(count * side * side)), labels: new Uint16Array(new SharedArrayBuffer(2 * count)), normalization: unitRange }
    return { info: { ...mnist, shape: [1, side, side] }, train: many, test: many }
  }
  const ask = (side: number, count: number) => imagesOf(datasetOf(side, count), { split: 'train', first: 0, count }).images.length
  expect([ask(28, 2_000), ask(56, 500), ask(300, 100)]).toEqual([2_000, 500, 100])
  expect(() => ask(56, 501)).toThrow(expect.objectContaining({ code: 'ipc.schema', details: { found: 501 } }))
  expect(() => ask(300, 101)).toThrow(expect.objectContaining({ code: 'ipc.schema' }))
})

test('images of a dataset that no run holds are refused, and the list has MNIST', async () => {
  const { handlers } = await handlersOf()
  expect(await code(() => handlers['data:images']({ dataset: 'bands-1', split: 'test', first: 0, count: 1 }))).toBe('dataset.unknown')
  expect(await handlers['data:list'](null)).toEqual([{ id: 'mnist', info: mnist, problem: null }])
})

test('with a damaged dataset every request about a run reports that', async () => {
  const { handlers } = await handlersOf({ dataset: Promise.reject(new LabError('dataset.damaged', 'damaged', { file: 'x' })) })
  for (const work of [() => handlers['run:start']({ pace: 1 }), () => handlers['run:probe']({}), () => handlers['weights:save'](null), () => handlers['data:images']({ dataset: 'mnist', split: 'test', first: 0, count: 1 })])
    expect(await code(work)).toBe('dataset.damaged')
})

describe('requests for the thread are forwarded with their arguments', () => {
  const pixels = new Float32Array(784)
  test.each<[Channel, unknown, string, unknown]>([
    ['run:start', { pace: 10 }, 'run:start', { pace: 10 }], ['run:pause', null, 'run:pause', null], ['run:pace', { pace: 'full' }, 'run:pace', { pace: 'full' }], ['run:step', { unit: 'epoch' }, 'run:step', { unit: 'epoch' }],
    ['run:rewind', null, 'rewind', null], ['kernels:speed', null, 'kernels:speed', null], ['run:probe', { stats: true }, 'run:probe', { stats: true }],
    ['run:batch', { rows: 8 }, 'run:batch', { rows: 8 }], ['draw:predict', { source: 'run', pixels }, 'draw:predict', { source: 'run', pixels }], ['run:read', null, 'read', null],
    ['run:configure', { ...defaultConfig, seed: 9 }, 'configure', { config: { ...defaultConfig, seed: 9 }, pace: 100 }],
  ])('%s', async (channel, arg, command, passed) => {
    const { handlers, threads } = await handlersOf()
    await handlers['settings:write']({ pace: 100 }) // a new run keeps the chosen pace
    const sent = vi.spyOn(threads[0]!, 'postMessage')
    await (handlers[channel] as (arg: unknown) => unknown)(arg)
    expect(sent.mock.calls.map(([message]) => [message.command, message.arg]).at(-1)).toEqual([command, passed])
  })

  test('and the reply is returned', async () => {
    const { handlers } = await handlersOf()
    expect(await handlers['run:start']({ pace: 10 })).toMatchObject({ phase: 'running', pace: 10 })
    expect(await handlers['run:pace']({ pace: 100 })).toMatchObject({ phase: 'running', pace: 100 })
    expect(await handlers['run:pause'](null)).toMatchObject({ phase: 'idle', pace: 100 })
    expect(await handlers['run:rewind'](null)).toMatchObject({ step: 0 })
  })

  test('before the first run its state is null, and it is not lost', async () => {
    const { handlers } = await handlersOf({ begun: false })
    expect([await handlers['run:read'](null), await handlers['run:lost'](null)]).toEqual([null, null])
    expect(await handlers['settings:write']({ threads: 2 })).toMatchObject({ threads: 2 }) // the first training thread starts with them
  })
})

test('a lost run has no state, and can be continued, or begun again with its settings', async () => {
  const { handlers, threads } = await handlersOf()
  await handlers['run:configure']({ ...defaultConfig, seed: 5 })
  await handlers['run:step']({ unit: 'batch' })
  await threads[0]!.terminate()
  const lost = await vi.waitFor(async () => {
    const found = await handlers['run:lost'](null)
    expect(found).toMatchObject({ error: { code: 'worker.died' }, config: { seed: 5 }, run: { step: 1 } })
    return found!
  }, 10_000)
  expect(await handlers['run:read'](null)).toBeNull()
  await handlers['settings:write']({ pace: 10 })
  expect(await handlers['runs:open']({ id: lost.run!.id })).toMatchObject({ step: 1 })
  expect(await handlers['run:lost'](null)).toBeNull()
  const sent = vi.spyOn(FakeThread.prototype, 'postMessage')
  expect(await handlers['run:configure'](lost.config)).toMatchObject({ config: { seed: 5 }, step: 0 })
  expect(sent.mock.calls[0]![0].arg).toMatchObject({ pace: 10 })
  sent.mockRestore()
  expect(await handlers['run:left'](null)).toMatchObject({ id: lost.run!.id, step: 1 })
})

test('the window’s first screen is announced to the listener', async () => {
  const { handlers, told } = await handlersOf()
  expect(await handlers['app:info'](null)).toMatchObject({ platform: 'test', cores: 4 })
  expect(told.shown).toBe(0)
  expect(await handlers['app:shown'](null)).toBeNull()
  expect(told.shown).toBe(1)
})

test('every digit is returned as its own picture', async () => {
  const { handlers } = await handlersOf()
  expect(await handlers['data:images']({ dataset: 'mnist', split: 'train', first: 1, count: 1 })).toEqual({ shape: [1, 2, 2], images: [{ image: Float32Array.of(1, 0, 0, 0), label: 8 }] })
  expect(await code(() => handlers['data:images']({ dataset: 'mnist', split: 'test', first: 2, count: 1 }))).toBe('ipc.schema')
})

test('the certificate is recomputed on request, and stopped', async () => {
  const { handlers } = await handlersOf()
  expect(await handlers['certificate:state'](null)).toMatchObject({ phase: 'idle' })
  await expect(Promise.resolve(handlers['certificate:start'](null))).rejects.toThrow('no thread here')
  expect(await handlers['certificate:stop'](null)).toMatchObject({ phase: 'idle' })
})

test('losses of the run are there before they are on the disk', async () => {
  const { handlers } = await handlersOf()
  expect((await handlers['runs:losses']({ from: 1, to: 9 }))?.buckets.sums).toHaveLength(0)
})

test('runs are listed, changed, shown in their folder, continued at the chosen pace, and deleted', async () => {
  const { folder, told, keeper, handlers } = await handlersOf()
  const id = await recorded(new RunStore(runsFolder(folder)))
  expect(await handlers['runs:list'](null)).toMatchObject([{ id, name: 'First' }])
  expect(await handlers['runs:change']({ id, name: 'He', pinned: true })).toMatchObject([{ id, name: 'He', pinned: true, note: '' }])
  expect(await handlers['runs:reveal']({ id })).toBeNull()
  expect(told.revealed).toEqual([join(runsFolder(folder), id)])
  await handlers['settings:write']({ pace: 10 })
  const resume = vi.spyOn(keeper, 'resume').mockImplementation((_, pace) => keeper.configure(defaultConfig, pace))
  expect(await handlers['runs:open']({ id })).toMatchObject({ phase: 'idle' })
  expect(resume.mock.calls).toEqual([[id, 10]])
  const fork = vi.spyOn(keeper, 'fork').mockImplementation((_, pace) => keeper.configure(defaultConfig, pace))
  expect(await handlers['runs:fork']({ id, step: 3, change: { batchSize: 20 } })).toMatchObject({ phase: 'idle' })
  expect(fork.mock.calls).toEqual([[{ id, step: 3, change: { batchSize: 20 } }, 10]])
  expect(await handlers['runs:remove']({ id })).toEqual([])
  expect(await code(() => handlers['runs:reveal']({ id }))).toBe('file.missing')
})

test('what is looked at and drawn is there in the next session; a damaged desk alone is forgotten', async () => {
  const { folder, handlers } = await handlersOf()
  expect(handlers['desk:recall'](null)).toBeNull()
  const desk = { block: 'relu1', tab: 'mistakes', strokes: [[{ x: 0.25, y: 0.5 }, { x: 0.5, y: 0.75 }]] } as const
  await handlers['desk:remember'](desk)
  const path = join(folder, 'session.json')
  await vi.waitUntil(() => existsSync(path) && readFileSync(path, 'utf8').includes('relu1'))
  expect((await openSession(path)).value.desk).toEqual(desk)
  writeFileSync(path, JSON.stringify({ run: 'a run', room: 'train', desk: { ...desk, tab: 'elsewhere' } }))
  expect((await openSession(path)).value).toEqual({ run: 'a run', room: 'train', desk: null })
})
