import { execFileSync } from 'node:child_process'
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { LabError } from '@core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { atomicWrite, checkTarget, checkWritable, disk, diskOf, type FileSystem, removeLeftovers, finishWrites } from '../../../electron/files/atomic'
import { refusal } from './refusal'

let folder = ''
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'lab-atomic-')) })
afterEach(async () => { await rm(folder, { recursive: true, force: true }) })

const systemError = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code })
const failing = (method: 'open' | 'writeFile' | 'sync' | 'close' | 'rename', code: string): FileSystem => ({
  ...disk,
  open: async (path, flags) => {
    if (method === 'open') throw systemError(code)
    const file = await disk.open(path, flags)
    const fail = (name: typeof method) => name === method ? { [name]: async () => { await file.close(); throw systemError(code) } } : {}
    return { writeFile: data => file.writeFile(data), sync: () => file.sync(), close: () => file.close(), ...fail('writeFile'), ...fail('sync'), ...fail('close') }
  },
  rename: method === 'rename' ? () => Promise.reject(systemError(code)) : disk.rename,
})

describe('a completely written file', () => {
  test('exists with exactly these bytes, and nothing beside it', async () => {
    const path = join(folder, 'weights.safetensors')
    await atomicWrite(path, new Uint8Array([1, 2, 3]))
    expect([...await readFile(path)]).toEqual([1, 2, 3])
    expect(await readdir(folder)).toEqual(['weights.safetensors'])
  })

  test('replaces the earlier one, longer or shorter', async () => {
    const path = join(folder, 'a.json')
    for (const text of ['first and long', 'second', '']) {
      await atomicWrite(path, text)
      expect(await readFile(path, 'utf8')).toBe(text)
    }
    expect(await readdir(folder)).toEqual(['a.json'])
  })

  test('contains only the view’s own bytes', async () => {
    await atomicWrite(join(folder, 'a'), new Uint8Array([9, 1, 2, 9]).subarray(1, 3))
    expect([...await readFile(join(folder, 'a'))]).toEqual([1, 2])
  })

  test('may have a name in any language, up to the maximum length', async () => {
    for (const name of ['가중치 1.safetensors', '重み.safetensors', 'a b "c".safetensors', `${'n'.repeat(243)}.safetensors`]) {
      await atomicWrite(join(folder, name), name)
      expect(await readFile(join(folder, name), 'utf8')).toBe(name)
    }
  })

  test('through a link replaces what the link points to', async () => {
    await writeFile(join(folder, 'real'), 'old')
    await symlink(join(folder, 'real'), join(folder, 'link'))
    await atomicWrite(join(folder, 'link'), 'new')
    expect(await readlink(join(folder, 'link'))).toBe(join(folder, 'real'))
    expect(await readFile(join(folder, 'real'), 'utf8')).toBe('new')
  })

  test('written twenty times at once is one of the twenty', async () => {
    const path = join(folder, 'a')
    await Promise.all(Array.from({ length: 20 }, (_, i) => atomicWrite(path, String(i).repeat(10_000))))
    expect(new Set(await readFile(path, 'utf8')).size).toBeLessThanOrEqual(2)
    expect((await stat(path)).size).toBeGreaterThanOrEqual(10_000)
    expect(await readdir(folder)).toEqual(['a'])
  })
})

