import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { directoryPlace, FormatError, parseIdxImages, parseIdxLabels, parseSafetensors, readDirectory } from '@core'
import { readNpy } from '../../../core/formats/npy'
import { readPickledArrays } from '../../../core/formats/pickle'
import { readEntry, readZip } from '../../../core/formats/zip'

/** A file that breaks one rule of its format, or keeps all of them: made by test/fixtures/broken/generate.py. */
interface Case {
  readonly file: string
  readonly reader: string
  readonly rule: string
  /** Left out: the file is read */
  readonly code?: string
  /** Details of the error */
  readonly details?: Readonly<Record<string, string | number>>
}

const folder = join(import.meta.dirname, '../../fixtures/broken')
const cases = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as readonly Case[]

const readers: Readonly<Record<string, (bytes: Uint8Array, file: string) => unknown>> = {
  'safetensors': parseSafetensors,
  'idx-images': parseIdxImages,
  'idx-labels': (bytes, file) => parseIdxLabels(bytes, file, 10),
  'npy': readNpy,
  'pickle': readPickledArrays,
  labrun(bytes, file) {
    const { offset } = directoryPlace(bytes, bytes.length, file)
    readDirectory(bytes.subarray(offset), offset, file)
  },
  zip(bytes, file) {
    for (const entry of readZip(bytes, file, { entries: 100, bytes: 10_000_000 }).entries) readEntry(bytes, entry, file)
  },
}

describe.each(Object.entries(readers))('%s', (reader, read) => {
  const own = cases.filter(given => given.reader === reader)

  test.each(own.map(given => [given.file, given.rule, given] as const))('%s: %s', (file, _, { code, details = {} }) => {
    const bytes = new Uint8Array(readFileSync(join(folder, file)))
    if (code === undefined) return void expect(() => read(bytes, file)).not.toThrow()
    let error: unknown = null
    try { read(bytes, file) }
    catch (cause) { error = cause }
    expect(error).toBeInstanceOf(FormatError)
    expect(error).toMatchObject({ code, details: { file, ...details } })
  })
})

test('every file of the folder is read by one of the tests', () => {
  const files = readdirSync(folder).filter(name => name !== 'generate.py' && name !== 'index.json')
  expect(cases.map(({ file }) => file).sort()).toEqual(files.sort())
  expect(cases.filter(({ reader }) => !(reader in readers) && reader !== 'idx-file')).toEqual([]) // gzip is read by electron/files
})
