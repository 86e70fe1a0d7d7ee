import { mkdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readWeights, writeWeights } from '@core'
import { maxIdentifiedBytes } from '@files'
import { expect, test } from 'vitest'
import { WeightsLibrary } from '../../../electron/main/weights-library'
import { weightsOf } from './fake-thread'
import { newFolder } from './folder'
import { perceptron } from '../../fixtures/run-config'

async function newLibrary(folder = newFolder()) {
  const open = () => WeightsLibrary.open(join(folder, 'recent.json'), { name: 'sample.safetensors', bytes: weightsOf(10_000) })
  const put = (name: string, step: number): string => {
    const path = join(folder, name)
    writeFileSync(path, weightsOf(step))
    return path
  }
  return { folder, open, put, library: await open() }
}

test('a first start lists the sample alone', async () => {
  const { library } = await newLibrary()
  expect(await library.list()).toMatchObject([{ handle: 'sample', kind: 'sample', name: 'sample.safetensors', summary: { architecture: perceptron([2, 2]), step: 10_000 }, problem: null }])
})

test('the sample comes first, then the user’s files, with the newest on top', async () => {
  const { library, put } = await newLibrary()
  put('previous.safetensors', 4) // nobody opened it
  await library.remember(put('a.safetensors', 1))
  await library.remember(put('b.safetensors', 2))
  await library.remember(put('a.safetensors', 3))
  expect((await library.list()).map(({ kind, name, summary }) => [kind, name, summary?.step])).toEqual([
    ['sample', 'sample.safetensors', 10_000], ['file', 'a.safetensors', 3], ['file', 'b.safetensors', 2],
  ])
})

test('the list is restored at the next start', async () => {
  const { library, put, open, folder } = await newLibrary()
  await library.remember(put('a.safetensors', 1))
  const next = await open()
  expect((await next.list()).at(-1)).toMatchObject({ name: 'a.safetensors', folder })
  expect(next.folder).toBe(folder)
})

test('a damaged list is set aside, and the lab starts without it', async () => {
  const { folder, open } = await newLibrary()
  writeFileSync(join(folder, 'recent.json'), '[1, 2')
  expect(await (await open()).list()).toHaveLength(1)
})

test.each<[string, (path: string) => void, string]>([
  ['deleted', path => rmSync(path), 'file.missing'],
  ['cut off', path => truncateSync(path, 40), 'safetensors.truncated'],
  ['emptied', path => truncateSync(path, 0), 'safetensors.empty'],
  ['replaced by a folder', (path) => { rmSync(path); mkdirSync(path) }, 'file.isFolder'],
])('a file that was %s stays in the list with the reason why it cannot be opened', async (_, harm, code) => {
  const { library, put } = await newLibrary()
  const path = put('a.safetensors', 1)
  await library.remember(path)
  await library.list()
  harm(path)
  expect((await library.list()).at(-1)).toMatchObject({ name: 'a.safetensors', summary: null, problem: { code } })
})

test('a file is read again only when it has changed', async () => {
  const { library, put } = await newLibrary()
  const path = put('a.safetensors', 1)
  const past = new Date(Date.now() - 60_000)
  utimesSync(path, past, past)
  await library.remember(path)
  const step = async () => (await library.list()).at(-1)!.summary?.step
  expect(await step()).toBe(1)
  put('a.safetensors', 2)
  utimesSync(path, past, past) // same size and time: not read again
  expect(await step()).toBe(1)
  utimesSync(path, new Date(), new Date())
  expect(await step()).toBe(2)
})

/** Writes a file with a modification time one hour ago. */
const touch = (path: string): void => { utimesSync(path, new Date(3_600_000), new Date(3_600_000)) }

test('a file that was replaced by another of the same time, but of another size, is read again', async () => {
  const { library, put, folder } = await newLibrary()
  const path = put('a.safetensors', 1)
  touch(path)
  await library.remember(path)
  expect((await library.list()).at(-1)).toMatchObject({ summary: { step: 1 } })
  writeFileSync(join(folder, 'a.safetensors'), weightsOf(1_000_000_000))
  touch(path)
  expect((await library.list()).at(-1)).toMatchObject({ summary: { step: 1_000_000_000 } })
})

// Cause: only valid files were remembered; thirty damaged ones of 31 MB were read on every visit, 10 s each time.
test('a damaged file is read again only when it has changed', async () => {
  const { library, put } = await newLibrary()
  const path = put('a.safetensors', 1)
  const whole = readFileSync(path)
  const damaged = Buffer.from(whole)
  damaged[8] = 0x7a // the opening bracket of the header
  writeFileSync(path, damaged)
  touch(path)
  await library.remember(path)
  expect((await library.list()).at(-1)).toMatchObject({ summary: null, problem: { code: 'safetensors.foreign' }, savedAt: null, bytes: null })
  writeFileSync(path, whole)
  touch(path) // same size and time: not read again
  expect((await library.list()).at(-1)).toMatchObject({ problem: { code: 'safetensors.foreign' } })
  utimesSync(path, new Date(), new Date())
  expect((await library.list()).at(-1)).toMatchObject({ summary: { step: 1 }, problem: null })
})

