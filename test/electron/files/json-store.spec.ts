import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError } from '@core'
import { JsonStore } from '@files'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { refusal } from './refusal'

interface Choice { readonly theme: string, readonly size: number }
const defaults: Choice = { theme: 'system', size: 1 }

function parse(value: unknown): Choice {
  const { theme, size } = value as Partial<Choice>
  if (typeof theme !== 'string' || typeof size !== 'number') throw new LabError('internal', 'nonsense', { found: 'nonsense' })
  return { theme, size }
}

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-store-'))
  path = join(folder, 'settings.json')
})
afterEach(async () => { await rm(folder, { recursive: true, force: true }) })
const open = () => JsonStore.open(path, parse, defaults)

test('the first start uses the defaults and writes nothing', async () => {
  expect((await open()).value).toEqual(defaults)
  expect(await readdir(folder)).toEqual([])
})

test('a change is visible at once, and at the next start', async () => {
  const store = await open()
  const writing = store.set({ theme: 'dark', size: 3 })
  expect(store.value).toEqual({ theme: 'dark', size: 3 })
  await writing
  expect((await open()).value).toEqual({ theme: 'dark', size: 3 })
})

test('the last of many consecutive changes is kept', async () => {
  const store = await open()
  await Promise.all(Array.from({ length: 30 }, (_, size) => store.set({ theme: 'dark', size })))
  expect((await open()).value.size).toBe(29)
  expect(await readdir(folder)).toEqual(['settings.json'])
})

test.each([['cut off', '{"theme":"da'], ['empty', ''], ['of another kind', '[1,2]'], ['null', 'null'], ['of nonsense', '{"theme":7,"size":"x"}'], ['binary', '\0\u0001\u0002']])('a file that is %s is set aside, and the defaults are used', async (_, text) => {
  await writeFile(path, text)
  expect((await open()).value).toEqual(defaults)
  expect(await readdir(folder)).toEqual(['settings.json.damaged'])
  expect(await readFile(`${path}.damaged`, 'utf8')).toBe(text)
  await (await open()).set({ theme: 'light', size: 2 })
  expect((await open()).value).toEqual({ theme: 'light', size: 2 })
})

test('a file too large for settings is set aside without being read', async () => {
  await writeFile(path, Buffer.alloc(2 ** 20 + 1, ' '))
  expect((await open()).value).toEqual(defaults)
  expect(await readdir(folder)).toEqual(['settings.json.damaged'])
})

test('a byte order mark from an editor is ignored', async () => {
  await writeFile(path, '\ufeff{"theme":"dark","size":5}')
  expect((await open()).value.size).toBe(5)
})

test('a folder in its place does not stop the lab: the defaults are used, and saving reports the reason', async () => {
  await mkdir(path)
  const store = await open()
  expect(store.value).toEqual(defaults)
  expect(await refusal(() => store.set({ theme: 'dark', size: 1 }))).toMatchObject({ code: 'file.isFolder', file: path })
  expect(store.value.theme).toBe('dark')
})

test('a write after a failed one works', async () => {
  const store = await open()
  await mkdir(path)
  const [first, second] = [store.set({ theme: 'a', size: 1 }), store.set({ theme: 'b', size: 2 })]
  await expect(first).rejects.toThrow(LabError)
  await expect(second).rejects.toThrow(LabError)
  await rm(path, { recursive: true })
  await store.set({ theme: 'c', size: 3 })
  expect((await open()).value).toEqual({ theme: 'c', size: 3 })
})

// Cause: the lab ended while a write was waiting for the previous one.
test('is settled when the last of many changes is on the disk', async () => {
  const store = await open()
  for (let size = 0; size < 5; size++) void store.set({ theme: 'dark', size })
  const settled = store.finishWrites()
  void store.set({ theme: 'late', size: 9 }) // while another write is waiting
  await settled
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ theme: 'late', size: 9 })
  expect(await readdir(folder)).toEqual(['settings.json'])
})

test('is settled at once when nothing was changed, and after a failed write', async () => {
  const store = await open()
  await store.finishWrites()
  await mkdir(path)
  const refused = expect(store.set({ theme: 'a', size: 1 })).rejects.toThrow(LabError)
  await expect(store.finishWrites()).resolves.toBeUndefined()
  await refused
})

test('of a hundred consecutive changes only the latest is written, once', async () => {
  const store = await open()
  let written = 0
  const counted = (size: number): Choice => ({ theme: 'dark', size, toJSON: () => { written++; return { theme: 'dark', size } } } as Choice)
  await Promise.all(Array.from({ length: 100 }, (_, size) => store.set(counted(size))))
  expect([written, (await open()).value.size]).toEqual([1, 99])
})

// Cause: an exception of a reader was mistaken for an unreadable disk, so a damaged list of recent files was overwritten.
test.each(['file.other', 'file.missing', 'internal'] as const)('a file whose content is refused as %s is set aside as well', async (code) => {
  await writeFile(path, '[1]')
  const store = await JsonStore.open(path, () => { throw new LabError(code, 'nonsense', { file: path }) }, defaults)
  expect([store.value, await readFile(`${path}.damaged`, 'utf8')]).toEqual([defaults, '[1]'])
})

test('a file of exactly a megabyte is read', async () => {
  await writeFile(path, '{"theme":"dark","size":5}'.padEnd(2 ** 20))
  expect((await open()).value.size).toBe(5)
})

test('is written in a readable form: one entry per line, indented by two spaces', async () => {
  await (await open()).set({ theme: 'dark', size: 3 })
  expect(await readFile(path, 'utf8')).toBe('{\n  "theme": "dark",\n  "size": 3\n}\n')
})

test('a damaged file that cannot be set aside does not stop the lab', async () => {
  await writeFile(path, 'nonsense')
  await mkdir(join(`${path}.damaged`, 'inside'), { recursive: true })
  expect((await open()).value).toEqual(defaults)
})
