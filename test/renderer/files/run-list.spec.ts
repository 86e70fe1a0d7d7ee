import type { RunEntry, WireError } from '@contract'
import { describe, expect, test } from 'vitest'
import { adviceFor, isEditable, isRemovable, isResumable, matching, neighbour } from '../../../renderer/files/run-list'
import { runEntry } from './run-entry'

const named = (...names: readonly string[]) => names.map((name, i) => runEntry({ id: String(i).repeat(32), name }))
const names = (entries: readonly RunEntry[]) => entries.map(({ name }) => name)
const wordsOf = ({ name, note }: RunEntry) => `${name}\n${note}`

describe('a search', () => {
  const entries = [...named('He and ReLU', 'sigmoid, σ 0.01', '시그모이드 실험', 'ＡＤＡＭ'), runEntry({ name: 'Fifth', note: 'dies at step 300, with ReLU' })]

  test.each<[string, readonly string[]]>([
    ['relu', ['He and ReLU', 'Fifth']],
    ['ReLU he ', ['He and ReLU']],
    ['σ', ['sigmoid, σ 0.01']],
    ['시그모이드', ['시그모이드 실험']],
    ['adam', ['ＡＤＡＭ']],
    ['step 300', ['Fifth']],
    ['step adam', []],
  ])('for %j finds %j: every word, anywhere, whatever its case and width', (query, found) => {
    expect(names(matching(entries, query, wordsOf))).toEqual(found)
  })

  test('for nothing finds all, in their order', () => {
    for (const query of ['', '  ']) expect(matching(entries, query, wordsOf)).toEqual(entries)
  })
})

test('the run after a removed one takes its place, at the end the one before, and nothing after the only one', () => {
  const entries = named('a', 'b', 'c')
  expect(entries.map(({ id }) => neighbour(entries, id))).toEqual([entries[1]!.id, entries[2]!.id, entries[1]!.id])
  expect(neighbour(entries.slice(0, 1), entries[0]!.id)).toBeNull()
})

describe('a damaged run', () => {
  const problem = (code: WireError['code'], file: string): WireError => ({ code, message: 'no', details: { file } })

  test('gets the advice that fits', () => {
    expect(adviceFor(runEntry())).toBeNull()
    expect(adviceFor(runEntry({ problem: problem('run.content', 'run.json') }))).toBe('record')
    expect(adviceFor(runEntry({ problem: problem('file.missing', 'run.json') }))).toBe('record')
    expect(adviceFor(runEntry({ problem: problem('series.foreign', 'series.bin') }))).toBe('series')
    expect(adviceFor(runEntry({ problem: problem('file.denied', 'series.bin') }))).toBe('other')
    expect(adviceFor(runEntry({ architecture: null, problem: problem('run.foreign', 'run.json') }))).toBe('nothing')
    for (const code of ['run.version', 'run.unknown', 'run.recipe', 'series.version'] as const) expect(adviceFor(runEntry({ architecture: null, problem: problem(code, 'run.json') }))).toBe('later')
  })

  test('is changed only where it can be read and written here', () => {
    expect(isEditable(runEntry())).toBe(true)
    expect(isEditable(runEntry({ problem: problem('run.content', 'run.json') }))).toBe(true)
    expect(isEditable(runEntry({ problem: problem('run.unknown', 'run.json') }))).toBe(false)
    expect(isEditable(runEntry({ architecture: null, problem: problem('run.foreign', 'run.json') }))).toBe(false)
    expect(isEditable(runEntry({ lockedBy: 77 }))).toBe(false)
  })

  test('is continued where it can be changed, and is not in training already', () => {
    expect([runEntry(), runEntry({ lockedBy: 77 }), runEntry({ current: true })].map(isResumable)).toEqual([true, false, false])
  })

  test('can be deleted, unlike one that is in use', () => {
    expect([runEntry({ architecture: null, problem: problem('run.foreign', 'run.json') }), runEntry({ lockedBy: 0 }), runEntry({ current: true })].map(isRemovable)).toEqual([true, false, false])
  })
})
