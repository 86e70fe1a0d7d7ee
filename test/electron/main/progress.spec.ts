import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { defaultProgress, type Progress } from '@contract'
import { describe, expect, test } from 'vitest'
import { openProgress, readProgressFile, writtenProgress } from '../../../electron/main/progress'
import { newFolder } from './folder'

const progress: Progress = {
  version: 2, current: 'add-node', learner: '김하나', seed: 7, firstScene: true,
  lessons: { 'add-node': { visitedAt: 1_700_000_000_000, doneAt: null, card: 'minus' } },
  questions: { 'add-node/left': { firstTryRight: true, tries: 1, shown: false, given: ['1.3'], answeredAt: 1_700_000_000_000, reviews: 0, box: 0, dueAt: 1_700_086_400_000 } },
  parts: { graph: { checkedAt: 1_700_000_000_000, right: 4 } },
  rounds: [{ question: 'add-node/left', right: false, given: ['2', '1.3'], at: 1_700_000_000_000 }],
  capstone: {
    startedAt: 1, trained: { accuracy: 0.95, loss: 0.17, steps: 3_000, ms: 4_200, at: 3 },
    digits: [{ digit: 7, read: 1, probability: 0.6, image: Buffer.alloc(784, 9).toString('base64'), sample: false, tries: 2, firstTryRight: false }],
    checked: { parameters: [{ path: 'affine1.W', mean: 1e-12 }], at: 4 }, bugs: [{ id: 'inverted-mask', guesses: 2, hints: 0, at: 5 }], doneAt: null,
  },
}
const { capstone } = progress
const drawn = capstone!.digits[0]!

test('progress is restored after a restart', async () => {
  const path = join(newFolder(), 'progress.json')
  const store = await openProgress(path)
  expect(store.value).toEqual(defaultProgress)
  await store.set(progress)
  expect((await openProgress(path)).value).toEqual(progress)
})

test('a file from before the bug lab has no solved bugs', async () => {
  const path = join(newFolder(), 'progress.json')
  const { bugs, ...before } = capstone!
  writeFileSync(path, JSON.stringify({ ...progress, capstone: before }))
  expect([bugs.length, (await openProgress(path)).value.capstone]).toEqual([1, { ...before, bugs: [] }])
})

