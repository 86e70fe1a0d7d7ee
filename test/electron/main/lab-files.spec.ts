import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LabFiles } from '../../../electron/main/lab-files'
import { markOf, weightsOf } from './fake-thread'
import { fullDisk, newFolder } from './folder'

const marks = (folder: string): Record<string, number> => Object.fromEntries(['autosave', 'previous', 'recovered']
  .filter(name => existsSync(join(folder, `${name}.safetensors`)))
  .map(name => [name, markOf(readFileSync(join(folder, `${name}.safetensors`)))]))

/** An open session. */
async function session(folder: string): Promise<LabFiles> {
  const files = new LabFiles(folder)
  await files.startSession()
  return files
}

test('a session that ended normally leaves nothing to recover', async () => {
  const folder = newFolder()
  const first = await session(folder)
  await first.autosave(weightsOf(5, 1))
  await first.endSession()
  expect(await (await session(folder)).recovery()).toBeNull()
  expect(marks(folder)).toEqual({ autosave: 1 })
})

test('a session that did not end normally leaves its autosave to recover, until the user decides', async () => {
  const folder = newFolder()
  await (await session(folder)).autosave(weightsOf(5, 1))
  expect(await (await session(folder)).recovery()).toMatchObject({ handle: 'recovered', step: 5 })
  const third = await session(folder)
  expect(await third.recovery()).toMatchObject({ step: 5 })
  await third.discardRecovery()
  expect(await third.recovery()).toBeNull()
})

// Cause: the crash marker was written only after the first autosave.
test('a session that crashed right after its first autosave leaves it to recover', async () => {
  const folder = newFolder()
  const then = newFolder()
  const disk = fullDisk(() => false)
  const rename = async (from: string, to: string): Promise<void> => {
    await disk.rename(from, to)
    if (to.endsWith('autosave.safetensors')) cpSync(folder, then, { recursive: true })
  }
  await new LabFiles(folder, { ...disk, rename }).autosave(weightsOf(5, 1))
  expect(await (await session(then)).recovery()).toMatchObject({ step: 5 })
})

test('a session that crashed before it learned anything offers nothing', async () => {
  const folder = newFolder()
  const first = await session(folder)
  await first.autosave(weightsOf(5, 1))
  await first.endSession()
  await session(folder) // crashes at once
  expect(await (await session(folder)).recovery()).toBeNull()
})

test('the first autosave moves an earlier session’s aside, later ones replace the own one', async () => {
  const folder = newFolder()
  const first = await session(folder)
  await first.autosave(weightsOf(5, 1))
  await first.endSession()
  const second = await session(folder)
  await second.autosave(weightsOf(1, 2))
  expect(marks(folder)).toEqual({ autosave: 2, previous: 1 })
  await second.autosave(weightsOf(2, 3))
  expect(marks(folder)).toEqual({ autosave: 3, previous: 1 })
})

test('the next session’s autosaves do not touch a crashed session’s files', async () => {
  const folder = newFolder()
  await (await session(folder)).autosave(weightsOf(5, 1))
  const second = await session(folder)
  await second.autosave(weightsOf(1, 2))
  expect(await second.recovery()).toMatchObject({ step: 5 })
})

test('a second crash keeps the first one\'s weights as the previous run', async () => {
  const folder = newFolder()
  await (await session(folder)).autosave(weightsOf(5, 1))
  await (await session(folder)).autosave(weightsOf(6, 2))
  const third = await session(folder)
  expect(await third.recovery()).toMatchObject({ step: 6 })
  expect(marks(folder)).toEqual({ recovered: 2, previous: 1 })
})

test('a recovered run is the current run: its file becomes the autosave, and a crash offers it again', async () => {
  const folder = newFolder()
  await (await session(folder)).autosave(weightsOf(5, 1))
  expect(await (await session(folder)).adoptRecovery()).toBe(true)
  expect(marks(folder)).toEqual({ autosave: 1 })
  expect(await (await session(folder)).recovery()).toMatchObject({ step: 5 })
})

test('a replaced run becomes the previous one, and its autosave is removed', async () => {
  const folder = newFolder()
  const files = await session(folder)
  await files.autosave(weightsOf(5, 1))
  await files.replace(weightsOf(7, 2))
  expect([marks(folder), files.autosaved]).toEqual([{ previous: 2 }, false])
})

test('on a full disk the last autosave serves as the replaced run, and nothing is left beside it', async () => {
  const folder = newFolder()
  let full = false
  const files = new LabFiles(folder, fullDisk(() => full))
  await files.autosave(weightsOf(5, 1))
  full = true
  await expect(files.autosave(weightsOf(6, 2))).rejects.toMatchObject({ code: 'file.full' })
  expect(marks(folder)).toEqual({ autosave: 1 })
  await expect(files.replace(weightsOf(7, 3))).rejects.toMatchObject({ code: 'file.full' })
  expect(marks(folder)).toEqual({ previous: 1 })
  expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([])
})

