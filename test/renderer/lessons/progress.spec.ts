import { defaultProgress, type Progress, type QuestionProgress } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadLessons } from '../../../renderer/course'
import ProgressDialog from '../../../renderer/lessons/ProgressDialog.vue'
import { progressRows } from '../../../renderer/lessons/progress-rows'
import { answered, knowledgeOf, reviewed } from '../../../renderer/course/review'
import { useCourse } from '../../../renderer/stores/course/course'
import { useProgress } from '../../../renderer/stores/course/progress'
import { fakeMain, show } from '../lab'

afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks() })

const dayMs = 86_400_000
const start = Date.UTC(2026, 0, 1)
const lessons = await loadLessons()

describe('an answered question', () => {
  test('returns after 1, 3, 7 and 21 days as long as it is right at once, and after 1 day when it was not', () => {
    let question = answered({ tries: 1, shown: false, given: [] }, start)
    const waits = [question.dueAt - start]
    for (const right of [true, true, true, true, false, true]) {
      question = reviewed(question, right, start)
      waits.push(question.dueAt - start)
    }
    expect(waits.map(wait => wait / dayMs)).toEqual([1, 3, 7, 21, 21, 1, 3])
    expect(question).toMatchObject({ reviews: 6, tries: 1, firstTryRight: true })
  })

  test('keeps its history in its lesson', () => {
    expect(answered({ tries: 1, shown: false, given: [] }, start).firstTryRight).toBe(true)
    expect(answered({ tries: 2, shown: false, given: [] }, start).firstTryRight).toBe(false)
    expect(answered({ tries: 2, shown: true, given: [] }, start)).toMatchObject({ firstTryRight: false, shown: true, box: 0 })
  })

  test('is known when it was right on the first try, known with help when it was not, open before', () => {
    expect(knowledgeOf(undefined)).toBe('open')
    expect(knowledgeOf(answered({ tries: 1, shown: false, given: ['1.3'] }, start))).toBe('known')
    expect(knowledgeOf(answered({ tries: 2, shown: false, given: ['1', '1.3'] }, start))).toBe('helped')
    expect(knowledgeOf(answered({ tries: 2, shown: true, given: ['1', '2'] }, start))).toBe('helped')
    expect(knowledgeOf(answered({ tries: 1, shown: true, given: ['1'] }, start))).toBe('helped')
  })

  test('is known as it was the last time it was asked', () => {
    const [first, helped] = [1, 2].map(tries => answered({ tries, shown: false, given: [] }, start)) as [QuestionProgress, QuestionProgress]
    expect([true, false].map(right => knowledgeOf(reviewed(first, right, start)))).toEqual(['known', 'helped'])
    expect([true, false].map(right => knowledgeOf(reviewed(helped, right, start)))).toEqual(['known', 'helped'])
    expect(knowledgeOf(reviewed(reviewed(first, false, start), true, start))).toBe('known')
  })
})

describe('the progress', () => {
  test('makes questions due when their time has come and their lesson is done', () => {
    vi.useFakeTimers({ now: start })
    fakeMain()
    const progress = useProgress()
    progress.answer('add-node', 'add', { tries: 1, shown: false, given: [] }, ['add', 'minus'])
    vi.setSystemTime(start + 2 * dayMs)
    progress.tick()
    expect(progress.due).toEqual([])
    progress.answer('add-node', 'minus', { tries: 1, shown: false, given: [] }, ['add', 'minus'])
    expect(progress.isDone('add-node')).toBe(true)
    expect(progress.due).toEqual(['add-node/add'])
    progress.review('add-node', 'add', true)
    expect(progress.due).toEqual([])
  })

  test('counts an answer once, and in the quiz only what the lesson has asked', () => {
    const main = fakeMain()
    const progress = useProgress()
    progress.answer('add-node', 'add', { tries: 1, shown: false, given: [] }, ['add'])
    progress.answer('add-node', 'add', { tries: 3, shown: true, given: [] }, ['add'])
    progress.review('sigmoid', 'all', false)
    expect(progress.question('add-node', 'add')).toMatchObject({ tries: 1, shown: false, given: [] })
    expect(main.asked('progress:write')).toHaveLength(1)
  })
})

const question: QuestionProgress = { firstTryRight: false, tries: 2, shown: true, given: ['=1+1', '1/3'], answeredAt: start, reviews: 1, box: 0, dueAt: start + dayMs }
const some: Progress = { ...defaultProgress, learner: '김하나', lessons: { 'add-node': { visitedAt: start, doneAt: null, card: '' } }, questions: { 'add-node/add': question }, parts: { nodes: { checkedAt: start, right: 4 } }, rounds: [true, false].map(right => ({ question: 'add-node/add', right, given: right ? ['7'] : ['3', '4'], at: start })) }

