import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LabError, readRunRecord } from '@core'
import { RunStore, type RunStoreOptions, runsFolder, type RunWriter } from '@files'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Recording, RunsLibrary } from '../../../electron/main/runs-library'
import { bytesAt, idOf, recorded, recordWith, score } from '../../fixtures/recorded-run'
import { fullDisk, newFolder } from './folder'

/** Of the test */
const folder = { own: '', runs: '' }
beforeEach(() => {
  folder.own = newFolder()
  folder.runs = runsFolder(folder.own)
})
const [first, second] = [idOf(1), idOf(2)]

/** A store that does not let a test wait. */
const storeIn = (options: RunStoreOptions = {}) => new RunStore(folder.runs, { timing: { writeMs: 1, syncMs: 0, retryMs: 1 }, ...options })
/** The code of the error that the work ends with. */
const refusal = (work: () => Promise<unknown>): Promise<string> => work().then(() => 'none: it was accepted', (cause: LabError) => cause.code)
const nothing: Recording = { id: () => Promise.resolve(null), change: () => Promise.resolve(false), losses: () => null, flush: () => Promise.resolve() }

function libraryOf({ recording = nothing, twin = nothing, ...options }: RunStoreOptions & { readonly recording?: Recording, readonly twin?: Recording } = {}) {
  const store = storeIn(options)
  return { store, library: new RunsLibrary(store, recording, twin) }
}
const path = (...names: readonly string[]) => join(folder.runs, ...names)
const recordOn = (id: string) => readRunRecord(readFileSync(path(id, 'run.json'), 'utf8'), 'run.json')

/** A library beside a recorder that is writing the first run. */
async function recording(): Promise<ReturnType<typeof libraryOf> & { readonly writer: RunWriter }> {
  const writer = await storeIn().create(recordWith())
  onTestFinished(() => writer.close())
  return { writer, ...libraryOf({ recording: { id: () => Promise.resolve(first), change: async (id, change) => { if (id === first) await writer.update(change); return id === first }, losses: () => null, flush: () => writer.flush() } }) }
}

describe('the list', () => {
  test('is empty at first, and then has the newest run on top, with what is known of it', async () => {
    const { store, library } = libraryOf()
    expect(await library.list()).toEqual([])
    await recorded(store)
    const { writer } = await store.open(first)
    for (const split of ['train', 'test'] as const) writer.append(score(8, split, split === 'train' ? 9 : 8))
    await writer.close()
    await recorded(store, { more: { id: second, name: '', created: recordWith().created + 1, parent: { run: first, step: 3 } } })
    const list = await library.list()
    expect(list.map(({ id, name, parent }) => [id, name, parent])).toEqual([[second, '', { run: first, step: 3 }], [first, 'First', null]])
    expect(list[1]).toMatchObject({
      note: '', pinned: false, dataset: recordWith().dataset.name, step: 8, epoch: 1, trainAccuracy: 0.9, testAccuracy: 0.8, lockedBy: null, problem: null, current: false,
      architecture: { layers: recordWith().config.network.layers, loss: 'softmaxWithLoss' },
    })
    expect(list[1]!.curve).toHaveLength(8)
    expect(list[1]).not.toHaveProperty('network')
  })

  test('marks the run in training, which no other program has', async () => {
    const { library, store } = await recording()
    await recorded(store, { more: { id: second } })
    expect((await library.list()).map(({ id, current, lockedBy }) => [id, current, lockedBy])).toEqual([[first, true, null], [second, false, null]])
  })

  test('names what is damaged, without the folder', async () => {
    const { store, library } = libraryOf()
    await recorded(store)
    writeFileSync(path(first, 'run.json'), 'scribble')
    mkdirSync(path(second))
    const list = await library.list()
    expect(list.find(({ id }) => id === first)).toMatchObject({ problem: { code: 'run.foreign', details: { file: 'run.json' } }, step: 8, architecture: { loss: 'softmaxWithLoss' } })
    expect(list.find(({ id }) => id === second)).toMatchObject({ problem: { details: { file: 'run.json' } }, architecture: null })
  })
})

