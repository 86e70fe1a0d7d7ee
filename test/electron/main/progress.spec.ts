import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultProgress, type Progress } from '@contract'
import { expect, test } from 'vitest'
import { openProgress } from '../../../electron/main/progress'
import { newFolder } from './folder'

const progress: Progress = {
  version: 1, current: 'add-node', learner: '김하나',
  lessons: { 'add-node': { visitedAt: 1_700_000_000_000, doneAt: null } },
  questions: { 'add-node/left': { firstTryRight: true, tries: 1, shown: false, answeredAt: 1_700_000_000_000, reviews: 0, box: 0, dueAt: 1_700_086_400_000 } },
}

test('progress is restored after a restart', async () => {
  const path = join(newFolder(), 'progress.json')
  const store = await openProgress(path)
  expect(store.value).toEqual(defaultProgress)
  await store.set(progress)
  expect((await openProgress(path)).value).toEqual(progress)
})

const question = progress.questions['add-node/left']!
test.each<[string, unknown]>([
  ['another version', { ...progress, version: 2 }],
  ['a field that nobody knows', { ...progress, extra: 1 }],
  ['a missing field', { ...progress, learner: undefined }],
  ['a name that is no lesson', { ...progress, lessons: { '../x': progress.lessons['add-node'] } }],
  ['a question without its lesson', { ...progress, questions: { left: question } }],
  ['a box that is none', { ...progress, questions: { 'add-node/left': { ...question, box: 4 } } }],
  ['a time that is none', { ...progress, questions: { 'add-node/left': { ...question, dueAt: 1e300 } } }],
  ['no object', null],
])('a file with %s is set aside, and the lab starts over', async (_, value) => {
  const path = join(newFolder(), 'progress.json')
  const text = JSON.stringify(value)
  writeFileSync(path, text)
  expect((await openProgress(path)).value).toEqual(defaultProgress)
  expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(text)
  expect(existsSync(path)).toBe(false)
})

const keep = async (value: unknown) => {
  const path = join(newFolder(), 'progress.json')
  writeFileSync(path, JSON.stringify(value))
  return (await openProgress(path)).value
}
const lesson = { visitedAt: 0, doneAt: 8.64e15 } // the earliest and latest time that a Date can hold
const many = (count: number, name: (i: number) => string, value: unknown) => Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), value]))
test.each<[string, (above: number) => object]>([
  ['the learner\'s name', above => ({ learner: 'x'.repeat(100 + above) })],
  ['the lesson that is open', above => ({ current: 'x'.repeat(64 + above) })],
  ['the time of a visit, early', above => ({ lessons: { a: { ...lesson, visitedAt: 0 - above } } })],
  ['the time of a visit, late', above => ({ lessons: { a: { ...lesson, visitedAt: 8.64e15 + 2 * above } } })],
  ['how many lessons', above => ({ lessons: many(1_000 + above, i => `lesson-${i}`, lesson) })],
  ['how many questions', above => ({ questions: many(1_000 + above, i => `lesson/q-${i}`, question) })],
  ['the longest wait', above => ({ questions: { 'a/b': { ...question, box: 3 + above } } })],
  ['the shortest wait', above => ({ questions: { 'a/b': { ...question, box: 0 - above } } })],
  ['tries', above => ({ questions: { 'a/b': { ...question, tries: 0 - above } } })],
  ['whole tries', above => ({ questions: { 'a/b': { ...question, tries: 1 + above / 2 } } })],
])('%s has a limit: it is valid up to there, and damaged one above', async (_, change) => {
  const whole = { ...progress, ...change(0) }
  expect(await keep(whole)).toEqual(whole)
  expect(await keep({ ...progress, ...change(1) })).toEqual(defaultProgress)
})
