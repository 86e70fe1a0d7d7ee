import { FormatError, hexOf, readRunRecord, type RunEvent, type RunRecord, type Taught, writeRunRecord } from '@core'
import { markOf } from '../../../core/data/dataset-mark'
import { describe, expect, test } from 'vitest'
import { configOf, dataset } from '../../fixtures/training'

const record: RunRecord = {
  id: '0123456789abcdef0123456789abcdef', name: '다섯 층', note: 'σ 0.01\n"first"', pinned: true, created: 1_795_000_000_000,
  parent: { run: 'f'.repeat(32), step: 1200 }, bookmarks: [{ step: 40, note: 'a unit died' }], firstStep: 600, fromSeed: false,
  dataset: markOf(dataset.info), classes: dataset.info.classes, backend: 'reference-float32', version: '1.2.3',
  config: configOf(), events: [{ step: 700, change: { optimizer: { learningRate: 0.01 } } }],
}
const text = writeRunRecord(record)
const taught: Taught = { pixels: hexOf(dataset.test.images.slice(0, 12)), label: 3, times: 10 }
const withTaught = (taught: Taught, change: object = {}): RunRecord => ({ ...record, events: [...record.events, { step: 700, change, taught }] })
const errorOf = (text: string): FormatError => {
  try { readRunRecord(text, 'run.json') }
  catch (cause) { if (cause instanceof FormatError) return cause }
  throw new Error('it was read')
}

describe('the record of a run', () => {
  test('reads as it was written', () => {
    expect(readRunRecord(text, 'run.json')).toEqual(record)
    const fromSeed = { ...record, parent: null, firstStep: 0, fromSeed: true, bookmarks: [] }
    expect(readRunRecord(writeRunRecord(fromSeed), 'run.json')).toEqual(fromSeed)
    const named = { ...record, parent: { ...record.parent!, name: '첫째', created: 1_794_000_000_000 } }
    expect(readRunRecord(writeRunRecord(named), 'run.json'), 'earlier versions left the name out').toEqual(named)
  })

  test('holds the images that the run was taught, in a field that earlier versions refuse as unknown', () => {
    const written = writeRunRecord(withTaught(taught))
    expect(readRunRecord(written, 'run.json')).toEqual(withTaught(taught))
    const { recipe: { events: [, event] } } = JSON.parse(written) as { readonly recipe: { readonly events: readonly object[] } }
    // They compare each event with a copy of what they know, field by field: an empty change passes, and the next field is named.
    expect(Object.entries(event!)).toEqual([['step', 700], ['change', {}], ['taught', taught]])
    expect(errorOf(written.replaceAll('"taught"', '"shown"'))).toMatchObject({ code: 'run.content' }) // by its checksum
    expect(errorOf(writeRunRecord({ ...record, events: [{ step: 700, change: {}, shown: taught } as RunEvent] }))).toMatchObject({ code: 'run.unknown', details: { found: 'recipe.events[0].shown', version: '1.2.3' } })
  })

  test.each<[string, string, object, object?]>([
    ['run.content', 'taught.pixels', { pixels: taught.pixels.slice(2) }], ['run.content', 'taught.pixels', { pixels: taught.pixels.toUpperCase() }], ['run.content', 'taught.pixels', { pixels: [1, 2] }],
    ['run.content', 'taught.label', { label: 6 }], ['run.content', 'taught.label', { label: -1 }], ['run.content', 'taught.label', { label: '3' }],
    ['run.content', 'taught.times', { times: 0 }], ['run.content', 'taught.times', { times: 1.5 }], ['run.content', 'taught.times', { times: 101 }],
    ['run.unknown', 'taught.colour', { colour: 1 }], ['run.unknown', 'change.batchSize', {}, { batchSize: 10 }],
  ])('%s names a wrong %s', (code, field, wrong, change = {}) => {
    const { details: { field: named, found } } = errorOf(writeRunRecord(withTaught({ ...taught, ...wrong }, change)))
    expect(code === 'run.unknown' ? found : named).toBe(`recipe.events[1].${field}`)
  })

  test('with any byte flipped is refused by name', () => {
    const bytes = new TextEncoder().encode(text)
    for (let at = 0; at < bytes.length; at++) {
      const bent = bytes.slice()
      bent[at]! ^= 1
      const { code, details } = errorOf(new TextDecoder().decode(bent))
      expect([code.startsWith('run.'), details['file']], `byte ${at}`).toEqual([true, 'run.json'])
    }
  })

  test('cut off anywhere is refused', () => {
    for (let length = 0; length < text.length; length += 7) expect(errorOf(text.slice(0, length)).code).toBe('run.foreign')
  })

  test.each<[string, string, Partial<RunRecord> | object]>([
    ['run.content', 'id', { id: 'XYZ' }], ['run.content', 'name', { name: 'n'.repeat(81) }], ['run.content', 'note', { note: 7 }], ['run.content', 'pinned', { pinned: 1 }],
    ['run.content', 'created', { created: 1.5 }], ['run.content', 'parent.run', { parent: { run: 'a', step: 1 } }], ['run.content', 'parent.name', { parent: { run: 'f'.repeat(32), step: 1, name: 'n'.repeat(81) } }], ['run.content', 'parent.created', { parent: { run: 'f'.repeat(32), step: 1, name: '', created: 0.5 } }],
    ['run.unknown', 'run.parent.colour', { parent: { run: 'f'.repeat(32), step: 1, colour: 'red' } }],
    ['run.content', 'parent.step', { parent: { run: 'f'.repeat(32), step: -1 } }],
    ['run.content', 'bookmarks[0].step', { bookmarks: [{ step: 'x', note: '' }] }], ['run.content', 'bookmarks[0].note', { bookmarks: [{ step: 1, note: null }] }],
    ['run.content', 'recipe.events[0].step', { events: [{ step: 0.5, change: {} }] }],
  ])('%s names %s', (code, field, change) => {
    expect(errorOf(writeRunRecord({ ...record, ...change } as RunRecord))).toMatchObject({ code, details: { [code === 'run.unknown' ? 'found' : 'field']: field } })
  })

  test('of another program, of a later format, and with unusable settings are told apart', () => {
    expect(errorOf('{}').code).toBe('run.foreign')
    expect(errorOf(text.replace('"formatVersion": 1', '"formatVersion": 2'))).toMatchObject({ code: 'run.version', details: { found: '2', wanted: '1' } })
    expect(errorOf(writeRunRecord({ ...record, config: { ...record.config, batchSize: 0 } })).code).toBe('run.recipe')
  })
})