describe('the curves of runs', () => {
  test('are thinned to common columns, with epochs, seconds and the answers of each class', async () => {
    const { store, library } = libraryOf()
    await recorded(store)
    await recorded(store, { more: { id: second, name: 'Second' }, last: 3, steps: [0] })
    const { writer } = await store.open(first)
    writer.append({ kind: 'time', step: 4, seconds: 2 })
    for (const split of ['train', 'test'] as const) writer.append(score(4, split, split === 'train' ? 9 : 8))
    await writer.close()
    const [one, two] = await library.curves({ ids: [first, second], columns: 16 })
    const { config: { batchSize }, dataset: { counts: { train } } } = recordWith()
    expect(one).toMatchObject({ id: first, name: 'First', last: 8, firstStep: 0, fromSeed: true, problem: null, config: recordWith().config, classes: recordWith().classes })
    expect([one!.loss.width, [...one!.loss.steps], [...one!.seconds.subarray(0, 5)]]).toEqual([1, [1, 2, 3, 4, 5, 6, 7, 8], [0.5, 1, 1.5, 2, NaN]])
    expect(one!.epochs[0]).toBe(batchSize / train)
    expect(one!.evaluations).toEqual([{ step: 4, epoch: 4 * batchSize / train, seconds: 2, train: { accuracy: 0.9, images: 10, classes: [0.9] }, test: { accuracy: 0.8, images: 10, classes: [0.8] } }])
    expect([[...two!.loss.steps], two!.last, two!.evaluations]).toEqual([[1, 2, 3], 3, []])
  })

  test('of a run with thousands of steps and evaluations are as few as were asked for', async () => {
    const { store, library } = libraryOf()
    await recorded(store)
    const { writer } = await store.open(first)
    writer.append({ kind: 'losses', firstStep: 9, losses: new Float32Array(99_992).map((_, i) => 1 + i % 7) })
    for (let step = 10; step < 100_000; step += 50) writer.append(score(step, 'test', step % 11))
    await writer.close()
    const [{ loss, epochs, seconds, evaluations }] = await library.curves({ ids: [first], columns: 600 }) as [Awaited<ReturnType<RunsLibrary['curves']>>[number]]
    expect([loss.width, loss.steps.length, epochs.length, seconds.length]).toEqual([256, 391, 391, 391])
    expect(evaluations.length).toBeLessThanOrEqual(400)
  })

  test('are those up to now, also of the run in training; a damaged one says what is wrong, an unknown one is refused', async () => {
    const { library, writer } = await recording()
    writer.append({ kind: 'losses', firstStep: 1, losses: Float32Array.of(3, 2) })
    writer.append({ kind: 'losses', firstStep: 3, losses: Float32Array.of(1) })
    await writer.checkpoint(0, bytesAt(0))
    expect([...(await library.curves({ ids: [first], columns: 16 }))[0]!.loss.mean]).toEqual([3, 2, 1])
    await writer.close()
    writeFileSync(path(first, 'run.json'), 'scribble')
    expect((await library.curves({ ids: [first], columns: 16 }))[0]).toMatchObject({ problem: { code: 'run.foreign', details: { file: 'run.json' } } })
    expect(await refusal(() => library.curves({ ids: [second], columns: 16 }))).toBe('run.missing')
  })
})

describe('a change', () => {
  test('of name, note and pin is on the disk, and the run is free for others again', async () => {
    const { store, library } = libraryOf()
    await recorded(store)
    const [entry] = await library.change(first, { name: 'Sigmoid, σ 0.01', note: 'dies', pinned: true })
    expect(entry).toMatchObject({ name: 'Sigmoid, σ 0.01', note: 'dies', pinned: true, lockedBy: null, step: 8 })
    expect(recordOn(first)).toMatchObject({ name: 'Sigmoid, σ 0.01', note: 'dies', pinned: true })
    expect(readdirSync(path(first)).sort()).toEqual(['checkpoints', 'run.json', 'series.bin'])
  })

  test('leaves alone what it does not name', async () => {
    const { store, library } = libraryOf()
    await recorded(store, { more: { note: 'kept', pinned: true } })
    await library.change(first, { name: 'New' })
    expect(recordOn(first)).toMatchObject({ name: 'New', note: 'kept', pinned: true })
  })

  // Cause: each takes the lock of the run, which a second one at the same time would be refused.
  test('and others at the same time are made one after the other', async () => {
    const { store, library } = libraryOf()
    await recorded(store)
    await Promise.all([library.change(first, { name: 'A' }), library.change(first, { pinned: true }), library.change(first, { note: 'n' })])
    expect(recordOn(first)).toMatchObject({ name: 'A', pinned: true, note: 'n' })
  })

  test('of the run in training goes through who writes it', async () => {
    const { writer, library } = await recording()
    const [entry] = await library.change(first, { note: 'while it learns' })
    expect([entry?.note, writer.record.note, recordOn(first).note]).toEqual(['while it learns', 'while it learns', 'while it learns'])
  })

  test('of a run that another program writes is refused, and nothing changes', async () => {
    const { store, library } = libraryOf()
    await recorded(store)
    writeFileSync(path(first, 'lock-00000000'), '') // its lock, which it is just writing
    expect(await refusal(() => library.change(first, { name: 'New' }))).toBe('run.locked')
    expect(await refusal(() => library.remove(first))).toBe('run.locked')
    expect((await library.list())[0]).toMatchObject({ name: 'First', lockedBy: 0 })
    expect(recordOn(first).name).toBe('First')
  })

  test('of a damaged record writes a sound one, and keeps the damaged file', async () => {
    const { store, library } = libraryOf()
    await recorded(store)
    writeFileSync(path(first, 'run.json'), 'scribble')
    expect((await library.change(first, { name: 'Found again' }))[0]).toMatchObject({ name: 'Found again', problem: null, step: 8 })
    expect(readFileSync(path(first, 'run.json.damaged'), 'utf8')).toBe('scribble')
  })

  test('that does not fit on the disk is refused, and nothing changes', async () => {
    let room = Infinity
    const { store, library } = libraryOf({ fs: fullDisk(() => room-- <= 0) })
    await recorded(store)
    room = 1 // for the lock
    expect(await refusal(() => library.change(first, { name: 'New' }))).toBe('file.full')
    room = Infinity
    expect((await library.list())[0]).toMatchObject({ name: 'First', lockedBy: null })
    expect(await refusal(() => library.change(first, { name: 'New' }))).toBe('none: it was accepted')
  })

  test('of what is no run is refused by name', async () => {
    const { library } = libraryOf()
    for (const id of [first, '../autosave']) expect(await refusal(() => library.change(id, { name: 'x' }))).toBe('run.missing')
    expect(existsSync(folder.runs)).toBe(false)
  })

  // Cause: the first refusal would have ended the queue.
  test('that fails does not stop the next one', async () => {
    const { store, library } = libraryOf()
    await recorded(store)
    const failed = refusal(() => library.change(second, { name: 'x' }))
    await library.change(first, { name: 'New' })
    expect([await failed, recordOn(first).name]).toEqual(['run.missing', 'New'])
  })
})

