import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Checkpoint, LabError, printLayers, readSeries } from '@core'
import { readRun, reachOf, stateSha256 } from '@files'
import { describe, expect, test } from 'vitest'
import { takeLock } from '../../../../electron/files/runs/lock'
import { refusal } from '../refusal'
import { bytesAt, idOf, losses, ownFolderOfTest, recorded, recordWith, score, stateAt, storeIn } from './folder'

const folder = ownFolderOfTest()
const id = idOf(1)
const path = (...names: readonly string[]) => join(folder.runs, id, ...names)
const store = () => storeIn(folder.runs).store

describe('a run on the disk', () => {
  test('is read as it was written', async () => {
    await recorded(store())
    const run = await store().read(id)
    expect(run.record).toEqual(recordWith())
    expect([...run.series.losses]).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map(step => Math.fround(stateAt(step).snapshot.loss!)))
    expect([run.checkpoints.map(({ step }) => step), run.lost, run.problem, reachOf(run)]).toEqual([[0, 3, 6], 0, null, { first: 0, last: 8 }])
    expect(run.bytes).toBe([path('run.json'), path('series.bin'), ...[0, 3, 6].map(step => path('checkpoints', `${step}.safetensors`))].reduce((sum, file) => sum + statSync(file).size, 0))
  })

  test('is read while another program writes it, and is not changed by that', async () => {
    const writer = await store().create(recordWith())
    writer.append(losses(1, 2))
    await writer.flush()
    const before = readdirSync(path()).sort()
    expect([...(await store().read(id)).series.losses]).toEqual([2])
    expect(readdirSync(path()).sort()).toEqual(before)
    await writer.close()
  })

  test('that ended in a divergence reaches to the step that was kept', async () => {
    const writer = await store().create(recordWith())
    writer.append(losses(1, 2, 3, 9))
    writer.append({ kind: 'diverged', step: 2, at: 4, loss: 'NaN' })
    await writer.close()
    expect(reachOf(await store().read(id))).toEqual({ first: 0, last: 2 })
  })

  test('that does not exist, and a name that is no id, are named', async () => {
    expect(await refusal(() => store().read(id))).toMatchObject({ code: 'run.missing' })
    for (const work of [() => store().read('../x'), () => store().remove(id), () => store().open(id), () => store().open('x')]) expect((await refusal(work))['code']).toBe('run.missing')
    expect(existsSync(folder.runs)).toBe(false)
    expect(await store().list()).toEqual([])
  })
})

describe('the checkpoint before a step', () => {
  test('is the latest one at or before it', async () => {
    await recorded(store())
    for (const [step, found] of [[0, 0], [2, 0], [3, 3], [5, 3], [6, 6], [1000, 6]] as const) expect((await store().checkpointAt(id, step)).snapshot.position.step).toBe(found)
    expect(await store().checkpointAt(id, 3)).toEqual(stateAt(3))
  })

  test('is the one before, when one is damaged, cut off or missing, and that is reported', async () => {
    await recorded(store())
    truncateSync(path('checkpoints', '6.safetensors'), 1000)
    const { store: watched, problems } = storeIn(folder.runs)
    expect((await watched.checkpointAt(id, 8)).snapshot.position.step).toBe(3)
    expect(problems).toHaveLength(1)
    rmSync(path('checkpoints', '3.safetensors'))
    expect((await watched.checkpointAt(id, 5)).snapshot.position.step).toBe(0)
    rmSync(path('checkpoints'), { recursive: true })
    expect(await refusal(() => watched.checkpointAt(id, 5))).toMatchObject({ code: 'run.noCheckpoint', step: 5 })
  })

  test('is never one of another run or another step', async () => {
    await recorded(store())
    writeFileSync(path('checkpoints', '5.safetensors'), bytesAt(4)) // another name
    const { store: watched, problems } = storeIn(folder.runs)
    expect((await watched.checkpointAt(id, 5)).snapshot.position.step).toBe(3)
    expect(problems.map(problem => problem.code)).toEqual(['run.otherCheckpoint'])
    const other = idOf(2)
    const writer = await store().create(recordWith({ id: other, config: { ...recordWith().config, seed: 77 } }))
    await writer.checkpoint(3, bytesAt(3))
    await writer.close()
    expect(await refusal(() => store().checkpointAt(other, 9))).toMatchObject({ code: 'run.noCheckpoint' })
  })
})

