import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError } from '@core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { atomicWrite, checkTarget, disk, type FileSystem } from '../../../electron/files/atomic'
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

describe('a file written whole', () => {
  test('is there, with exactly these bytes, and nothing beside it', async () => {
    const path = join(folder, 'weights.safetensors')
    await atomicWrite(path, new Uint8Array([1, 2, 3]))
    expect([...await readFile(path)]).toEqual([1, 2, 3])
    expect(await readdir(folder)).toEqual(['weights.safetensors'])
  })

  test('takes the earlier one’s place, longer or shorter', async () => {
    const path = join(folder, 'a.json')
    for (const text of ['first and long', 'second', '']) {
      await atomicWrite(path, text)
      expect(await readFile(path, 'utf8')).toBe(text)
    }
    expect(await readdir(folder)).toEqual(['a.json'])
  })

  test('writes only a view’s own bytes', async () => {
    await atomicWrite(join(folder, 'a'), new Uint8Array([9, 1, 2, 9]).subarray(1, 3))
    expect([...await readFile(join(folder, 'a'))]).toEqual([1, 2])
  })

  test('may have a name in any language, and as long as names can be', async () => {
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

  test('twenty times at once is one of the twenty', async () => {
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

  test.each([['EDQUOT', 'file.full'], ['EACCES', 'file.denied'], ['EPERM', 'file.denied'], ['EROFS', 'file.readOnly'], ['EIO', 'file.other'], ['EFBIG', 'file.other']])('%s is told as %s, and the earlier file stays', async (system, code) => {
    const path = join(folder, 'a')
    await writeFile(path, 'earlier')
    expect(await refusal(() => atomicWrite(path, 'new', failing('writeFile', system)))).toMatchObject({ code, file: path })
    expect(await readFile(path, 'utf8')).toBe('earlier')
    expect(await readdir(folder)).toEqual(['a'])
  })

  test('the first error is told even if tidying up fails too', async () => {
    const fs = { ...failing('sync', 'ENOSPC'), remove: () => Promise.reject(systemError('EIO')) }
    expect((await refusal(() => atomicWrite(join(folder, 'a'), 'new', fs))).code).toBe('file.full')
  })

  test('a target that is a folder is named', async () => {
    await mkdir(join(folder, 'target'))
    expect(await refusal(() => atomicWrite(join(folder, 'target'), 'x'))).toMatchObject({ code: 'file.isFolder', file: join(folder, 'target') })
    expect(await readdir(join(folder, 'target'))).toEqual([])
    expect(await readdir(folder)).toEqual(['target'])
  })

  test('a folder that is not there, or is a file, is named', async () => {
    await writeFile(join(folder, 'file'), 'x')
    expect(await refusal(() => atomicWrite(join(folder, 'none', 'a'), 'x'))).toMatchObject({ code: 'file.missing', file: join(folder, 'none') })
    expect(await refusal(() => atomicWrite(join(folder, 'file', 'a'), 'x'))).toMatchObject({ code: 'file.notFolder', file: join(folder, 'file') })
    expect(await refusal(() => atomicWrite(join(folder, 'file', 'b', 'a'), 'x'))).toMatchObject({ code: 'file.notFolder' })
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('x')
  })

  test('a name too long for the disk is told by the system’s code', async () => {
    expect(await refusal(() => atomicWrite(join(folder, 'n'.repeat(300)), 'x'))).toMatchObject({ code: 'file.other', found: 'ENAMETOOLONG' })
    expect(await readdir(folder)).toEqual([])
  })

  test('a device is no target', async () => {
    expect((await refusal(() => atomicWrite('/dev/null', 'x'))).code).toBe('file.notFile')
  })
})

describe('a rename that is refused for a moment, as a virus scanner does on Windows', () => {
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

  test.each(['EPERM', 'EBUSY', 'EACCES'])('with %s is tried again until it works', async (code) => {
    await atomicWrite(join(folder, 'a'), 'new', refusing(3, code))
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('new')
  })

  test('is given up after the last wait', async () => {
    const fs = refusing(9, 'EPERM')
    expect((await refusal(() => atomicWrite(join(folder, 'a'), 'new', fs))).code).toBe('file.denied')
    expect(fs.tried).toBe(4)
    expect(await readdir(folder)).toEqual([])
  })

  test('is not tried again when waiting cannot help', async () => {
    const fs = refusing(1, 'ENOSPC')
    expect((await refusal(() => atomicWrite(join(folder, 'a'), 'new', fs))).code).toBe('file.full')
    expect(fs.tried).toBe(1)
  })
})

test('a target is checked before long work, without touching it', async () => {
  await writeFile(join(folder, 'there'), 'x')
  await checkTarget(join(folder, 'there'))
  await checkTarget(join(folder, 'new'))
  await expect(checkTarget(folder)).rejects.toThrow(LabError)
  expect(await readdir(folder)).toEqual(['there'])
})