test('an unreadable file is tried again at the next visit', async () => {
  const { library, put, folder } = await newLibrary()
  const path = put('a.safetensors', 1)
  await library.remember(path)
  rmSync(path)
  mkdirSync(path)
  expect((await library.list()).at(-1)).toMatchObject({ problem: { code: 'file.isFolder' } })
  rmSync(path, { recursive: true })
  put('a.safetensors', 2)
  expect((await library.list()).at(-1)).toMatchObject({ summary: { step: 2 }, folder })
})

// Cause: thirty files of 31 MB were read, transposed and hashed for a list, which blocked main for 11 s.
test('only the header of a large file is read: its numbers may be anything, and have no fingerprint', async () => {
  const { library, folder } = await newLibrary()
  const path = join(folder, 'large.safetensors')
  const bytes = new TextEncoder().encode(JSON.stringify({
    '__metadata__': { network: JSON.stringify(perceptron([4000, 4000], 'relu')), training: JSON.stringify({ config: null, step: 7 }) },
    'affine1.weight': { dtype: 'F32', shape: [4000, 4000], data_offsets: [0, 64_000_000] },
    'affine1.bias': { dtype: 'F32', shape: [4000], data_offsets: [64_000_000, 64_016_000] },
  }))
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true)
  writeFileSync(path, Buffer.concat([length, bytes]))
  truncateSync(path, 8 + bytes.length + 64_016_000) // a sparse file: none of its numbers are on the disk
  await library.remember(path)
  const entry = (await library.list()).at(-1)
  expect(entry).toMatchObject({ problem: null, bytes: 8 + bytes.length + 64_016_000, summary: { architecture: perceptron([4000, 4000]), step: 7, weightsSha256: null } })
})

test('a large file has the fingerprint that it states, and one that is no hash is not shown', async () => {
  const { library, folder } = await newLibrary()
  const path = join(folder, 'a.safetensors')
  await library.remember(path)
  for (const [stated, shown] of [['0f'.repeat(32), '0f'.repeat(32)], ['no hash', null]] as const) {
    writeFileSync(path, writeWeights({ ...readWeights(weightsOf(1), 'w'), version: 'v'.repeat(maxIdentifiedBytes), weightsSha256: stated }))
    utimesSync(path, new Date(), new Date(shown ? 1_000_000 : 2_000_000))
    expect((await library.list()).at(-1)).toMatchObject({ problem: null, summary: { weightsSha256: shown } })
  }
})

test('a hundred files that state their hash are listed by their headers alone', async () => {
  const { library, folder } = await newLibrary()
  const weights = readWeights(weightsOf(1), 'w')
  for (let i = 0; i < 100; i++) {
    const path = join(folder, `${i}.safetensors`)
    // a hash that is not that of the numbers: a list that reads them finds the fault
    writeFileSync(path, writeWeights({ ...weights, step: i, weightsSha256: '0f'.repeat(32) }))
    await library.remember(path)
  }
  const before = performance.now()
  const entries = await library.list()
  // 20 ms measured; the bound is that of the promise, three times over for a machine that tests in parallel
  expect(performance.now() - before).toBeLessThan(300)
  expect(entries.slice(1).map(({ summary }) => summary?.step)).toEqual(Array.from({ length: 100 }, (_, i) => 99 - i))
})

test('a file whose numbers are not those of its hash is listed, and refused when it is opened', async () => {
  const { library, folder } = await newLibrary()
  const path = join(folder, 'a.safetensors')
  writeFileSync(path, writeWeights({ ...readWeights(weightsOf(1), 'w'), weightsSha256: '0f'.repeat(32) }))
  await library.remember(path)
  await expect(library.read((await library.list()).at(-1)!.handle)).rejects.toMatchObject({ code: 'weights.changed' })
})

test('a file up to a megabyte has a fingerprint', async () => {
  const { library, folder } = await newLibrary()
  const path = join(folder, 'a.safetensors')
  const ofSize = (bytes: number): Uint8Array => {
    const padded = (letters: number) => writeWeights({ ...readWeights(weightsOf(1), 'w'), version: 'v'.repeat(letters) })
    return padded(bytes - padded(0).length)
  }
  await library.remember(path)
  for (const [size, known] of [[maxIdentifiedBytes, true], [maxIdentifiedBytes + 8, false]] as const) {
    const bytes = ofSize(size)
    expect(bytes.length).toBe(size)
    writeFileSync(path, bytes)
    expect((await library.list()).at(-1)).toMatchObject({ summary: { step: 1, weightsSha256: known ? expect.stringMatching(/^[0-9a-f]{64}$/) as string : null } })
  }
})