describe('when it fails', () => {
  const full = ['writeFile', 'sync', 'close', 'open', 'rename'] as const
  test.each(full)('a disk that is full at %s leaves the earlier file, and nothing beside it', async (method) => {
    const path = join(folder, 'weights.safetensors')
    await writeFile(path, 'earlier')
    expect(await refusal(() => atomicWrite(path, 'new', failing(method, 'ENOSPC')))).toMatchObject({ code: 'file.full', file: path })
    expect(await readFile(path, 'utf8')).toBe('earlier')
    expect(await readdir(folder)).toEqual(['weights.safetensors'])
  })

  test.each([['EDQUOT', 'file.full'], ['EACCES', 'file.denied'], ['EPERM', 'file.denied'], ['EROFS', 'file.readOnly'], ['EIO', 'file.other'], ['EFBIG', 'file.other']])('%s is reported as %s, and the earlier file stays', async (system, code) => {
    const path = join(folder, 'a')
    await writeFile(path, 'earlier')
    expect(await refusal(() => atomicWrite(path, 'new', failing('writeFile', system)))).toMatchObject({ code, file: path })
    expect(await readFile(path, 'utf8')).toBe('earlier')
    expect(await readdir(folder)).toEqual(['a'])
  })

  test('the first error is reported even if the clean-up fails too', async () => {
    const fs = { ...failing('sync', 'ENOSPC'), remove: () => Promise.reject(systemError('EIO')) }
    expect((await refusal(() => atomicWrite(join(folder, 'a'), 'new', fs))).code).toBe('file.full')
  })

  test('a target that is a folder is named', async () => {
    await mkdir(join(folder, 'target'))
    expect(await refusal(() => atomicWrite(join(folder, 'target'), 'x'))).toMatchObject({ code: 'file.isFolder', file: join(folder, 'target') })
    expect(await readdir(join(folder, 'target'))).toEqual([])
    expect(await readdir(folder)).toEqual(['target'])
  })

  test('a folder that is missing, or is a file, is named', async () => {
    await writeFile(join(folder, 'file'), 'x')
    expect(await refusal(() => atomicWrite(join(folder, 'none', 'a'), 'x'))).toMatchObject({ code: 'file.missing', file: join(folder, 'none') })
    expect(await refusal(() => atomicWrite(join(folder, 'file', 'a'), 'x'))).toMatchObject({ code: 'file.notFolder', file: join(folder, 'file') })
    expect(await refusal(() => atomicWrite(join(folder, 'file', 'b', 'a'), 'x'))).toMatchObject({ code: 'file.notFolder' })
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('x')
  })

  test('a name too long for the disk is reported with the system’s code', async () => {
    expect(await refusal(() => atomicWrite(join(folder, 'n'.repeat(300)), 'x'))).toMatchObject({ code: 'file.other', found: 'ENAMETOOLONG' })
    expect(await readdir(folder)).toEqual([])
  })

  // A pipe in the test's own folder: run as root, a broken check would replace a real device by a file.
  test.skipIf(process.platform === 'win32')('a device or a pipe is refused as a target, and stays what it is', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(await refusal(() => atomicWrite(pipe, 'x'))).toEqual({ code: 'file.notFile', file: pipe })
    await symlink(pipe, join(folder, 'link'))
    expect((await refusal(() => atomicWrite(join(folder, 'link'), 'x'))).code).toBe('file.notFile')
    expect((await lstat(pipe)).isFIFO()).toBe(true)
    expect((await readdir(folder)).sort()).toEqual(['link', 'pipe'])
  })
})

// Cause: the lab ended in the middle of a write and left half a file under a temporary name.
test('all writes can be awaited, whether they succeed or fail', async () => {
  await finishWrites()
  const done: string[] = []
  void atomicWrite(join(folder, 'a'), 'x'.repeat(1e6)).then(() => done.push('a'))
  void atomicWrite(join(folder, 'none', 'b'), 'x').catch(() => done.push('b'))
  const settled = finishWrites().then(() => done.push('settled'))
  void atomicWrite(join(folder, 'c'), 'x').then(() => done.push('c')) // while another write is waiting
  await settled
  expect([done.at(-1), [...done].sort()]).toEqual(['settled', ['a', 'b', 'c', 'settled']])
})

describe('after a power cut', () => {
  // Cause: the rename existed only in the file system's cache, and the earlier file could reappear.
  test('the file is still in place: its bytes are synced before the rename, its folder after it', async () => {
    const path = join(folder, 'a')
    const calls: string[] = []
    await atomicWrite(path, 'new', {
      ...disk,
      open: async (beside, flags) => {
        const file = await disk.open(beside, flags)
        return { writeFile: data => file.writeFile(data), sync: async () => { await file.sync(); calls.push('sync') }, close: () => file.close() }
      },
      rename: async (from, to) => { await disk.rename(from, to); calls.push('rename') },
      syncFolder: (synced) => { calls.push(`folder ${synced}`); return Promise.resolve() },
    })
    expect(calls).toEqual(['sync', 'rename', `folder ${folder}`])
  })

  test('written through a link, the folder of the real file is synced', async () => {
    await mkdir(join(folder, 'real'))
    await writeFile(join(folder, 'real', 'a'), 'old')
    await symlink(join(folder, 'real', 'a'), join(folder, 'link'))
    const synced: string[] = []
    await atomicWrite(join(folder, 'link'), 'new', { ...disk, syncFolder: (path) => { synced.push(path); return Promise.resolve() } })
    expect(synced).toEqual([join(folder, 'real')])
  })

  test('a folder that cannot be synced, as on some network drives, is not an error: the file is in place', async () => {
    await atomicWrite(join(folder, 'a'), 'new', { ...disk, syncFolder: () => Promise.reject(systemError('EINVAL')) })
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('new')
    await disk.syncFolder!(join(folder, 'gone')).catch(() => undefined)
    await expect(disk.syncFolder!(folder)).resolves.toBeUndefined()
  })
})