const question = progress.questions['add-node/left']!
test.each<[string, unknown]>([
  ['the version of a later lab', { ...progress, version: 3 }],
  ['no version', { ...progress, version: undefined }],
  ['a field that nobody knows', { ...progress, extra: 1 }],
  ['a missing field', { ...progress, learner: undefined }],
  ['a name that is no lesson', { ...progress, lessons: { '../x': progress.lessons['add-node'] } }],
  ['a question without its lesson', { ...progress, questions: { left: question } }],
  ['a box that is none', { ...progress, questions: { 'add-node/left': { ...question, box: 4 } } }],
  ['a time that is none', { ...progress, questions: { 'add-node/left': { ...question, dueAt: 1e300 } } }],
  ['a drawing that is no image', { ...progress, capstone: { ...capstone, digits: [{ ...drawn, image: '?'.repeat(1_048) }] } }],
  ['a bug that is solved twice', { ...progress, capstone: { ...capstone, bugs: [capstone!.bugs[0], capstone!.bugs[0]] } }],
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
const lesson = { visitedAt: 0, doneAt: 8.64e15, card: '' } // the earliest and latest time that a Date can hold
const many = (count: number, name: (i: number) => string, value: unknown) => Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), value]))
test.each<[string, (above: number) => object]>([
  ['the learner\'s name', above => ({ learner: 'x'.repeat(100 + above) })],
  ['the lesson that is open', above => ({ current: 'x'.repeat(64 + above) })],
  ['the time of a visit, early', above => ({ lessons: { a: { ...lesson, visitedAt: 0 - above } } })],
  ['the time of a visit, late', above => ({ lessons: { a: { ...lesson, visitedAt: 8.64e15 + 2 * above } } })],
  ['the card of a lesson', above => ({ lessons: { a: { ...lesson, card: 'x'.repeat(64 + above) } } })],
  ['the seed', above => ({ seed: 9_999 + above })],
  ['how many answers', above => ({ questions: { 'a/b': { ...question, given: Array.from({ length: 20 + above }, () => '1') } } })],
  ['the length of an answer', above => ({ questions: { 'a/b': { ...question, given: ['x'.repeat(40 + above)] } } })],
  ['the result of a check', above => ({ parts: { graph: { checkedAt: 1, right: 5 + above } } })],
  ['a digit that is drawn', above => ({ capstone: { ...capstone, digits: [{ ...drawn, digit: 9 + above }] } })],
  ['a digit that is drawn once', above => ({ capstone: { ...capstone, digits: [drawn, { ...drawn, digit: 6 + above }] } })],
  ['a drawing', above => ({ capstone: { ...capstone, digits: [{ ...drawn, image: Buffer.alloc(784 + 3 * above).toString('base64') }] } })],
  ['the number of drawings', above => ({ capstone: { ...capstone, digits: [{ ...drawn, tries: 1 - above }] } })],
  ['a probability', above => ({ capstone: { ...capstone, digits: [{ ...drawn, probability: 1 + above / 100 }] } })],
  ['the accuracy', above => ({ capstone: { ...capstone, trained: { ...capstone!.trained, accuracy: 1 + above / 100 } } })],
  ['how many parameters are checked', above => ({ capstone: { ...capstone, checked: { parameters: Array.from({ length: 16 + above }, () => ({ path: 'affine1.W', mean: 0 })), at: 1 } } })],
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

describe('a file of the first edition', () => {
  const fixture = resolve(import.meta.dirname, '../../fixtures/progress/first-edition.json')
  const first = JSON.parse(readFileSync(fixture, 'utf8')) as { current: string, learner: string, lessons: object, questions: object }
  const opened = async (change: object = {}) => keep({ ...first, ...change })

  test('opens with nothing lost: every lesson, answer, box and date, the place and the name', async () => {
    const value = await opened()
    expect(value).toMatchObject({ current: first.current, learner: first.learner, lessons: first.lessons, questions: first.questions })
    expect([Object.keys(value.lessons), Object.keys(value.questions)]).toEqual([Object.keys(first.lessons), Object.keys(first.questions)])
    expect([Object.keys(value.lessons).length, Object.keys(value.questions).length]).toEqual([5, 9]) // the fixture is not empty
  })

  test('gets what the second edition adds: no card, no given answers, no checked parts, and no first scene for a learner who has started', async () => {
    const { lessons, questions, ...rest } = await opened()
    expect(rest).toEqual({ version: 2, current: 'add-node', learner: '학습자 7', seed: 0, firstScene: true, parts: {}, rounds: [], capstone: null })
    expect(Object.values(lessons).map(({ card }) => card)).toEqual(['', '', '', '', ''])
    expect(Object.values(questions).flatMap(({ given }) => given)).toEqual([])
    expect((await opened({ lessons: {}, questions: {} })).firstScene).toBe(false)
  })

  test('is written as the second edition with the next change', async () => {
    const path = join(newFolder(), 'progress.json')
    copyFileSync(fixture, path)
    const store = await openProgress(path)
    await store.set({ ...store.value, current: 'relu' })
    expect((await openProgress(path)).value).toEqual({ ...await opened(), current: 'relu' })
    expect(existsSync(`${path}.damaged`)).toBe(false)
  })

  test.each<[string, object]>([
    ['a field that nobody knows', { extra: 1 }],
    ['a field of the second edition', { seed: 1 }],
    ['a missing field', { learner: undefined }],
    ['a lesson without its visit', { lessons: { relu: { doneAt: null } } }],
    ['a question that is a list', { questions: { 'relu/zero': [] } }],
    ['a place that is none', { current: '../x' }],
  ])('with %s counts as damaged', async (_, change) => {
    expect(await opened(change)).toEqual(defaultProgress)
  })
})

test('a file from before the answers of rounds were kept is read with everything in it', async () => {
  const path = join(newFolder(), 'progress.json')
  const { rounds, ...before } = progress
  writeFileSync(path, JSON.stringify(before))
  expect(rounds).toHaveLength(1)
  expect((await openProgress(path)).value).toEqual({ ...before, rounds: [] })
})

describe('a saved progress', () => {
  const saved = (text: string) => {
    const path = join(newFolder(), 'ada.json')
    writeFileSync(path, text)
    return readProgressFile(path)
  }
  test('is opened as it was saved', async () => {
    expect(await saved(writtenProgress(progress))).toEqual(progress)
  })
  test('of the first edition is opened with everything in it', async () => {
    const first = readFileSync(resolve('test/fixtures/progress/first-edition.json'), 'utf8')
    const opened = await saved(first)
    expect(Object.keys(opened.questions)).toEqual(Object.keys((JSON.parse(first) as Progress).questions))
  })
  test.each([
    ['nothing', '', { code: 'progressFile.foreign', found: '–' }],
    ['a table', 'learner,lesson\r\n', { code: 'progressFile.foreign', found: 'learner,lesson' }],
    ['a graph', JSON.stringify({ format: 'backprop-lab-graph', version: 1, expression: 'x' }), { code: 'progressFile.foreign' }],
    ['the progress of a later lab', writtenProgress({ ...progress, version: 9 } as never), { code: 'progressFile.version', wanted: '2', found: '9' }],
    ['a box that does not exist', writtenProgress({ ...progress, questions: { 'add-node/left': { ...question, box: 4 } } }), { code: 'progressFile.content', found: 'questions.add-node/left.box 4' }],
    ['lessons that are no table', writtenProgress({ ...progress, lessons: 7 } as never), { code: 'progressFile.content', wanted: 'Object', found: 'lessons 7' }],
  ])('is refused when the file contains %s', async (_, text, { code, ...details }) => {
    await expect(saved(text)).rejects.toMatchObject({ code, details: { file: 'ada.json', ...details } })
  })
})