test('the table has a row for every question of the course', () => {
  const [header, ...rows] = progressRows(some, lessons, 'en')
  expect(rows).toHaveLength(lessons.reduce((sum, { questions }) => sum + questions.length, 0))
  expect(rows.every(row => row.length === header!.length)).toBe(true)
  const row = rows.find(row => row[header!.indexOf('question')] === 'add')!
  expect(Object.fromEntries(header!.map((name, i) => [name, row[i]]))).toEqual({
    learner: '김하나', lesson: 7, lessonId: 'add-node', title: 'The add node', visited: '2026-01-01T00:00:00.000Z', done: '', question: 'add',
    tries: 2, rightFirstTime: 'no', shown: 'yes', answered: '2026-01-01T00:00:00.000Z', reviews: 1, box: 0, due: '2026-01-02T00:00:00.000Z',
    state: 'helped', given: '[=1+1] [1/3]', section: '5.3.1', part: 'nodes', partChecked: '2026-01-01T00:00:00.000Z', partRight: 4, rounds: 2, roundsRight: 1, roundsGiven: '[7]; [3] [4]',
  })
  const open = rows.find(row => row[header!.indexOf('lessonId')] === 'derivative')!
  expect(open.slice(-9)).toEqual(['open', '', '4.3', 'graph', '', '', 0, 0, ''])
})

test('below them the table has a row for every bug that was found', () => {
  const bugs = [{ id: 'inverted-mask', guesses: 2, hints: 1, at: start }]
  const [header, ...rows] = progressRows({ ...some, capstone: { startedAt: start, trained: null, digits: [], checked: null, bugs, doneAt: null } }, lessons, 'en')
  const row = rows.at(-1)!
  expect(rows).toHaveLength(progressRows(some, lessons, 'en').length)
  expect(Object.fromEntries(header!.flatMap((name, i) => row[i] === '' ? [] : [[name, row[i]]]))).toEqual({ learner: '김하나', lessonId: 'bugs', question: 'inverted-mask', tries: 2, rightFirstTime: 'no', answered: '2026-01-01T00:00:00.000Z', state: 'known' })
})

describe('the dialog', () => {
  let main: ReturnType<typeof fakeMain>
  beforeEach(() => { main = fakeMain({ 'progress:read': () => some }) })
  async function dialog() {
    await useProgress().load()
    await useCourse().load()
    const view = await show(ProgressDialog, { open: true, 'onUpdate:open': (open: boolean) => view.setProps({ open }) })
    await flushPromises()
    return view
  }

  test('saves the table under the typed name, and remembers the name', async () => {
    const saved: Blob[] = []
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => { saved.push(blob as Blob); return 'blob:1' })
    const names: string[] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) { names.push(this.download) })
    const view = await dialog()
    await view.find('input').setValue('李 / 鈴木')
    await view.findAll('button').find(button => button.text() === 'Save as CSV')!.trigger('click')
    await flushPromises()
    expect(names).toEqual(['Backprop Lab 李 - 鈴木.csv'])
    const text = await saved[0]!.text()
    expect(text.replace('\ufeff', '')).toMatch(/^learner,lesson,.*\r\n李 \/ 鈴木,0,/)
    expect(main.asked('progress:write').at(-1)).toMatchObject({ learner: '李 / 鈴木' })
  })

  test('forgets only after a second click', async () => {
    const view = await dialog()
    await view.find('button.reset').trigger('click')
    expect(view.find('[role=alert]').text()).toContain('every answer')
    expect(main.asked('progress:write')).toEqual([])
    await view.find('button.reset').trigger('click')
    await flushPromises()
    expect(main.asked('progress:write').at(-1)).toEqual({ ...defaultProgress, current: some.current })
  })

  const press = async (view: Awaited<ReturnType<typeof dialog>>, name: string) => {
    await view.findAll('button').find(button => button.text() === name)!.trigger('click')
    await flushPromises()
  }
  test('saves the progress as a file under the typed name, and opens one in its place after a second click', async () => {
    const other: Progress = { ...defaultProgress, current: 'relu', learner: 'Ada', questions: { 'relu/off': question } }
    main = fakeMain({ 'progress:read': () => some, 'progress:save': ({ name }: { name: string }) => ({ name: `${name}.json` }), 'progress:open': () => other })
    const view = await dialog()
    await view.find('input').setValue('Mina')
    await press(view, 'Save…')
    expect(main.asked('progress:save')).toEqual([{ name: 'Backprop Lab Mina' }])
    expect(main.asked('progress:write').at(-1)).toMatchObject({ learner: 'Mina' }) // before the file is written
    await view.setProps({ open: true })
    await press(view, 'Open…')
    expect(main.asked('progress:open')).toEqual([])
    await press(view, 'Choose a file…')
    expect(useProgress().progress).toEqual(other)
  })

  test('can forget a check that was taken before any lesson, and counts its questions', async () => {
    main = fakeMain({ 'progress:read': () => ({ ...defaultProgress, rounds: some.rounds, parts: some.parts }) })
    const view = await dialog()
    expect(view.text()).toContain('1 of')
    expect(view.find('button.reset').attributes('disabled')).toBeUndefined()
  })
})