test('a quick write waits for no disk and looks for no leftovers, but is still whole or not there', async () => {
  const calls: string[] = []
  const fs: FileSystem = {
    ...disk,
    open: async (beside, flags) => {
      const file = await disk.open(beside, flags)
      return { writeFile: data => file.writeFile(data), sync: async () => { await file.sync(); calls.push('sync') }, close: () => file.close() }
    },
    syncFolder: () => { calls.push('folder'); return Promise.resolve() },
  }
  await leave('.lab-0123456789ab.tmp', 61)
  await atomicWrite(join(folder, 'a'), 'new', fs, { quick: true })
  expect([calls, await readFile(join(folder, 'a'), 'utf8'), (await readdir(folder)).sort()]).toEqual([[], 'new', ['.lab-0123456789ab.tmp', 'a']])
  expect((await refusal(() => atomicWrite(join(folder, 'a'), 'newer', failing('writeFile', 'ENOSPC'), { quick: true }))).code).toBe('file.full')
  expect([await readFile(join(folder, 'a'), 'utf8'), (await readdir(folder)).length]).toEqual(['new', 2])
})

/** Creates the leftover of a killed write. @param minutes age of the file */
async function leave(name: string, minutes: number): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, 'half')
  const at = new Date(Date.now() - minutes * 60_000)
  await utimes(path, at, at)
  return path
}

// Cause: fourteen kills during `train --save` left ten hidden files of up to 33 MB each forever.
describe('leftovers of killed writes beside a target', () => {
  test('are removed by the next write when they are older than an hour: a younger one may be in use', async () => {
    await leave('.lab-0123456789ab.tmp', 61)
    await leave('.lab-01234567.tmp', 600)
    await leave('.lab-ba9876543210.tmp', 59)
    await atomicWrite(join(folder, 'a'), 'x')
    expect((await readdir(folder)).sort()).toEqual(['.lab-ba9876543210.tmp', 'a'])
  })

  test('are removed from the folder of the real file when the target is a link', async () => {
    await mkdir(join(folder, 'real'))
    await writeFile(join(folder, 'real', 'a'), 'old')
    await leave(join('real', '.lab-0123456789ab.tmp'), 61)
    await symlink(join(folder, 'real', 'a'), join(folder, 'link'))
    await atomicWrite(join(folder, 'link'), 'new')
    expect(await readdir(join(folder, 'real'))).toEqual(['a'])
  })

  test('make room before the write that needs it', async () => {
    const old = await leave('.lab-0123456789ab.tmp', 61)
    const fs: FileSystem = { ...disk, open: async (path, flags) => {
      if (await stat(old).then(() => true, () => false)) throw systemError('ENOSPC')
      return disk.open(path, flags)
    } }
    await atomicWrite(join(folder, 'a'), 'x', fs)
    expect(await readdir(folder)).toEqual(['a'])
  })

  test.each([
    '.lab-0123456789ab.tmp.bak', 'x.lab-0123456789ab.tmp', '.lab-0123456789AB.tmp', '.lab-0123456789abc.tmp', '.lab-012345678.tmp', '.lab-.tmp', '.lab-0123456789ab', 'lab-0123456789ab.tmp', '.lab-notes-2024.tmp',
  ])('are never confused with a user’s own file, however similar its name: %s', async (name) => {
    await leave(name, 1e5)
    await atomicWrite(join(folder, 'a'), 'x')
    await removeLeftovers(folder)
    expect(await readdir(folder)).toContain(name)
  })

  test('do not include folders and links of such a name, which no write creates', async () => {
    await mkdir(join(folder, '.lab-0123456789ab.tmp'))
    await writeFile(join(folder, 'precious'), 'mine')
    await symlink(join(folder, 'precious'), join(folder, '.lab-ba9876543210.tmp'))
    await removeLeftovers(folder)
    expect((await readdir(folder)).sort()).toEqual(['.lab-0123456789ab.tmp', '.lab-ba9876543210.tmp', 'precious'])
  })

  test('that cannot be removed do not delay the write, nor does a folder that cannot be listed', async () => {
    await leave('.lab-0123456789ab.tmp', 61)
    await atomicWrite(join(folder, 'a'), 'x', { ...disk, remove: () => Promise.reject(systemError('EACCES')) })
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('x')
    await expect(removeLeftovers(join(folder, 'none'))).resolves.toBeUndefined()
  })

  test('are removed at once, whatever their age, where no other process can be writing', async () => {
    await leave('.lab-0123456789ab.tmp', 0)
    await leave('.lab-ba9876543210.tmp', -600) // the clock was set back
    await removeLeftovers(folder)
    expect(await readdir(folder)).toEqual([])
  })
})

