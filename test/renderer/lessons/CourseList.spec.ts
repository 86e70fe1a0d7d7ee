import { defaultProgress, type Progress } from '@contract'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import CourseHeader from '../../../renderer/lessons/CourseHeader.vue'
import { loadLessons } from '../../../renderer/course'
import { useCourse } from '../../../renderer/stores/course/course'
import { useProgress } from '../../../renderer/stores/course/progress'
import { fakeMain, show } from '../lab'

const lessons = await loadLessons()

/** Lesson 0 known, lesson 1 known with help, lesson 2 opened; the part "nodes" passed by its check. */
function some(): Progress {
  const answered = (id: string, right: boolean) => lessons.find(lesson => lesson.id === id)!.questions
    .map(({ key }) => [`${id}/${key}`, { firstTryRight: right, tries: right ? 1 : 2, shown: false, given: ['1'], answeredAt: 1, reviews: 0, box: 0, dueAt: 8e15 }] as const)
  return {
    ...defaultProgress, current: 'add-node',
    lessons: { [lessons[0]!.id]: { visitedAt: 1, doneAt: 1, card: '' }, [lessons[1]!.id]: { visitedAt: 1, doneAt: 1, card: '' }, [lessons[2]!.id]: { visitedAt: 1, doneAt: null, card: '' } },
    questions: Object.fromEntries([...answered(lessons[0]!.id, true), ...answered(lessons[1]!.id, false)]),
    parts: { nodes: { checkedAt: 1, right: 5 }, layers: { checkedAt: 1, right: 2 } },
  }
}

let view: VueWrapper
beforeEach(async () => {
  fakeMain({ 'progress:read': some })
  let open = false
  HTMLElement.prototype.togglePopover = () => open = !open
  HTMLElement.prototype.hidePopover = () => { open = false }
  const { matches } = Element.prototype
  vi.spyOn(Element.prototype, 'matches').mockImplementation(function (this: Element, query) { return query === ':popover-open' ? open : matches.call(this, query) })
  await useProgress().load()
  await useCourse().load()
  view = await show(CourseHeader, { title: 'The add node', above: 'Lesson 7 of 26' })
  await view.find('.where').trigger('click')
  await flushPromises()
})
afterEach(() => { view.unmount(); vi.restoreAllMocks(); vi.unstubAllGlobals() })

const list = () => view.find('nav.list')
const field = () => list().find('input')
const titles = () => list().findAll('.lesson b').map(title => title.text())
const search = (text: string) => field().setValue(text)
const press = async (key: string) => {
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await flushPromises()
}

describe('the list of lessons', () => {
  test('has the lessons under their parts, each part with its minutes and check', () => {
    const headings = list().findAll('h2').map(heading => heading.text())
    expect(headings).toEqual(['1. Graph', '2. Nodes', '3. Layers', '4. Losses', '5. Learning'])
    expect(list().findAll('section').map(section => section.findAll('.lesson').length)).toEqual([6, 6, 6, 5, 4])
    expect(list().findAll('section header').every(header => /about [1-9]\d*[05] min/.test(header.text()))).toBe(true)
    expect(list().findAll('.check').map(check => [check.find('.words').text(), check.find('.section').text(), check.find('.state').attributes('aria-label')])).toEqual([
      ['Check: 5 questions', '', 'not answered yet'], ['Check: 5 questions', '', 'passed'], ['Check: 5 questions', 'best: 2 of 5', 'not answered yet'],
      ['Check: 5 questions', '', 'not answered yet'], ['Check: 5 questions', '', 'not answered yet'],
    ])
  })

  test('says how each lesson is known by shape and label, not by colour alone', () => {
    const marks = list().findAll('.lesson .state')
    expect(marks.slice(0, 8).map(mark => mark.attributes('aria-label'))).toEqual(['right on the first try', 'right with help', 'begun', ...Array.from({ length: 3 }, () => 'not answered yet'), 'right on the first try', 'right on the first try'])
    expect(marks.slice(0, 4).map(mark => [mark.classes().filter(name => name !== 'state').join(' '), mark.find('path').exists()])).toEqual([['known', true], ['helped', true], ['open begun', false], ['open', false]])
  })

  test('shows the section of the book beside its lesson, and in the header', () => {
    expect(list().findAll('.lesson .section').map(section => section.text()).slice(6, 10)).toEqual(['5.2', '5.3.1', '5.3.2', ''])
    expect(view.find('header .section').text()).toBe('§ 5.3.1')
  })

  test('counts the three states in the bar of the header', () => {
    expect(view.find('.dots').attributes('aria-label')).toBe('7 right on the first try, 1 with help, 19 open')
    expect(view.findAll('.dots i').slice(0, 3).map(dot => dot.classes()[0])).toEqual(['known', 'helped', 'open'])
  })
})

describe('its search', () => {
  test('has the focus at once, and hides what is not found: parts, checks and other pages', async () => {
    expect(document.activeElement).toBe(field().element)
    await search('5.3')
    expect(titles()).toEqual(['The add node', 'The multiply node', 'Buying apples and oranges'])
    expect([list().findAll('section').length, list().find('.check').exists(), list().find('.pages').exists()]).toEqual([1, false, false])
    await search('')
    expect([titles().length, list().find('.pages').exists()]).toEqual([27, true])
  })

  test('finds the other pages and the checks by their names', async () => {
    await search('playground')
    expect([titles(), list().findAll('.pages b').map(name => name.text()), list().find('[role=status]').exists()]).toEqual([[], ['Free playground'], false])
    await search('5 questions')
    expect([titles().length, list().findAll('.check').length]).toEqual([0, 5])
    await search('capstone')
    await press('Enter')
    expect(useCourse().current).toBe('capstone')
  })

  test('finds Korean and Japanese titles in an English window', async () => {
    await search('덧셈')
    expect(titles()).toEqual(['The add node'])
    await search('連鎖律')
    expect(titles()).toEqual(['The chain rule'])
  })

  test('opens the first lesson found with Enter', async () => {
    await search('5.3.2')
    await press('Enter')
    expect(useCourse().lesson?.number).toBe(8)
  })

  test('says what can be searched for when nothing is found, and Enter goes nowhere', async () => {
    await search('pineapple')
    expect(list().find('[role=status]').text()).toContain('5.3')
    await press('Enter')
    expect(useCourse().lesson?.number).toBe(7)
  })

  test('is left with the arrows: to the lesson after the current one, or the first one found, and back', async () => {
    await press('ArrowDown')
    expect(document.activeElement?.textContent).toContain('The multiply node')
    await press('ArrowUp')
    expect(document.activeElement?.textContent).toContain('The add node')
    await press('Home')
    expect(document.activeElement).toBe(list().findAll('button')[0]!.element)
    await press('ArrowUp')
    expect(document.activeElement).toBe(field().element)
    await search('node')
    await press('Home') // moves in the text
    expect(document.activeElement).toBe(field().element)
    await press('ArrowDown')
    expect(document.activeElement?.textContent).toContain('The add node')
    await press('End')
    expect(document.activeElement).toBe(list().findAll('button').at(-1)!.element)
  })
})
