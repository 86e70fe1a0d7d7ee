import { execFileSync } from 'node:child_process'
import { type FileHandle, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWhole } from '@files'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readBytes } from '../../../electron/files/read'
import { refusal } from './refusal'

let folder = ''
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'lab-read-')) })
afterEach(async () => { await rm(folder, { recursive: true, force: true }) })

const refused = (path: string, maxBytes = 1000) => refusal(() => readWhole(path, { maxBytes, name: 'my file' }))

test('a file is returned complete, in memory of its own that can be transferred to a thread', async () => {
  const path = join(folder, 'a')
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i * 7)
  await writeFile(path, bytes)
  const read = await readWhole(path, { maxBytes: 300_000 })
  expect(Buffer.compare(read, bytes)).toBe(0)
  expect(read.buffer.byteLength).toBe(300_000) // a small Buffer would share Node's pool of 8 KB
  await writeFile(path, 'xy')
  expect((await readWhole(path, { maxBytes: 2 })).buffer.byteLength).toBe(2)
})

test('an empty file yields zero bytes', async () => {
  await writeFile(join(folder, 'a'), '')
  expect(await readWhole(join(folder, 'a'), { maxBytes: 0 })).toHaveLength(0)
})

test('through a link the file is read', async () => {
  await writeFile(join(folder, 'a'), 'abc')
  await symlink(join(folder, 'a'), join(folder, 'link'))
  expect(await readWhole(join(folder, 'link'), { maxBytes: 3 })).toHaveLength(3)
})

test('a missing file is reported by its name', async () => {
  expect(await refused(join(folder, 'none'))).toMatchObject({ code: 'file.missing', file: 'my file' })
  expect(await refusal(() => readWhole(join(folder, 'none'), { maxBytes: 1 }))).toMatchObject({ file: join(folder, 'none') })
})

test('a dangling or circular link is reported', async () => {
  await symlink(join(folder, 'gone'), join(folder, 'dangling'))
  await symlink(join(folder, 'circle'), join(folder, 'circle'))
  expect((await refused(join(folder, 'dangling'))).code).toBe('file.missing')
  expect(await refused(join(folder, 'circle'))).toMatchObject({ code: 'file.other', found: 'ELOOP' })
})

test('a folder is reported as one', async () => {
  expect(await refused(folder)).toMatchObject({ code: 'file.isFolder', file: 'my file' })
})

test('a path below a file is reported', async () => {
  await writeFile(join(folder, 'a'), 'x')
  expect((await refused(join(folder, 'a', 'b'))).code).toBe('file.notFolder')
})

test('a file one byte too large is refused before it is read', async () => {
  await writeFile(join(folder, 'a'), Buffer.alloc(1001))
  expect(await refused(join(folder, 'a'))).toMatchObject({ code: 'file.tooLarge', file: 'my file', found: '1 MB', wanted: '1 MB' })
})

test('a sparse file of a terabyte is refused at once', async () => {
  await writeFile(join(folder, 'sparse'), '')
  await truncate(join(folder, 'sparse'), 2 ** 40)
  expect(await refused(join(folder, 'sparse'))).toMatchObject({ code: 'file.tooLarge', found: `${2 ** 20} MB` })
})

// Cause: opening a pipe blocks until something writes into it, possibly forever.
test.skipIf(process.platform === 'win32')('a pipe and an endless device are refused at once', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe')])
  expect((await refused(join(folder, 'pipe'))).code).toBe('file.notFile')
  expect((await refused('/dev/zero')).code).toBe('file.notFile')
})

describe('a disk that returns a little at a time', () => {
  /** @param there number of bytes available so far */
  const handing = (there: number, pieceBytes: number) => ({
    read: (bytes: Uint8Array, offset: number, length: number, position: number) => {
      if (offset + length > bytes.length) throw new RangeError('more was asked for than there is room') // as Node does
      const bytesRead = Math.max(0, Math.min(pieceBytes, length, there - position))
      for (let i = 0; i < bytesRead; i++) bytes[offset + i] = (position + i) % 251
      return Promise.resolve({ bytesRead, buffer: bytes })
    },
  }) as unknown as FileHandle
  const wanted = (length: number) => Array.from({ length }, (_, i) => i % 251)

  test.each([1, 7, 300, 999, 1000])('is read to the end: %i bytes', async (pieceBytes) => {
    expect([...await readBytes(handing(1000, pieceBytes), 1000)]).toEqual(wanted(1000))
  })

  test('returns what is left of a file that was truncated meanwhile', async () => {
    expect([...await readBytes(handing(500, 300), 1000)]).toEqual(wanted(500))
  })
})

test('a size is reported in megabytes, rounded up', async () => {
  await writeFile(join(folder, 'a'), Buffer.alloc(2 ** 20 + 1))
  expect(await refusal(() => readWhole(join(folder, 'a'), { maxBytes: 2 ** 20 }))).toMatchObject({ found: '2 MB', wanted: '1 MB' })
})

test('every file is closed, whatever the outcome', async () => {
  await writeFile(join(folder, 'a'), 'abc')
  const open = async () => (await readdir('/proc/self/fd')).length
  const before = process.platform === 'linux' ? await open() : 0
  for (let i = 0; i < 50; i++) {
    await readWhole(join(folder, 'a'), { maxBytes: 3 })
    await refused(join(folder, 'a'), 2)
    await refused(folder)
  }
  if (process.platform === 'linux') expect(await open() - before).toBeLessThan(25) // other work of this process opens and closes files as well
})