describe('a run that is deleted', () => {
  test('goes to the system’s trash, and is gone from the list', async () => {
    const trashed: string[] = []
    const { store, library } = libraryOf({ trash: async (run) => {
      trashed.push(run)
      await storeIn().remove(first)
    } })
    await recorded(store)
    expect(await library.remove(first)).toEqual([])
    expect(trashed).toEqual([path(first)])
  })

  test('goes to the program’s own trash where the system has none', async () => {
    const { store, library } = libraryOf({ trash: () => Promise.reject(new Error('no trash here')) })
    await recorded(store)
    expect(await library.remove(first)).toEqual([])
    const [name = ''] = readdirSync(join(folder.own, 'trash'))
    expect(readdirSync(join(folder.own, 'trash', name)).sort()).toEqual(['checkpoints', 'run.json', 'series.bin'])
  })

  test('may be damaged beyond reading, but not in training', async () => {
    const { library } = await recording()
    mkdirSync(path(second))
    expect((await library.remove(second)).map(({ id }) => id)).toEqual([first])
    expect(await refusal(() => library.remove(first))).toBe('run.inTraining')
    expect(existsSync(path(first))).toBe(true)
  })
})

test('the folder of a run is found by its id alone', async () => {
  const { store, library } = libraryOf()
  await recorded(store)
  expect(await library.pathOf(first)).toBe(path(first))
  expect(await refusal(() => library.pathOf(second))).toBe('file.missing')
  expect(await refusal(() => library.pathOf('../trash'))).toBe('run.missing')
})

describe('a run as a file', () => {
  test('of the run in training has what happened until now, and the same file is the same run', async () => {
    const { library, writer, store } = await recording()
    await writer.checkpoint(0, bytesAt(0))
    writer.append({ kind: 'losses', firstStep: 1, losses: Float32Array.of(3, 2) })
    const file = join(folder.own, 'First.labrun')
    await library.export(first, file)
    await writer.close()
    expect(await library.import(file)).toEqual({ id: first, known: true })
    await store.remove(first)
    expect(await library.import(file)).toEqual({ id: first, known: false })
    expect((await store.read(first)).series.lastStep).toBe(2)
  })

  test('that is none is refused, and so is a run that does not exist', async () => {
    const { library } = libraryOf()
    const file = join(folder.own, 'a.labrun')
    writeFileSync(file, 'scribble')
    expect(await refusal(() => library.import(file))).toBe('labrun.foreign')
    expect(await refusal(() => library.import(join(folder.own, 'b.labrun')))).toBe('file.missing')
    expect(await refusal(() => library.export(second, file))).toBe('run.missing')
    expect(readFileSync(file, 'utf8')).toBe('scribble')
  })
})