// Cause: 42 kills left 9 hidden files of 99.5 MB in total, which were never removed.
test('leftovers of killed writes are removed by the next start; everything else stays', async () => {
  const folder = newFolder()
  await (await session(folder)).autosave(weightsOf(5, 1))
  for (const name of ['.lab-0123456789ab.tmp', '.lab-ffffffffffff.tmp', 'settings.json', 'playground.json.damaged']) writeFileSync(join(folder, name), 'x')
  const next = await session(folder)
  expect(readdirSync(folder).sort()).toEqual(['playground.json.damaged', 'recovered.safetensors', 'settings.json'])
  expect(await next.recovery()).toMatchObject({ step: 5 })
})

test('the marker is written once for many autosaves', async () => {
  const folder = newFolder()
  let opened = 0
  const counting = { ...fullDisk(() => false), open: (path: string, flags: string) => { opened++; return fullDisk(() => false).open(path, flags) } }
  const files = new LabFiles(folder, counting)
  for (const step of [1, 2, 3]) await files.autosave(weightsOf(step))
  expect(opened).toBe(4) // three autosaves and a marker
})

// Cause: the marker was written once per session, so a later crash was not offered.
test('a folder that was deleted and recreated gets its marker with the next autosave', async () => {
  const folder = newFolder()
  const files = await session(folder)
  await files.autosave(weightsOf(5, 1))
  rmSync(folder, { recursive: true })
  await expect(files.autosave(weightsOf(6, 1))).rejects.toMatchObject({ code: 'file.missing' })
  mkdirSync(folder)
  await files.autosave(weightsOf(7, 1))
  expect(await (await session(folder)).recovery()).toMatchObject({ step: 7 })
})

test('a deleted marker is restored with the next autosave', async () => {
  const folder = newFolder()
  const files = await session(folder)
  await files.autosave(weightsOf(5, 1))
  rmSync(join(folder, 'running'))
  await files.autosave(weightsOf(6, 1))
  expect(existsSync(join(folder, 'running'))).toBe(true)
})

test('a damaged file is not offered', async () => {
  const folder = newFolder()
  await (await session(folder)).autosave(weightsOf(5, 1))
  const second = await session(folder)
  writeFileSync(second.path('recovered'), 'nonsense')
  expect(await second.recovery()).toBeNull()
})

test('a folder that is not writable is reported with a code, also for root', async () => {
  const file = join(newFolder(), 'a-file')
  writeFileSync(file, '')
  await expect(new LabFiles(file).autosave(weightsOf(1))).rejects.toMatchObject({ code: 'file.notFolder' })
})

test('a missing run cannot be resumed', async () => {
  const folder = newFolder()
  const files = await session(folder)
  expect([await files.adoptAutosave(), await files.adoptRecovery(), files.autosaved]).toEqual([false, false, false])
  expect(readdirSync(folder)).toEqual([])
  expect(await files.describe('previous')).toBeNull()
})

test('an autosave that a run continues from belongs to that run, and a crash offers it again', async () => {
  const folder = newFolder()
  const first = await session(folder)
  await first.autosave(weightsOf(5, 1))
  await first.endSession()
  const second = await session(folder)
  expect([await second.adoptAutosave(), second.autosaved]).toEqual([true, true])
  expect(existsSync(join(folder, 'running'))).toBe(true)
  await second.autosave(weightsOf(6, 2))
  expect(marks(folder)).toEqual({ autosave: 2 }) // it replaced the file and did not move it aside
  expect(await (await session(folder)).recovery()).toMatchObject({ step: 6 })
})

test('a recovered run leaves an autosave of this session as the previous run', async () => {
  const folder = newFolder()
  await (await session(folder)).autosave(weightsOf(5, 1))
  const second = await session(folder)
  await second.autosave(weightsOf(6, 2))
  expect([await second.adoptRecovery(), second.autosaved, marks(folder)]).toEqual([true, true, { autosave: 1, previous: 2 }])
})

test('a discarded run takes its autosave along; an earlier session’s stays', async () => {
  const folder = newFolder()
  const files = await session(folder)
  await files.autosave(weightsOf(5, 1))
  await files.replace(null)
  expect([marks(folder), files.autosaved]).toEqual([{}, false])
  writeFileSync(files.path('autosave'), weightsOf(9, 3))
  await files.replace(null)
  expect(marks(folder)).toEqual({ autosave: 3 })
})

test('a lost run leaves its autosave as the previous run; an earlier session’s is not touched', async () => {
  const folder = newFolder()
  const files = await session(folder)
  writeFileSync(files.path('autosave'), weightsOf(9, 3))
  await files.release()
  expect(marks(folder)).toEqual({ autosave: 3 })
  await files.adoptAutosave()
  await files.release()
  expect([marks(folder), files.autosaved]).toEqual([{ previous: 3 }, false])
})

test('an entry of a leftover run says when it was saved', async () => {
  const files = await session(newFolder())
  await files.autosave(weightsOf(5, 1))
  const at = new Date('2026-03-01T10:00:00Z')
  utimesSync(files.path('autosave'), at, at)
  expect(await files.describe('autosave')).toEqual({ handle: 'autosave', step: 5, savedAt: at.getTime() })
})

test('a file that cannot be moved aside is reported with its code', async () => {
  const folder = newFolder()
  const files = await session(folder)
  writeFileSync(files.path('autosave'), weightsOf(9, 3))
  mkdirSync(join(files.path('previous'), 'inside'), { recursive: true })
  await expect(files.autosave(weightsOf(1))).rejects.toMatchObject({ code: 'file.isFolder' })
})