describe('damage', () => {
  /** Flips one bit in each byte of a range. */
  async function eachFlip(file: string, places: Iterable<number>, look: () => Promise<void>): Promise<void> {
    const whole = readFileSync(file)
    for (const at of places) {
      const bent = Buffer.from(whole)
      bent[at]! ^= 1 << at % 8
      writeFileSync(file, bent)
      await look()
    }
    writeFileSync(file, whole)
  }
  /** Never throws anything but a LabError. */
  const orRefused = async <T>(work: Promise<T>): Promise<T | null> => await work.catch((cause: unknown) => {
    if (cause instanceof LabError) return null
    throw cause
  })
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
  const some = (count: number, from: number, to: number) => Array.from({ length: count }, (_, i) => from + Math.floor((to - from) * i / count))

  test('of any byte of run.json leaves the run readable: its recipe is a checkpoint’s, and the list names the problem', async () => {
    await recorded(store(), { more: { note: 'a note', pinned: true } })
    const { config, dataset, events, firstStep } = recordWith()
    await eachFlip(path('run.json'), range(0, statSync(path('run.json')).size), async () => {
      const { record, problem, series } = await store().read(id)
      expect(record).toMatchObject({ id, config, dataset, events, firstStep, note: '', pinned: false })
      expect([problem?.code.startsWith('run.'), series.lastStep]).toEqual([true, 8])
    })
    rmSync(path('run.json'))
    expect(await store().list()).toMatchObject([{ id, step: 8, problem: { code: 'file.missing' } }])
  })

  test('of run.json is repaired when the run is opened, and the damaged file is kept', async () => {
    await recorded(store())
    writeFileSync(path('run.json'), 'nonsense')
    const { run, writer } = await store().open(id)
    await writer.close()
    expect(run.problem?.code).toBe('run.foreign')
    expect((await store().read(id))).toMatchObject({ problem: null, record: { config: recordWith().config } })
    expect(readFileSync(path('run.json.damaged'), 'utf8')).toBe('nonsense')
  })

  test('of run.json keeps the changes that only the series has', async () => {
    const events = [{ step: 7, change: { batchSize: 20 } }]
    const writer = await store().create(recordWith({ events }))
    for (const step of [0, 3]) await writer.checkpoint(step, bytesAt(step))
    writer.append(losses(1, 5, 5, 5, 5, 5, 5, 5))
    writer.append({ kind: 'event', event: events[0]! })
    await writer.close()
    writeFileSync(path('run.json'), 'nonsense')
    expect((await store().read(id)).record.events).toEqual(events)
  })

  test('of run.json and all checkpoints leaves the run in the list, named and untouched', async () => {
    await recorded(store())
    writeFileSync(path('run.json'), 'nonsense')
    for (const name of readdirSync(path('checkpoints'))) truncateSync(path('checkpoints', name), 100)
    expect(await store().list()).toMatchObject([{ id, name: '00000000', step: 0, curve: [], problem: { code: 'run.foreign' } }])
    expect((await refusal(() => store().open(id)))['code']).toBe('run.foreign')
    expect(readdirSync(path()).sort()).toEqual(['checkpoints', 'run.json', 'series.bin'])
  })

  test('a run of a later version is read as far as that is possible, but not opened', async () => {
    await recorded(store())
    writeFileSync(path('run.json'), readFileSync(path('run.json'), 'utf8').replace('"formatVersion": 1', '"formatVersion": 2'))
    expect((await store().read(id)).problem?.code).toBe('run.version')
    expect((await refusal(() => store().open(id)))['code']).toBe('run.version')
    expect(readdirSync(path()).sort()).toEqual(['checkpoints', 'run.json', 'series.bin'])
  })

  test('of any byte of a checkpoint’s header, and of 2,000 of its numbers, never gives another state', async () => {
    await recorded(store(), { steps: [0, 3] })
    const file = path('checkpoints', '3.safetensors')
    const size = statSync(file).size
    const header = 8 + Number(readFileSync(file).readBigUInt64LE(0))
    const textOf = ({ snapshot, ...recipe }: Checkpoint) => JSON.stringify([recipe, snapshot.loss, stateSha256(snapshot)]) // quicker than comparing 4,500 times in detail
    const [before, whole] = [textOf(stateAt(0)), textOf(stateAt(3))]
    const look = async () => {
      expect([before, whole]).toContain(textOf(await store().checkpointAt(id, 3))) // some bytes of the header, as its "format", say nothing
    }
    await eachFlip(file, range(0, header), look)
    await eachFlip(file, some(2000, header, size), look)
  }, 120_000)

  test('of 2,000 bytes of the series never shows another number', async () => {
    const writer = await store().create(recordWith())
    await writer.checkpoint(0, bytesAt(0))
    const all: number[] = []
    for (let i = 0; i < 25; i++) {
      const values = Array.from({ length: 20 }, (_, j) => Math.fround(1 / (1 + 20 * i + j)))
      all.push(...values)
      writer.append(losses(1 + 20 * i, ...values))
      writer.append(score(20 * i + 20, 'test', i % 10))
    }
    await writer.close()
    await eachFlip(path('series.bin'), some(2000, 0, statSync(path('series.bin')).size), async () => {
      const run = await orRefused(store().read(id))
      const found = [...run!.series.losses]
      expect(found).toEqual(all.slice(0, found.length))
      expect(run!.lost).toBeGreaterThan(0)
      expect(run!.series.scores.map(({ score: { correct } }) => correct[0])).toEqual(Array.from({ length: run!.series.scores.length }, (_, i) => i % 10))
    })
  }, 60_000)

  test('a torn end of the series is told, and cut off when the run is opened', async () => {
    const writer = await store().create(recordWith())
    await writer.checkpoint(0, bytesAt(0))
    writer.append(losses(1, 5, 4))
    await writer.flush()
    writer.append(losses(3, 3, 2))
    await writer.close()
    const size = statSync(path('series.bin')).size
    truncateSync(path('series.bin'), size - 3)
    const torn = readFileSync(path('series.bin'))
    expect((await store().read(id)).lost).toBe(5 + 12 + 8 + 4 - 3) // length and kind, step and count, two losses, checksum
    expect(statSync(path('series.bin')).size).toBe(size - 3)
    const { run, writer: next } = await store().open(id)
    expect([run.lost, [...run.series.losses]]).toEqual([26, [5, 4]])
    next.append(losses(3, 1))
    await next.close()
    expect(readSeries(readFileSync(path('series.bin')), 's').records).toEqual([losses(1, 5, 4), losses(3, 1)])
    expect(readFileSync(path('series.bin.damaged'))).toEqual(torn)
  })

  test('a series of another program is set aside, and the run goes on', async () => {
    await recorded(store())
    writeFileSync(path('series.bin'), 'step,loss\n')
    const { run, writer } = await store().open(id)
    expect([run.problem?.code, run.lost, run.series.lastStep]).toEqual(['series.foreign', 10, null])
    writer.append(losses(7, 1))
    await writer.close()
    expect([...(await store().read(id)).series.losses]).toEqual([1])
    expect(readFileSync(path('series.bin.damaged'), 'utf8')).toBe('step,loss\n')
  })
})