test('handles are not paths, and invented ones open nothing', async () => {
  const { library, put, folder } = await newLibrary()
  await library.remember(put('a.safetensors', 1))
  for (const { handle } of await library.list()) expect(handle).not.toContain(folder)
  for (const handle of ['', 'x', join(folder, 'a.safetensors'), '../recent.json', '__proto__']) await expect(library.read(handle)).rejects.toMatchObject({ code: 'ipc.schema' })
})

test('a listed file is read by its handle, with its name', async () => {
  const { library, put } = await newLibrary()
  const path = put('a.safetensors', 3)
  await library.remember(path)
  const { handle } = (await library.list()).at(-1)!
  expect(await library.read(handle)).toEqual({ name: 'a.safetensors', bytes: weightsOf(3) })
  expect(await library.read('sample')).toEqual({ name: 'sample.safetensors', bytes: weightsOf(10_000) })
})

test('forgetting removes a file from the list and keeps it on the disk', async () => {
  const { library, put } = await newLibrary()
  const path = put('a.safetensors', 1)
  await library.remember(path)
  await library.forget((await library.list()).at(-1)!.handle)
  await library.forget('sample')
  expect(await library.list()).toHaveLength(1)
  expect(await library.entryOf(path)).toMatchObject({ problem: null })
})

test('the list is kept short', async () => {
  const { library, folder } = await newLibrary()
  for (let i = 0; i < 110; i++) await library.remember(join(folder, `${i}.safetensors`))
  expect((await library.list()).filter(({ kind }) => kind === 'file').map(({ name }) => name)).toEqual(Array.from({ length: 100 }, (_, i) => `${109 - i}.safetensors`))
})

test('an entry holds the file’s folder, its time and its size', async () => {
  const { library, put, folder } = await newLibrary()
  const path = put('a.safetensors', 1)
  touch(path)
  expect(await library.entryOf(path)).toMatchObject({ kind: 'file', name: 'a.safetensors', folder, savedAt: 3_600_000, bytes: weightsOf(1).length, summary: { step: 1 }, problem: null })
  expect((await library.list())[0]).toEqual({ handle: 'sample', kind: 'sample', name: 'sample.safetensors', folder: '', savedAt: null, bytes: weightsOf(10_000).length, summary: expect.objectContaining({ step: 10_000 }) as object, problem: null, runId: null })
})

test('every file has a handle of its own, which stays the same', async () => {
  const { library, put } = await newLibrary()
  const paths = ['a', 'b', 'c'].map((name, i) => put(`${name}.safetensors`, i))
  for (const path of paths) await library.remember(path)
  const handles = (await library.list()).map(({ handle }) => handle)
  expect(new Set(handles).size).toBe(4)
  expect((await library.entryOf(paths[0]!)).handle).toBe(handles.at(-1))
  for (const handle of handles) expect(handle.length).toBeLessThanOrEqual(64) // the limit of a message
})

test('a damaged sample is listed with its fault', async () => {
  const { folder } = await newLibrary()
  const library = await WeightsLibrary.open(join(folder, 'recent.json'), { name: 'sample.safetensors', bytes: new Uint8Array(3) })
  expect(await library.list()).toMatchObject([{ handle: 'sample', summary: null, problem: { code: 'safetensors.truncated' }, bytes: 3 }])
})

test.each<[string, unknown]>([['numbers', [1, 2]], ['a text among numbers', ['/a', 1]], ['no list', { a: 1 }], ['a text', 'a']])('a list of recent files that contains %s is set aside', async (_, value) => {
  const { folder, open } = await newLibrary()
  writeFileSync(join(folder, 'recent.json'), JSON.stringify(value))
  expect(await (await open()).list()).toHaveLength(1)
  expect(readFileSync(join(folder, 'recent.json.damaged'), 'utf8')).toBe(JSON.stringify(value))
})

test('the newest hundred entries of a longer list are read', async () => {
  const { folder, open } = await newLibrary()
  writeFileSync(join(folder, 'recent.json'), JSON.stringify(Array.from({ length: 101 }, (_, i) => join(folder, `${i}`))))
  const names = (await (await open()).list()).slice(1).map(({ name }) => name)
  expect(names).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`))
})

test('no folder is suggested before a file was saved or opened; a relative path starts where the lab was started', async () => {
  const { library, open } = await newLibrary()
  expect(library.folder).toBeNull()
  await library.remember('here.safetensors')
  expect(library.folder).toBe(process.cwd())
  await (await open()).remember(join(process.cwd(), 'here.safetensors')) // the same file
  expect((await (await open()).list()).filter(({ kind }) => kind === 'file')).toHaveLength(1)
  expect(await library.entryOf('here.safetensors')).toMatchObject({ folder: process.cwd(), problem: { code: 'file.missing' } })
})

test('the list is settled when it is on the disk', async () => {
  const { library, folder } = await newLibrary()
  void library.remember(join(folder, 'a'))
  void library.remember(join(folder, 'b'))
  await library.finishWrites()
  expect(JSON.parse(readFileSync(join(folder, 'recent.json'), 'utf8'))).toEqual([join(folder, 'b'), join(folder, 'a')])
})
