import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { disk, type FileSystem } from '../../../electron/files/atomic'
import { checkExportFolder, exportFolder } from '../../../electron/files/export-folder'
import { refusal } from './refusal'

let folder = ''
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'lab-export-')) })
afterEach(async () => { await rm(folder, { recursive: true, force: true }) })

const files = new Map<string, string | Uint8Array>([['README.md', '# Network\n'], ['data/images.idx', new Uint8Array([1, 2, 3])]])

/** A disk that is full after so many files. */
const fullAfter = (count: number): FileSystem => ({
  ...disk,
  open: async (path, flags) => {
    if (count-- > 0) return await disk.open(path, flags)
    throw Object.assign(new Error('ENOSPC: injected'), { code: 'ENOSPC' })
  },
})

describe('an exported folder', () => {
  test('has every file, in folders of its own, and nothing beside it', async () => {
    const path = join(folder, 'network')
    await exportFolder(path, files)
    expect((await readdir(path)).sort()).toEqual(['README.md', 'data'])
    expect(await readFile(join(path, 'README.md'), 'utf8')).toBe('# Network\n')
    expect([...await readFile(join(path, 'data', 'images.idx'))]).toEqual([1, 2, 3])
    expect(await readdir(folder)).toEqual(['network'])
  })

  test('takes the place of an empty one, also with a separator at its end', async () => {
    await mkdir(join(folder, 'network'))
    await exportFolder(`${join(folder, 'network')}/`, files)
    expect(await readdir(folder)).toEqual(['network'])
    expect((await readdir(join(folder, 'network'))).sort()).toEqual(['README.md', 'data'])
  })

  test('is refused where a folder has files, which stay', async () => {
    await writeFile(join(folder, 'mine.txt'), 'mine')
    expect(await refusal(() => exportFolder(folder, files))).toMatchObject({ code: 'export.notEmpty', file: folder })
    expect(await refusal(() => checkExportFolder(folder))).toMatchObject({ code: 'export.notEmpty', file: folder })
    expect(await readdir(folder)).toEqual(['mine.txt'])
  })

  test('is refused where a file is, or no parent folder', async () => {
    await writeFile(join(folder, 'file'), '')
    expect(await refusal(() => checkExportFolder(join(folder, 'file')))).toMatchObject({ code: 'file.notFolder' })
    expect(await refusal(() => checkExportFolder(join(folder, 'file', 'network')))).toMatchObject({ code: 'file.notFolder' })
    expect(await refusal(() => checkExportFolder(join(folder, 'missing', 'network')))).toMatchObject({ code: 'file.missing' })
    await checkExportFolder(join(folder, 'network'))
  })

  test.each([0, 1])('leaves nothing behind on a disk that is full after %i files', async (count) => {
    expect(await refusal(() => exportFolder(join(folder, 'network'), files, fullAfter(count)))).toMatchObject({ code: 'file.full' })
    expect(await readdir(folder)).toEqual([])
  })

  test('is refused in a folder without permission', async () => {
    const fs: FileSystem = { ...disk, makeFolder: () => Promise.reject(Object.assign(new Error('EACCES: injected'), { code: 'EACCES' })) }
    expect(await refusal(() => exportFolder(join(folder, 'network'), files, fs))).toMatchObject({ code: 'file.denied', file: join(folder, 'network') })
    expect(await readdir(folder)).toEqual([])
  })

  test('leaves nothing behind when its last step, the renaming, fails', async () => {
    const fs: FileSystem = { ...disk, rename: () => Promise.reject(Object.assign(new Error('EROFS: injected'), { code: 'EROFS' })) }
    expect(await refusal(() => exportFolder(join(folder, 'network'), files, fs))).toMatchObject({ code: 'file.readOnly' })
    expect(await readdir(folder)).toEqual([])
  })

  test('removes what a killed export left an hour ago', async () => {
    const left = join(folder, '.lab-0123456789ab.export')
    await mkdir(left)
    await writeFile(join(left, 'model.py'), '')
    const longAgo = new Date(Date.now() - 2 * 3_600_000)
    await utimes(left, longAgo, longAgo)
    await exportFolder(join(folder, 'network'), files)
    expect(await readdir(folder)).toEqual(['network'])
  })
})
