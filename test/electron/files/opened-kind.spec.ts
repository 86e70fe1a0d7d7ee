import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { defaultConfig, directoryOf, localHeader, writeGraphDocument, writeRecipe } from '@core'
import { openedKind, type OpenedKind } from '@files'
import { afterAll, describe, expect, test } from 'vitest'
import { bandFiles } from '../../fixtures/idx-files'
import { bytesAt } from '../../fixtures/recorded-run'
import { refusal } from './refusal'

const folder = mkdtempSync(join(tmpdir(), 'lab-kinds-'))
afterAll(() => rmSync(folder, { recursive: true }))
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
function written(name: string, content: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const entry = { name: 'run.json', size: 2, crc32: 0 }
const run = Buffer.concat([localHeader(entry), bytes('{}'), directoryOf([entry])])
/** A header of 123 bytes: its length is the character of an opening brace. */
const braceLength = Buffer.concat([Uint8Array.of(123, 0, 0, 0, 0, 0, 0, 0), bytes('{"__metadata__":{}}'.padEnd(123))])
const recipe = writeRecipe(defaultConfig)
const graph = writeGraphDocument({ expression: 'x * y', inputs: { x: 2, y: 3 } })

describe('what a file is', () => {
  test.each<[string, Uint8Array, OpenedKind]>([
    ['weights', bytesAt(0), 'weights'], ['weights whose header is as long as a brace says', braceLength, 'weights'],
    ['a run', run, 'run'], ['a recipe', bytes(recipe), 'recipe'], ['a recipe with a byte order mark', bytes(`\ufeff${recipe}`), 'recipe'],
    ['a recipe in one line', bytes(JSON.stringify(JSON.parse(recipe))), 'recipe'], ['a recipe that ends early', bytes(recipe.slice(0, 90)), 'recipe'],
    ['images as IDX', bandFiles({ train: 7, test: 7 }).trainImages, 'dataset'], ['labels as IDX', bandFiles({ train: 7, test: 7, width: 4 }).trainLabels, 'dataset'], ['labels as gzip', gzipSync(bandFiles({ train: 7, test: 7 }).trainLabels), 'dataset'],
    ['arrays of NumPy', readFileSync(resolve('test/fixtures/arrays/keras.npz')), 'dataset'],
    ['a graph', graph, 'graph'], ['a graph whose inputs are named like a recipe', bytes(new TextDecoder().decode(graph).replace('x * y', 'backprop_lab_recipe')), 'graph'],
  ])('is told by its content, whatever its name: %s', async (_, content, kind) => {
    for (const name of ['a', 'a.safetensors', 'a.labrun', 'a.json', 'a.txt']) expect(await openedKind(written(name, content))).toBe(kind)
  })

  test.each<[string, OpenedKind]>([['cut.SAFETENSORS', 'weights'], ['cut.labrun', 'run'], ['cut.json', 'graph']])('is told by its name where its content does not say: %s', async (name, kind) => {
    for (const content of ['', 'PK', 'a text']) expect(await openedKind(written(name, bytes(content)))).toBe(kind)
  })

  test.each<[string, string, string]>([
    ['a.png', '\x89PNG\r\n\x1a\n', 'PNG'], ['a.zip', 'PK\x03\x04', 'ZIP'], ['notes.txt', 'A text of mine', '“A text of mi…”'], ['empty', '', '0 bytes'],
  ])('is refused with what was found: %s', async (name, content, found) => {
    const path = written(name, Buffer.from(content, 'latin1'))
    expect(await refusal(() => openedKind(path, name))).toEqual({ code: 'file.unknown', file: name, found, wanted: '.safetensors, .npz, .pkl, .labrun, .json' })
  })

  test('of NumPy, and a pickle, is a network, whatever its name', async () => {
    const archive = Buffer.from(`PK\x03\x04${'\0'.repeat(26)}W1.npy`, 'latin1')
    for (const content of [archive, Buffer.from('\x80\x03}q', 'latin1')]) for (const name of ['a', 'a.npz', 'a.zip']) expect(await openedKind(written(name, content))).toBe('weights')
  })

  test('of PyTorch is left to the reader of weights, which says how it is converted', async () => {
    expect(await openedKind(written('a.pt', Buffer.from(`PK\x03\x04${'\0'.repeat(26)}archive/data.pkl`, 'latin1')))).toBe('weights')
  })

  test('may be a folder, which is looked at for images', async () => {
    mkdirSync(join(folder, 'b.labrun'))
    expect(await openedKind(join(folder, 'b.labrun'))).toBe('dataset')
  })

  test('is refused when it is missing', async () => {
    expect(await refusal(() => openedKind(join(folder, 'c.labrun')))).toMatchObject({ code: 'file.missing' })
  })
})
