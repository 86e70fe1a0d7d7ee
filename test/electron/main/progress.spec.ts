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

test('progress is there again after a restart', async () => {
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
])('a file with %s is kept beside, and the lab starts afresh', async (_, value) => {
  const path = join(newFolder(), 'progress.json')
  const text = JSON.stringify(value)
  writeFileSync(path, text)
  expect((await openProgress(path)).value).toEqual(defaultProgress)
  expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(text)
  expect(existsSync(path)).toBe(false)
})