describe('a rename that is refused for a moment, as by a virus scanner on Windows', () => {
  const refusing = (times: number, code: string): FileSystem & { tried: number } => {
    const fs = {
      ...disk, retryMs: [1, 1, 1], tried: 0,
      rename: async (from: string, to: string) => {
        if (fs.tried++ < times) throw systemError(code)
        await disk.rename(from, to)
      },
    }
    return fs
  }

  test.each(['EPERM', 'EBUSY', 'EACCES'])('with %s is retried until it works', async (code) => {
    await atomicWrite(join(folder, 'a'), 'new', refusing(3, code))
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('new')
  })

  test('is given up after the last wait', async () => {
    const fs = refusing(9, 'EPERM')
    expect((await refusal(() => atomicWrite(join(folder, 'a'), 'new', fs))).code).toBe('file.denied')
    expect(fs.tried).toBe(4)
    expect(await readdir(folder)).toEqual([])
  })

  test('is not retried when waiting cannot help', async () => {
    const fs = refusing(1, 'ENOSPC')
    expect((await refusal(() => atomicWrite(join(folder, 'a'), 'new', fs))).code).toBe('file.full')
    expect(fs.tried).toBe(1)
  })
})

describe('before long work', () => {
  test('a folder is tested for writing, which leaves nothing behind', async () => {
    await writeFile(join(folder, 'there'), 'x')
    await checkWritable(join(folder, 'there'))
    await checkWritable(join(folder, 'new'))
    expect(await readdir(folder)).toEqual(['there'])
    expect(await readFile(join(folder, 'there'), 'utf8')).toBe('x')
  })

  test.each([['EROFS', 'file.readOnly'], ['EACCES', 'file.denied'], ['ENOSPC', 'file.full']])('a folder that answers %s is reported as %s', async (system, code) => {
    expect(await refusal(() => checkWritable(join(folder, 'a'), failing('open', system)))).toMatchObject({ code, file: join(folder, 'a') })
    expect(await readdir(folder)).toEqual([])
  })

  // Cause: only the folder was checked, so an hour of training ended with ENAMETOOLONG.
  test('a name that the disk does not accept is detected', async () => {
    expect(await refusal(() => checkWritable(join(folder, 'n'.repeat(300))))).toMatchObject({ code: 'file.other', found: 'ENAMETOOLONG' })
    expect(await refusal(() => checkWritable(join(folder, '가'.repeat(90))))).toMatchObject({ code: 'file.other', found: 'ENAMETOOLONG' })
  })
})

test('a target is checked before long work, without touching it', async () => {
  await writeFile(join(folder, 'there'), 'x')
  await checkTarget(join(folder, 'there'))
  await checkTarget(join(folder, 'new'))
  await expect(checkTarget(folder)).rejects.toThrow(LabError)
  expect(await readdir(folder)).toEqual(['there'])
})

