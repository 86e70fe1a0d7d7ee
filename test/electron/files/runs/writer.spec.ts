import { existsSync, readdirSync, readFileSync, renameSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { readRunRecord, readSeries, RunSeries } from '@core'
import { describe, expect, test, vi } from 'vitest'
import { disk, type FileSystem } from '../../../../electron/files/atomic'
import { bytesAt, idOf, losses, ownFolderOfTest, recorded, recordWith, score, storeIn } from './folder'

const folder = ownFolderOfTest()
const id = idOf(1)
const path = (...names: readonly string[]) => join(folder.runs, id, ...names)
const checkpoints = () => readdirSync(path('checkpoints')).sort((a, b) => parseInt(a) - parseInt(b))
const record = () => readRunRecord(readFileSync(path('run.json'), 'utf8'), 'run.json')
const series = () => new RunSeries(readSeries(readFileSync(path('series.bin')), 'series.bin').records)
const written = (step: number) => new Uint8Array(readFileSync(path('checkpoints', `${step}.safetensors`)))

/** A disk that can be told to refuse. */
class Fickle {
  refusal: string | null = null
  /** Bytes of a write that still fit before it is refused */
  room = 0
  refused = 0
  readonly fs: FileSystem = {
    ...disk,
    open: async (path, flags) => {
      if (this.refusal && this.refusal !== 'ENOSPC') throw this.error()
      const file = await disk.open(path, flags)
      return {
        sync: () => file.sync(), close: () => file.close(),
        writeFile: async (bytes) => {
          if (!this.refusal) return await file.writeFile(bytes as Uint8Array)
          await file.writeFile((bytes as Uint8Array).slice(0, this.room))
          throw this.error()
        },
      }
    },
    rename: (from, to) => this.refusal ? Promise.reject(this.error()) : disk.rename(from, to),
    makeFolder: folder => this.refusal ? Promise.reject(this.error()) : disk.makeFolder(folder),
  }

  private error(): Error {
    this.refused++
    return Object.assign(new Error(`${this.refusal}: injected`), { code: this.refusal })
  }
}

describe('a run that is written', () => {
  test('has record, series and checkpoints on the disk, and is free again when it is closed', async () => {
    const { store, problems } = storeIn(folder.runs)
    const writer = await store.create(recordWith())
    writer.append(losses(1, 2.5, 2.25))
    writer.append(losses(3, 2))
    writer.append(score(3, 'test', 4))
    await writer.checkpoint(0, bytesAt(0))
    await writer.checkpoint(3, bytesAt(3))
    await writer.close()
    expect([record(), [...series().losses], series().scores.length]).toEqual([recordWith(), [2.5, 2.25, 2], 1])
    expect(readSeries(readFileSync(path('series.bin')), 's').records).toHaveLength(2) // losses that follow each other are one record
    expect([checkpoints(), written(0), written(3)]).toEqual([['0.safetensors', '3.safetensors'], bytesAt(0), bytesAt(3)])
    expect([readdirSync(path()).sort(), problems]).toEqual([['checkpoints', 'run.json', 'series.bin'], []])
  })

  test('is on the disk soon, without being asked', async () => {
    const { store } = storeIn(folder.runs)
    const writer = await store.create(recordWith())
    writer.append(losses(1, 2.5))
    await vi.waitFor(() => { expect([...series().losses]).toEqual([2.5]) })
    writer.append(losses(2, 2))
    await vi.waitFor(() => { expect([...series().losses]).toEqual([2.5, 2]) })
    await writer.close()
  })

  test('knows on the disk at least as much as its latest checkpoint', async () => {
    const { store } = storeIn(folder.runs, { timing: { writeMs: 1e6 } })
    const writer = await store.create(recordWith())
    const events = [{ step: 2, change: { batchSize: 20 } }]
    writer.append(losses(1, 2.5, 2))
    writer.append({ kind: 'event', event: events[0]! })
    void writer.update({ events })
    await writer.checkpoint(3, bytesAt(3))
    expect([record().events, series().events, [...series().losses]]).toEqual([events, events, [2.5, 2]])
    await writer.close()
  })

  test('keeps the latest of several checkpoints of one step', async () => {
    const { store } = storeIn(folder.runs)
    const writer = await store.create(recordWith())
    await writer.checkpoint(3, bytesAt(0))
    void writer.checkpoint(3, bytesAt(1))
    await writer.checkpoint(3, bytesAt(3))
    expect([checkpoints(), written(3), writer.checkpoints]).toEqual([['3.safetensors'], bytesAt(3), [{ step: 3, bytes: bytesAt(3).length }]])
    await writer.close()
  })

  test('forgets the checkpoints that a divergence undid, those that are being written too', async () => {
    const { store } = storeIn(folder.runs)
    const writer = await store.create(recordWith())
    for (const step of [0, 3, 6]) await writer.checkpoint(step, bytesAt(step))
    void writer.checkpoint(9, bytesAt(9))
    const undone = writer.undoAfter(4)
    const again = writer.checkpoint(6, bytesAt(1))
    await Promise.all([undone, again])
    await writer.flush()
    expect([checkpoints(), written(6)]).toEqual([['0.safetensors', '3.safetensors', '6.safetensors'], bytesAt(1)])
    expect(writer.checkpoints.map(({ step }) => step)).toEqual([0, 3, 6])
    await writer.close()
  })

  test('forgets the checkpoint that was half written when it was undone', async () => {
    let reached = (): void => undefined
    let goOn = (): void => undefined
    const isReached = new Promise<void>((done) => { reached = done })
    const mayGoOn = new Promise<void>((done) => { goOn = done })
    const fs: FileSystem = { ...disk, rename: async (from, to) => {
      if (to.endsWith('9.safetensors')) {
        reached()
        await mayGoOn
      }
      await disk.rename(from, to)
    } }
    const { store } = storeIn(folder.runs, { fs })
    const writer = await store.create(recordWith())
    await writer.checkpoint(0, bytesAt(0))
    void writer.checkpoint(9, bytesAt(9))
    await isReached
    const undone = writer.undoAfter(4)
    goOn()
    await undone
    expect(checkpoints()).toEqual(['0.safetensors'])
    await writer.close()
  })

  test('changes its name, note, pin and bookmarks, of which the last ones count', async () => {
    const { store } = storeIn(folder.runs)
    const writer = await store.create(recordWith())
    for (let i = 0; i < 20; i++) void writer.update({ name: `run ${i}` })
    await writer.update({ note: '다섯 층', pinned: true, bookmarks: [{ step: 3, note: 'here' }] })
    expect(record()).toEqual({ ...recordWith(), name: 'run 19', note: '다섯 층', pinned: true, bookmarks: [{ step: 3, note: 'here' }] })
    expect(writer.record).toEqual(record())
    await writer.close()
  })

  test('thins out its checkpoints at its bound, and keeps the first and the latest', async () => {
    const { store } = storeIn(folder.runs, { limits: () => ({ perRun: 4 * bytesAt(0).length + 100, all: 1e9 }) })
    const writer = await store.create(recordWith())
    for (let step = 0; step <= 32; step += 2) await writer.checkpoint(step, bytesAt(step))
    const steps = checkpoints().map(name => parseInt(name))
    expect([steps[0], steps.at(-1), steps.length <= 4]).toEqual([0, 32, true])
    expect(writer.checkpoints.map(({ step }) => step)).toEqual(steps)
    expect(steps).toEqual([0, 18, 26, 32]) // by hand: at 8 the gaps become 4, at 14 8, and so on
    await writer.close()
  })

  test('cannot be opened by another while it goes on', async () => {
    const { store } = storeIn(folder.runs)
    const writer = await store.create(recordWith())
    await expect(storeIn(folder.runs).store.open(id)).rejects.toMatchObject({ code: 'run.locked', details: { pid: process.pid } })
    await writer.close()
    await (await storeIn(folder.runs).store.open(id)).writer.close()
  })
})

describe('on a disk that refuses', () => {
  test.each([['ENOSPC', 'file.full'], ['EROFS', 'file.readOnly'], ['EACCES', 'file.denied'], ['EIO', 'file.other']])('with %s nothing is lost: it is reported once, and written when that is possible', async (system, code) => {
    const fickle = new Fickle()
    const { store, problems } = storeIn(folder.runs, { fs: fickle.fs })
    const writer = await store.create(recordWith())
    writer.append(losses(1, 9, 8))
    await writer.checkpoint(0, bytesAt(0))
    fickle.refusal = system
    fickle.room = 11 // a part of a record is written before the disk is full
    for (let step = 3; step <= 30; step++) writer.append(losses(step, 1 / step))
    await writer.update({ name: 'Second' })
    for (const step of [3, 6, 9]) await writer.checkpoint(step, bytesAt(step))
    await vi.waitFor(() => { expect(fickle.refused).toBeGreaterThan(10) })
    expect([problems.map(problem => problem.code), writer.problem?.code]).toEqual([[code], code])
    fickle.refusal = null
    await vi.waitFor(() => { expect(writer.problem).toBeNull() })
    await writer.flush()
    expect([...series().losses]).toEqual([9, 8, ...Array.from({ length: 28 }, (_, i) => Math.fround(1 / (i + 3)))])
    expect([record().name, problems.length]).toEqual(['Second', 1])
    expect([checkpoints().at(0), checkpoints().at(-1), written(9)]).toEqual(['0.safetensors', '9.safetensors', bytesAt(9)])
    await writer.close()
    expect(readdirSync(path()).sort()).toEqual(['checkpoints', 'run.json', 'series.bin'])
  })

  test('from the beginning, the run is there as soon as it is writable', async () => {
    const fickle = new Fickle()
    fickle.refusal = 'EROFS'
    const { store, problems } = storeIn(folder.runs, { fs: fickle.fs })
    const writer = await store.create(recordWith())
    expect([writer.problem?.code, problems.length, existsSync(folder.runs)]).toEqual(['file.readOnly', 1, false])
    writer.append(losses(1, 2))
    for (const step of [0, 3, 6, 9]) void writer.checkpoint(step, bytesAt(step))
    fickle.refusal = null
    await vi.waitFor(() => { expect(writer.problem).toBeNull() })
    await writer.flush()
    expect([record().name, [...series().losses], checkpoints()[0], checkpoints().at(-1)]).toEqual(['First', [2], '0.safetensors', '9.safetensors'])
    await writer.close()
  })

  test('for a long time, only the first state and the latest one are kept in memory', async () => {
    const fickle = new Fickle()
    const { store } = storeIn(folder.runs, { fs: fickle.fs, timing: { retryMs: 1e6, writeMs: 1e6 } })
    const writer = await store.create(recordWith())
    fickle.refusal = 'ENOSPC'
    for (const step of [0, 3, 6, 9, 12]) await writer.checkpoint(step, bytesAt(step))
    fickle.refusal = null
    await writer.flush()
    expect(checkpoints()).toEqual(['0.safetensors', '12.safetensors'])
    await writer.close()
  })

  // Cause: an attempt that was due during the last one ran after it, took the lock again and kept it.
  test('that accepts again after the run was closed gets nothing more, and the run stays free', async () => {
    const fickle = new Fickle()
    const { store } = storeIn(folder.runs, { fs: fickle.fs, timing: { retryMs: 0 } })
    await (await store.create(recordWith())).close()
    for (let i = 0; i < 20; i++) {
      const { writer } = await store.open(id)
      fickle.refusal = 'ENOSPC'
      await writer.update({ name: `Refused ${i}` })
      await writer.close()
      fickle.refusal = null
      await new Promise((next) => { setTimeout(next, 5) })
      expect([record().name, readdirSync(path()).filter(name => name.startsWith('lock'))]).toEqual(['First', []])
    }
  })

  test('a folder that vanishes and returns, as on a disk that is taken out, is completed', async () => {
    const { store, problems } = storeIn(folder.runs)
    const writer = await store.create(recordWith())
    writer.append(losses(1, 9, 8))
    await writer.flush()
    renameSync(folder.runs, join(folder.own, 'elsewhere'))
    writer.append(losses(3, 7))
    await writer.checkpoint(3, bytesAt(3))
    await vi.waitFor(() => { expect(problems.map(problem => problem.code)).toEqual(['file.missing']) })
    expect(existsSync(folder.runs)).toBe(false)
    renameSync(join(folder.own, 'elsewhere'), folder.runs)
    await vi.waitFor(() => { expect(writer.problem).toBeNull() })
    await writer.close()
    expect([[...series().losses], checkpoints(), problems.length]).toEqual([[9, 8, 7], ['3.safetensors'], 1])
  })

  test('a series that another program has cut goes on after its last whole record', async () => {
    const { store } = storeIn(folder.runs, { timing: { writeMs: 1e6 } })
    const writer = await store.create(recordWith())
    writer.append(losses(1, 9))
    await writer.flush()
    writer.append(losses(2, 8))
    await writer.flush()
    truncateSync(path('series.bin'), statSync(path('series.bin')).size - 1)
    writer.append(losses(3, 7))
    await writer.close()
    expect(readSeries(readFileSync(path('series.bin')), 's').records).toEqual([losses(1, 9), losses(3, 7)])
  })
})

test('a run that was closed goes on where it ended', async () => {
  const { store } = storeIn(folder.runs)
  await recorded(store)
  const { run, writer } = await store.open(id)
  expect([run.lost, run.problem, run.series.lastStep, run.checkpoints.map(({ step }) => step)]).toEqual([0, null, 8, [0, 3, 6]])
  writer.append(losses(9, 0.5))
  await writer.checkpoint(9, bytesAt(9))
  await writer.close()
  expect([series().lastStep, series().lossAt(9), checkpoints().length]).toEqual([9, 0.5, 4])
})
