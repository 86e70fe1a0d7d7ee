import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { defaultConfig } from '@core'
import { FileTrash } from '@files'
import { describe, expect, test } from 'vitest'
import { WeightsFiles } from '../../../electron/main/weights-files'
import { WeightsLibrary } from '../../../electron/main/weights-library'
import { markOf, weightsOf } from './fake-thread'
import { newFolder } from './folder'

/** The current run: its id, and its weights, told apart by their mark. */
interface Now { runId: number | null, step: number, mark: number }

async function newFiles() {
  const [folder, own] = [newFolder(), newFolder()]
  const now: Now = { runId: 1, step: 5, mark: 1 }
  const answers: { save: string | null, /** Serves as the system's trash */ trash: string | null } = { save: null, trash: null }
  const suggested: string[] = []
  const warnings: unknown[] = []
  const library = await WeightsLibrary.open(join(own, 'recent.json'), { name: 'sample.safetensors', bytes: weightsOf(10_000) })
  const trash = new FileTrash(join(own, 'trash-files'), (path) => {
    if (answers.trash === null) return Promise.reject(new Error('this system has no trash'))
    renameSync(path, join(answers.trash, basename(path)))
    return Promise.resolve()
  })
  const files = new WeightsFiles({
    library: Promise.resolve(library), trash, warn: cause => warnings.push(cause),
    askSave: (name) => { suggested.push(name); return Promise.resolve(answers.save) },
  })
  const keeper = { weights: () => Promise.resolve({ bytes: weightsOf(now.step, now.mark), step: now.step, config: defaultConfig, input: [784], runId: now.runId }) }
  const put = async (name: string, step = 1) => {
    const path = join(folder, name)
    writeFileSync(path, weightsOf(step))
    await library.remember(path)
    return (await library.entryOf(path)).handle
  }
  return {
    folder, own, now, answers, suggested, warnings, library, files, put, save: () => files.save(keeper), saveAs: () => files.save(keeper, true),
    path: (name: string) => join(folder, name), stored: (name: string) => markOf(readFileSync(join(folder, name))),
    names: async () => (await library.list()).filter(({ kind }) => kind === 'file').map(({ name }) => name),
  }
}
const code = (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', (cause: { code: string }) => cause.code)

describe('saving', () => {
  test('asks once for each run, then writes the same file without a question', async () => {
    const { now, answers, suggested, save, path, stored } = await newFiles()
    answers.save = path('a.safetensors')
    expect(await save()).toMatchObject({ name: 'a.safetensors', runId: 1 })
    now.mark = 2
    expect(await save()).toMatchObject({ name: 'a.safetensors', runId: 1 })
    expect([suggested, stored('a.safetensors')]).toEqual([['784-50-10 step 5.safetensors'], 2])
    now.runId = 2 // another run
    answers.save = path('b.safetensors')
    now.mark = 3
    await save()
    expect([suggested[1], stored('a.safetensors'), stored('b.safetensors')]).toEqual([path('784-50-10 step 5.safetensors'), 2, 3])
  })

  test('as another file goes on there', async () => {
    const { now, answers, suggested, save, saveAs, path, stored, library } = await newFiles()
    answers.save = path('a.safetensors')
    await save()
    answers.save = path('b.safetensors')
    await saveAs()
    now.mark = 2
    await save()
    expect([suggested.length, stored('a.safetensors'), stored('b.safetensors')]).toEqual([2, 1, 2])
    expect((await library.list()).map(({ name, runId }) => [name, runId])).toEqual([['sample.safetensors', null], ['b.safetensors', 1], ['a.safetensors', null]])
  })

  test('writes the file that a run was opened from', async () => {
    const { now, suggested, save, put, files, path, stored } = await newFiles()
    await put('a.safetensors')
    await files.belongs(path('a.safetensors'), 7)
    Object.assign(now, { runId: 7, mark: 4 })
    await save()
    expect([suggested, stored('a.safetensors')]).toEqual([[], 4])
  })

  test('asks for a moment of the past, which is not what the file goes on with', async () => {
    const { now, answers, suggested, save, path, stored } = await newFiles()
    answers.save = path('a.safetensors')
    await save()
    Object.assign(now, { runId: null, mark: 2 })
    answers.save = path('then.safetensors')
    await save()
    Object.assign(now, { runId: 1, mark: 3 })
    await save()
    expect([suggested.length, stored('a.safetensors'), stored('then.safetensors')]).toEqual([2, 3, 2])
  })

  test.each<[string, (path: string) => void]>([
    ['changed', (path) => { writeFileSync(path, weightsOf(123_456)) }],
    ['written at another time', (path) => { utimesSync(path, new Date(1_000_000), new Date(1_000_000)) }],
    ['deleted', (path) => { rmSync(path) }],
  ])('asks again when another program has %s the file', async (_, harm) => {
    const { answers, suggested, save, path } = await newFiles()
    answers.save = path('a.safetensors')
    await save()
    harm(path('a.safetensors'))
    answers.save = null
    expect(await save()).toBeNull()
    expect(suggested).toHaveLength(2)
  })

  test('that failed leaves the file, and asks again', async () => {
    const { answers, suggested, save, path, folder } = await newFiles()
    mkdirSync(path('a.safetensors'))
    answers.save = path('a.safetensors')
    expect(await code(save())).toBe('file.isFolder')
    answers.save = path('b.safetensors')
    await save()
    expect([suggested.length, readdirSync(folder).sort()]).toEqual([2, ['a.safetensors', 'b.safetensors']])
  })
})

describe('renaming', () => {
  test('keeps the place in the list, the contents, and what the run is saved to', async () => {
    const { now, answers, save, put, files, names, path, stored, suggested } = await newFiles()
    await put('z.safetensors')
    answers.save = path('a.safetensors')
    const { handle } = (await save())!
    await put('y.safetensors')
    const { handle: next, entries } = await files.rename(handle, ' my 네트워크 ')
    expect(entries.find(entry => entry.handle === next)).toMatchObject({ name: 'my 네트워크.safetensors', runId: 1 })
    expect(await names()).toEqual(['y.safetensors', 'my 네트워크.safetensors', 'z.safetensors'])
    expect(existsSync(path('a.safetensors'))).toBe(false)
    now.mark = 9
    await save()
    expect([stored('my 네트워크.safetensors'), suggested.length]).toEqual([9, 1])
  })

  test('never replaces another file', async () => {
    const { put, files, names, path } = await newFiles()
    const handle = await put('a.safetensors')
    writeFileSync(path('b.safetensors'), 'precious')
    expect(await code(files.rename(handle, 'b'))).toBe('file.exists')
    expect(readFileSync(path('b.safetensors'), 'utf8')).toBe('precious')
    expect(await names()).toEqual(['a.safetensors'])
    expect(await code(files.rename(handle, 'a'))).toBe('ok') // its own name
  })

  test('stays in the folder: a name is no path', async () => {
    const { put, files, names, folder } = await newFiles()
    const handle = await put('a.safetensors')
    await files.rename(handle, '../../b/c')
    expect(await names()).toEqual(['..-..-b-c.safetensors'])
    expect(readdirSync(folder)).toEqual(['..-..-b-c.safetensors'])
  })

  test('of a missing file, an unknown one, the sample, or to nothing is refused', async () => {
    const { put, files, path } = await newFiles()
    const handle = await put('a.safetensors')
    expect(await code(files.rename(handle, '  '))).toBe('ipc.schema')
    rmSync(path('a.safetensors'))
    expect(await code(files.rename(handle, 'b'))).toBe('file.missing')
    for (const unknown of ['sample', 'no handle']) expect(await code(files.rename(unknown, 'b'))).toBe('ipc.schema')
  })
})

test('a copy lies beside the file, below it in the list, with the next free number', async () => {
  const { put, files, names, path } = await newFiles()
  await put('z.safetensors')
  const handle = await put('a.safetensors', 3)
  writeFileSync(path('a 2.safetensors'), 'precious')
  const { handle: copy, entries } = await files.duplicate(handle)
  expect(entries.find(entry => entry.handle === copy)).toMatchObject({ name: 'a 3.safetensors', summary: { step: 3 } })
  expect(await names()).toEqual(['a.safetensors', 'a 3.safetensors', 'z.safetensors'])
  await files.duplicate(copy)
  expect(await names()).toEqual(['a.safetensors', 'a 3.safetensors', 'a 4.safetensors', 'z.safetensors'])
  expect(readFileSync(path('a 2.safetensors'), 'utf8')).toBe('precious')
})

describe('deleting', () => {
  test('moves a file to the system’s trash', async () => {
    const { answers, put, files, names, path } = await newFiles()
    const handle = await put('a.safetensors')
    answers.trash = newFolder()
    const { entries, own } = await files.remove(handle)
    expect([entries.length, own, await names(), existsSync(path('a.safetensors')), readdirSync(answers.trash)]).toEqual([1, false, [], false, ['a.safetensors']])
    expect(await code(files.restore(handle))).toBe('ipc.schema') // the system's trash is not the program's business
  })

  test('moves it to the program’s own trash where there is none, from which it comes back to its place', async () => {
    const { put, files, names, path, stored } = await newFiles()
    await put('z.safetensors')
    const handle = await put('a.safetensors', 3)
    await put('y.safetensors')
    const bytes = readFileSync(path('a.safetensors'))
    utimesSync(path('a.safetensors'), new Date(3_600_000), new Date(3_600_000))
    expect((await files.remove(handle)).own).toBe(true)
    expect(await names()).toEqual(['y.safetensors', 'z.safetensors'])
    const { handle: back, entries } = await files.restore(handle)
    expect(back).toBe(handle)
    expect(entries.find(entry => entry.handle === back)).toMatchObject({ savedAt: 3_600_000, summary: { step: 3 } })
    expect(await names()).toEqual(['y.safetensors', 'a.safetensors', 'z.safetensors'])
    expect(readFileSync(path('a.safetensors'))).toEqual(bytes)
    expect(stored('a.safetensors')).toBe(0)
  })

  test('of the file of the run has the next save ask', async () => {
    const { answers, save, suggested, files, path } = await newFiles()
    answers.save = path('a.safetensors')
    const { handle } = (await save())!
    await files.remove(handle)
    await save()
    expect(suggested).toHaveLength(2)
  })

  test('comes back only where its place is free', async () => {
    const { put, files, path } = await newFiles()
    const handle = await put('a.safetensors')
    await files.remove(handle)
    writeFileSync(path('a.safetensors'), 'precious')
    expect(await code(files.restore(handle))).toBe('file.exists')
    expect(readFileSync(path('a.safetensors'), 'utf8')).toBe('precious')
    rmSync(path('a.safetensors'))
    expect(await code(files.restore(handle))).toBe('ok')
  })

  test('of a missing or an unknown file is refused, and the list stays', async () => {
    const { put, files, names, path } = await newFiles()
    const handle = await put('a.safetensors')
    rmSync(path('a.safetensors'))
    expect(await code(files.remove(handle))).toBe('file.missing')
    for (const unknown of ['sample', 'no handle']) expect(await code(files.remove(unknown))).toBe('ipc.schema')
    expect(await names()).toEqual(['a.safetensors'])
  })
})

test('what was removed from the list comes back to its place, untouched', async () => {
  const { put, files, names, path } = await newFiles()
  await put('z.safetensors')
  const handle = await put('a.safetensors')
  await put('y.safetensors')
  expect((await files.forget(handle)).map(({ name }) => name)).toEqual(['sample.safetensors', 'y.safetensors', 'z.safetensors'])
  expect(existsSync(path('a.safetensors'))).toBe(true)
  await files.restore(handle)
  expect(await names()).toEqual(['y.safetensors', 'a.safetensors', 'z.safetensors'])
  expect(await files.forget('no handle')).toHaveLength(4)
})

test('the own trash is emptied of what was deleted long ago, and of nothing else', async () => {
  const folder = newFolder()
  let now = 1_000_000
  const trash = new FileTrash(folder, () => Promise.reject(new Error('none')), () => now)
  const from = newFolder()
  for (const name of ['old', 'new']) {
    writeFileSync(join(from, name), name)
    await trash.take(join(from, name))
    now += 1000
  }
  writeFileSync(join(folder, 'foreign'), '')
  await trash.empty(1500)
  expect(readdirSync(folder).map(name => name.split(' ')[1] ?? name).sort()).toEqual(['foreign', 'new'])
})