describe('on each system', () => {
  // A virus scanner holds a file for some hundredths of a second, occasionally for a whole one.
  test('on Windows a refused rename is retried for one to two seconds, with delays that triple; folders cannot be synced', () => {
    const { retryMs = [], syncFolder } = diskOf('win32')
    const sum = retryMs.reduce((a, b) => a + b, 0)
    expect([sum >= 1_000, sum <= 2_000, syncFolder]).toEqual([true, true, undefined])
    expect(retryMs.slice(1).every((wait, i) => wait / retryMs[i]! >= 2.5 && wait / retryMs[i]! <= 4)).toBe(true)
    expect(retryMs[0]).toBeLessThan(20)
  })

  test.each(['linux', 'darwin'] as const)('on %s a refusal is reported at once, and folders are synced', (platform) => {
    expect(diskOf(platform).retryMs ?? []).toEqual([])
    expect(diskOf(platform).syncFolder).toBeTypeOf('function')
  })

  test('this system’s behaviour is used', () => {
    expect([disk.retryMs, disk.syncFolder]).toEqual([diskOf(process.platform).retryMs, diskOf(process.platform).syncFolder])
  })
})

test('temporary files beside a target are recognizable by name after a kill', async () => {
  const names: string[] = []
  const fs: FileSystem = { ...disk, open: (path, flags) => { names.push(basename(path)); return disk.open(path, flags) } }
  await atomicWrite(join(folder, 'a'), 'x', fs)
  await checkWritable(join(folder, 'b'), fs)
  expect(new Set(names).size).toBe(2)
  for (const name of names) await writeFile(join(folder, name), 'half')
  await removeLeftovers(folder)
  expect(await readdir(folder)).toEqual(['a'])
})

describe('through a link to a file that does not exist yet', () => {
  const isLink = async (name: string): Promise<boolean> => (await lstat(join(folder, name))).isSymbolicLink()

  test('the file is created where the link says, and the link stays', async () => {
    await mkdir(join(folder, 'disk'))
    await symlink(join('disk', 'weights'), join(folder, 'link'))
    await checkWritable(join(folder, 'link'))
    await atomicWrite(join(folder, 'link'), 'new')
    expect([await isLink('link'), await readFile(join(folder, 'disk', 'weights'), 'utf8'), await readdir(join(folder, 'disk'))]).toEqual([true, 'new', ['weights']])
  })

  test('the place is relative to the real folder of the link, and links may follow each other', async () => {
    await mkdir(join(folder, 'a', 'b'), { recursive: true })
    await symlink(join('a', 'b'), join(folder, 'shortcut'))
    await symlink(join('..', 'second'), join(folder, 'a', 'b', 'first'))
    await symlink('weights', join(folder, 'a', 'second'))
    await atomicWrite(join(folder, 'shortcut', 'first'), 'new')
    expect([await readFile(join(folder, 'a', 'weights'), 'utf8'), await isLink('a/second'), await isLink('a/b/first')]).toEqual(['new', true, true])
  })

  test('a missing folder of that file is named, and the link stays', async () => {
    await symlink(join(folder, 'gone', 'weights'), join(folder, 'link'))
    for (const write of [() => atomicWrite(join(folder, 'link'), 'new'), () => checkWritable(join(folder, 'link'))])
      expect(await refusal(write)).toMatchObject({ code: 'file.missing', file: join(folder, 'gone') })
    expect([await readdir(folder), await isLink('link')]).toEqual([['link'], true])
  })

  test('links in a circle are refused', async () => {
    await symlink('two', join(folder, 'one'))
    await symlink('one', join(folder, 'two'))
    expect((await refusal(() => atomicWrite(join(folder, 'one'), 'new'))).code).toBe('file.other')
    expect((await readdir(folder)).sort()).toEqual(['one', 'two'])
  })
})

test('a refused write is settled as well', async () => {
  const refused = atomicWrite(join(folder, 'none', 'a'), 'x').catch(() => 'refused')
  await finishWrites()
  expect(await Promise.race([refused, 'still at it'])).toBe('refused')
})

test('a probe file that cannot be removed is no reason to refuse the folder', async () => {
  await checkWritable(join(folder, 'a'), { ...disk, remove: () => Promise.reject(systemError('EACCES')) })
  expect(await readdir(folder)).toHaveLength(1)
})

test('before long work a folder in place of the target is reported, and a link is followed', async () => {
  await expect(checkWritable(folder)).rejects.toMatchObject({ code: 'file.isFolder' })
  await mkdir(join(folder, 'real'))
  await writeFile(join(folder, 'real', 'a'), 'old')
  await symlink(join(folder, 'real', 'a'), join(folder, 'link'))
  const tried: string[] = []
  await checkWritable(join(folder, 'link'), { ...disk, open: (path, flags) => { tried.push(dirname(path)); return disk.open(path, flags) } })
  expect(tried).toEqual([join(folder, 'real')])
})