describe('the list', () => {
  test('has a curve without the losses that were not recorded', async () => {
    const writer = await store().create(recordWith())
    await writer.checkpoint(0, bytesAt(0))
    writer.append(losses(1, 4, 2))
    writer.append(losses(300, 1)) // 298 in 60 parts of 5: the first has 4 and 2, and the last one alone has another
    await writer.close()
    expect((await store().list())[0]!.curve).toEqual([{ step: 5, loss: 3 }, { step: 300, loss: 1 }])
  })

  test('loses a run for good that is discarded', async () => {
    const writer = await store().create(recordWith())
    await writer.close()
    await store().discard(writer.id)
    expect([await store().list(), existsSync(path('run.json'))]).toEqual([[], false])
    await expect(store().discard(writer.id)).rejects.toMatchObject({ code: 'run.missing' })
  })

  test('has what is shown of a run, the newest first', async () => {
    const writer = await store().create(recordWith({ note: 'σ', pinned: true, parent: { run: idOf(9), step: 3 } }))
    await writer.checkpoint(0, bytesAt(0))
    writer.append(losses(1, ...Array.from({ length: 200 }, (_, i) => i + 1)))
    writer.append(score(100, 'train', 7))
    writer.append(score(100, 'test', 6))
    writer.append(score(200, 'test', 8))
    await writer.flush()
    await recorded(store(), { more: { id: idOf(2), name: 'Later', created: 1_796_000_000_000 } })
    const list = await store().list()
    expect(list.map(({ name }) => name)).toEqual(['Later', 'First'])
    const { curve, bytes, written, ...rest } = list[1]!
    // 230 images in mini-batches of 30 are 8 steps an epoch
    expect(rest).toEqual({
      id, name: 'First', note: 'σ', pinned: true, created: 1_795_000_000_000, parent: { run: idOf(9), step: 3 }, network: printLayers(recordWith().config.network.layers), dataset: recordWith().dataset.name,
      architecture: { input: [12], layers: [{ kind: 'affine', units: 5 }, { kind: 'relu' }, { kind: 'affine', units: 6 }], loss: 'softmaxWithLoss' },
      step: 200, epoch: 25, trainAccuracy: 0.7, testAccuracy: 0.8, lockedBy: process.pid, problem: null, config: recordWith().config, taught: [],
      losses: { first: { step: 1, loss: 1 }, last: { step: 200, loss: 200 } }, // single ones, where the curve has means
    })
    expect(curve).toEqual(Array.from({ length: 50 }, (_, i) => ({ step: 4 * i + 4, loss: 4 * i + 2.5 }))) // 200 in at most 60 equal parts
    expect([bytes > bytesAt(0).length, Math.abs(written - Date.now()) < 60_000]).toEqual([true, true])
    await writer.close()
    expect((await store().list())[1]!.lockedBy).toBeNull()
  })

  test('reads a run again only when it was written', async () => {
    const { store: one } = storeIn(folder.runs)
    await recorded(one)
    const [before] = await one.list()
    const [record] = [readFileSync(path('run.json'), 'utf8')]
    const { mtimeMs, atimeMs } = statSync(path('run.json'))
    writeFileSync(path('run.json'), record.replace('First', 'Furst')) // damaged, but with size and time as before
    utimesSync(path('run.json'), atimeMs / 1000, mtimeMs / 1000)
    if (statSync(path('run.json')).mtimeMs === mtimeMs) expect((await one.list())[0]).toEqual(before)
    utimesSync(path('run.json'), 1, 1)
    expect((await one.list())[0]!.problem?.code).toBe('run.content')
  })

  test('takes no other folders and files for runs', async () => {
    await recorded(store())
    mkdirSync(join(folder.runs, 'notes'))
    writeFileSync(join(folder.runs, idOf(5)), 'a file')
    mkdirSync(join(folder.runs, idOf(6)))
    const list = await store().list()
    expect(list.filter(({ problem }) => !problem).map(run => run.id)).toEqual([id])
    expect(list.filter(({ problem }) => problem).map(run => run.id).sort()).toEqual([idOf(5), idOf(6)])
  })

  test('a folder that was copied under another id is a run of its own', async () => {
    await recorded(store())
    cpSync(path(), join(folder.runs, idOf(3)), { recursive: true })
    expect((await store().list()).map(run => run.id)).toEqual([id, idOf(3)])
    expect((await store().checkpointAt(idOf(3), 4)).snapshot.position.step).toBe(3)
  })
})

