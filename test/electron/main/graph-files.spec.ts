import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GraphDocument, LabError, readGraphDocument, writeGraphDocument } from '@core'
import { describe, expect, test } from 'vitest'
import { openPlayground, readGraphFile } from '../../../electron/main/graph-files'
import { UserFiles } from '../../../electron/main/user-files'
import { newFolder } from './folder'

const graph: GraphDocument = { expression: '(apple * count + orange * 3) * tax', inputs: { apple: 100, count: 2, orange: 150, tax: 1.1 } }

function files(answers: { save?: string | null, open?: string | null } = {}) {
  const suggested: string[] = []
  const files = new UserFiles('.json', {
    askSave: (name) => { suggested.push(name); return Promise.resolve(answers.save ?? null) },
    askOpen: () => Promise.resolve(answers.open ?? null),
  })
  return { suggested, made: { save: (document: GraphDocument, name: string) => files.save(writeGraphDocument(document), name), open: () => files.open(readGraphFile) } }
}
const code = (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', (error: LabError) => error.code)

describe('a graph in a file', () => {
  test('is restored as it was saved', async () => {
    const path = join(newFolder(), 'apples.json')
    const { made, suggested } = files({ save: path, open: path })
    expect(await made.save(graph, 'apples')).toEqual({ name: 'apples.json' })
    expect(await made.open()).toEqual({ name: 'apples.json', document: graph })
    expect(suggested).toEqual(['apples.json'])
    await made.save(graph, 'a/b: c')
    expect(suggested[1]).toBe(join(path, '..', 'a-b- c.json'))
  })

  test('gets its extension when the dialog omits it, but never overwrites a file without a confirmation', async () => {
    const folder = newFolder()
    const path = join(folder, 'apples')
    expect(await files({ save: path }).made.save(graph, 'apples')).toEqual({ name: 'apples.json' })
    expect(await files({ save: path }).made.save({ expression: 'x', inputs: {} }, 'apples')).toEqual({ name: 'apples' })
    expect(readGraphDocument(readFileSync(`${path}.json`), 'apples.json')).toEqual(graph)
  })

  test('keeps an extension in capitals', async () => {
    expect(await files({ save: join(newFolder(), 'apples.JSON') }).made.save(graph, 'apples')).toEqual({ name: 'apples.JSON' })
  })

  test('is suggested in the folder that was used last, for saving or for opening', async () => {
    const [one, other] = [newFolder(), newFolder()]
    await files({ save: join(other, 'b.json') }).made.save(graph, 'b')
    const answers = { save: null as string | null, open: join(other, 'b.json') }
    const { made, suggested } = files(answers)
    await made.save(graph, 'c')
    await made.open()
    await made.save(graph, 'c')
    answers.save = join(one, 'd.json')
    await made.save(graph, 'c')
    await made.save(graph, 'c')
    expect(suggested).toEqual(['c.json', join(other, 'c.json'), join(other, 'c.json'), join(one, 'c.json')])
  })

  // File names are limited to 255 bytes, which are 85 Korean letters.
  test('with a long name is suggested under a valid name that keeps most of it', async () => {
    const { made, suggested } = files()
    await made.save(graph, '가'.repeat(200))
    expect(Buffer.byteLength(suggested[0]!)).toBeLessThanOrEqual(255)
    expect(suggested[0]).toMatch(/^가{60,}\.json$/)
  })

  test('of nearly a megabyte is read', async () => {
    const path = join(newFolder(), 'large.json')
    await files({ save: path }).made.save(graph, 'large')
    writeFileSync(path, readFileSync(path, 'utf8').trimEnd().padEnd(2 ** 20))
    expect((await readGraphFile(path)).document).toEqual(graph)
  })

  test('is neither written nor read when the dialog was cancelled', async () => {
    const { made } = files()
    expect([await made.save(graph, 'apples'), await made.open()]).toEqual([null, null])
  })

  test('leaves the earlier file when it cannot be written, and nothing beside', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'apples.json'))
    expect(await code(files({ save: join(folder, 'apples.json') }).made.save(graph, 'apples'))).toBe('file.isFolder')
    expect(readdirSync(folder)).toEqual(['apples.json'])
  })

  test.each([
    ['nothing', '', 'graphFile.empty'],
    ['something else', '%PDF-1.7', 'graphFile.foreign'],
    ['a graph of a later version', JSON.stringify({ ...graph, format: 'backprop-lab-graph', version: 99 }), 'graphFile.version'],
    ['an expression that is none', JSON.stringify({ ...graph, expression: 'apple *', format: 'backprop-lab-graph', version: 1 }), 'graphFile.expression'],
    ['an input that is none', JSON.stringify({ ...graph, inputs: { apple: 'many' }, format: 'backprop-lab-graph', version: 1 }), 'graphFile.content'],
  ])('is refused with a message when it contains %s', async (_, text, wanted) => {
    const path = join(newFolder(), 'bad.json')
    writeFileSync(path, text)
    expect(await code(readGraphFile(path))).toBe(wanted)
  })

  test('is refused when it is absurdly large, before it is read', async () => {
    const path = join(newFolder(), 'large.json')
    writeFileSync(path, new Uint8Array(2 ** 20 + 1))
    expect(await code(readGraphFile(path))).toBe('file.tooLarge')
  })
})

describe('the playground', () => {
  test('is restored, including unfinished typing', async () => {
    const path = join(newFolder(), 'playground.json')
    const left = { document: graph, source: '(apple * count + ' }
    expect((await openPlayground(path)).value).toBeNull()
    await (await openPlayground(path)).set(left)
    expect((await openPlayground(path)).value).toEqual(left)
  })

  test('starts over when its file is damaged, which is set aside', async () => {
    const path = join(newFolder(), 'playground.json')
    writeFileSync(path, JSON.stringify({ document: { expression: 'x *', inputs: {} }, source: '' }))
    expect((await openPlayground(path)).value).toBeNull()
    expect(existsSync(`${path}.damaged`)).toBe(true)
  })
})