describe('a run that is removed', () => {
  test('goes to the trash as it is', async () => {
    await recorded(store())
    const files = readdirSync(path()).sort()
    await store().remove(id)
    expect(await store().list()).toEqual([])
    const [name = ''] = readdirSync(join(folder.own, 'trash'))
    expect(name.startsWith(id)).toBe(true)
    expect([readdirSync(join(folder.own, 'trash', name)).sort(), (await readRun(join(folder.own, 'trash', name))).series.lastStep]).toEqual([files, 8])
    await recorded(store()) // the same id again
    await store().remove(id)
    expect(readdirSync(join(folder.own, 'trash'))).toHaveLength(2)
  })

  test('goes where the system keeps deleted things, if the program says so', async () => {
    await recorded(store())
    const gone: string[] = []
    await storeIn(folder.runs, { trash: (run) => { gone.push(run); return Promise.resolve() } }).store.remove(id)
    expect(gone).toEqual([path()])
  })

  test('goes to the program’s own trash where the system has none', async () => {
    await recorded(store())
    await storeIn(folder.runs, { trash: () => Promise.reject(new Error('no trash on this disk')) }).store.remove(id)
    expect([existsSync(path()), readdirSync(join(folder.own, 'trash')).length]).toEqual([false, 1])
  })

  test('is refused while another program writes it', async () => {
    const writer = await store().create(recordWith())
    expect(await refusal(() => store().remove(id))).toMatchObject({ code: 'run.locked', file: id })
    await writer.close()
    await store().remove(id)
  })
})

describe('where all runs together take too much', () => {
  const steps = [0, 3, 6, 9, 12]
  async function fill(): Promise<void> {
    for (const [n, pinned] of [[1, false], [2, true], [3, false], [4, false], [5, false]] as const) await recorded(store(), { more: { id: idOf(n), created: 1000 * n, pinned }, steps, last: 12 })
  }
  const left = async (n: number) => (await store().read(idOf(n))).checkpoints.map(({ step }) => step)

  test('the oldest ones that are neither pinned nor in use lose their checkpoints but the first and the latest', async () => {
    await fill()
    const lock = await takeLock(join(folder.runs, idOf(3)), { name: 'in use' })
    const all = (await store().list()).reduce((sum, { bytes }) => sum + bytes, 0)
    const tight = storeIn(folder.runs, { limits: () => ({ perRun: 1e9, all: all - 3 * bytesAt(0).length - 1000 }) }).store
    expect(await tight.makeRoom(idOf(5))).toEqual([idOf(1), idOf(4)])
    expect(await Promise.all([1, 2, 3, 4, 5].map(left))).toEqual([[0, 12], steps, steps, [0, 12], steps])
    expect([...(await store().read(idOf(1))).series.losses]).toHaveLength(12) // curves stay
    await lock.release()
    expect(await tight.makeRoom(idOf(5))).toEqual([])
  })

  test('nothing goes while there is room, and never the run that needs it', async () => {
    await fill()
    expect(await store().makeRoom(idOf(5))).toEqual([])
    const none = storeIn(folder.runs, { limits: () => ({ perRun: 1e9, all: 0 }) }).store
    expect(await none.makeRoom(idOf(1))).toEqual([idOf(3), idOf(4), idOf(5)])
    expect(await left(1)).toEqual(steps)
  })
})
