import type { Progress } from '@contract'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, test } from 'vitest'
import CoursePanel from '../../../renderer/lessons/CoursePanel.vue'
import { useCourse } from '../../../renderer/stores/course/course'
import { useGraph } from '../../../renderer/stores/graph/graph'
import { useProgress } from '../../../renderer/stores/course/progress'
import { fakeMain, show } from '../lab'

let main: ReturnType<typeof fakeMain>
beforeEach(() => { main = fakeMain() })

/** Opens a lesson for a returning learner. */
async function open(id: string): Promise<VueWrapper> {
  const view = await show(CoursePanel)
  await useCourse().load()
  useCourse().go(id)
  await flushPromises()
  return view
}
const written = () => main.asked('progress:write').at(-1) as Progress
const card = (view: VueWrapper, n: number) => view.findAll('.question')[n]!
async function type(view: VueWrapper, n: number, text: string) {
  await card(view, n).find('input').setValue(text)
  await card(view, n).find('form').trigger('submit')
  await flushPromises()
}

describe('a question', () => {
  test('hides what would reveal the answer, however far the graph is stepped', async () => {
    await open('multiply-node')
    const graph = useGraph()
    expect(graph.document.expression).toBe('z = x * y')
    graph.goTo(graph.length)
    expect([...graph.hidden].sort()).toEqual(['gradient:x', 'gradient:y'])
  })

  test('answers a mistake with its hint and allows another try; a right answer reveals', async () => {
    const view = await open('multiply-node')
    await type(view, 0, '13')
    expect(card(view, 0).find('.hint').text()).toContain('own value')
    expect(useGraph().hidden.size).toBe(2)
    expect(main.asked('progress:write').some(value => Object.keys((value as Progress).questions).length > 0)).toBe(false)
    await type(view, 0, '6,5')
    expect(card(view, 0).find('.reveal').text()).toContain('6.5')
    expect(card(view, 0).find('input').exists()).toBe(false)
    expect(useGraph().hidden.size).toBe(0)
    expect(useGraph().moment.gradients.has('x')).toBe(true)
    expect(written().questions['multiply-node/multiply']).toMatchObject({ firstTryRight: false, tries: 2, shown: false, box: 0, reviews: 0 })
  })

  test('is pointed to above what to try, while tabs and the next round withhold its number', async () => {
    const view = await open('learning-algorithm')
    expect(view.get('.tries').text()).toMatch(/^Try itWhere a \? is in the way, answer the question below first: until then the panels keep that number back too\./)
    expect(view.get('.tries').text()).toContain('from 8 to ?')
    await type(view, 1, '0.7')
    expect(view.get('.tries').text()).toContain('from 8 to 2.88')
  })

  test('recognizes a flipped sign by itself', async () => {
    const view = await open('multiply-node')
    await type(view, 0, '-6.5')
    expect(card(view, 0).find('.hint').text()).toContain('sign')
  })

  test('says what is expected when it cannot parse the answer, and does not count it', async () => {
    const view = await open('multiply-node')
    await type(view, 0, 'six')
    expect(card(view, 0).find('[role=alert]').text()).toContain('1/4')
    expect(card(view, 0).find('.hint').exists()).toBe(false)
    await type(view, 0, '13/2')
    expect(written().questions['multiply-node/multiply']).toMatchObject({ firstTryRight: true, tries: 1 })
  })

  test('offers the answer after two wrong tries, not before', async () => {
    const view = await open('multiply-node')
    await type(view, 0, '1')
    expect(card(view, 0).find('.show').exists()).toBe(false)
    await type(view, 0, '2')
    await card(view, 0).find('.show').trigger('click')
    await flushPromises()
    expect(card(view, 0).find('.reveal').text()).toContain('6.5')
    expect(card(view, 0).find('.reveal').text()).not.toContain('Right')
    expect(written().questions['multiply-node/multiply']).toMatchObject({ tries: 2, shown: true, given: ['1', '2'] })
  })

  test('shows its own graph when it gets the focus', async () => {
    const view = await open('multiply-node')
    await card(view, 1).find('.signs button').trigger('focusin')
    await flushPromises()
    expect(useGraph().document.inputs).toEqual({ x: 4, y: -2 })
    expect([...useGraph().hidden]).toContain('gradient:x')
    await card(view, 1).findAll('.signs button')[1]!.trigger('click')
    await flushPromises()
    expect(card(view, 1).find('.reveal').text()).toContain('−')
    expect(useGraph().hidden.size).toBe(0)
  })

  test('is restored with its answer when the lesson is opened again, and can be asked with other numbers', async () => {
    const view = await open('multiply-node')
    await type(view, 0, '6.5')
    useCourse().go('add-node')
    await flushPromises()
    useCourse().go('multiply-node')
    await flushPromises()
    expect(card(view, 0).find('.reveal').exists()).toBe(true)
    await card(view, 0).find('footer button').trigger('click')
    await flushPromises()
    expect(card(view, 0).text()).toContain('4')
    expect(useGraph().document.inputs).toEqual({ x: 4, y: 7 })
    expect([...useGraph().hidden].sort()).toEqual(['gradient:x', 'gradient:y'])
    await type(view, 0, '3.5')
    expect(card(view, 0).find('.reveal').exists()).toBe(true)
    expect(written().questions['multiply-node/multiply']).toMatchObject({ tries: 1, reviews: 0 })
  })
})

describe('a lesson', () => {
  test('is done when its last question is answered', async () => {
    const view = await open('multiply-node')
    expect(written().lessons['multiply-node']!.doneAt).toBeNull()
    await type(view, 0, '6.5')
    expect(useProgress().isDone('multiply-node')).toBe(false)
    await card(view, 1).findAll('.signs button')[1]!.trigger('click')
    await flushPromises()
    expect(useProgress().isDone('multiply-node')).toBe(true)
    expect(view.find('.dots .done').exists()).toBe(true)
  })

  test('turns its pages with Alt and the arrows, and selects figures with digits', async () => {
    const view = await open('add-node')
    const press = async (key: string, altKey = false) => {
      document.dispatchEvent(new KeyboardEvent('keydown', { key, altKey, bubbles: true }))
      await flushPromises()
    }
    await press('2')
    expect(useGraph().document.expression).toContain('-')
    await press('ArrowRight', true)
    expect(view.find('h1').text()).toBe('The multiply node')
    await press('ArrowLeft', true)
    expect(view.find('h1').text()).toBe('The add node')
  })

  test('restores a figure as it was left', async () => {
    await open('multiply-node')
    useGraph().setInput('x', 12)
    useCourse().go('add-node')
    await flushPromises()
    useCourse().go('multiply-node')
    await flushPromises()
    expect(useGraph().document.inputs).toEqual({ x: 12, y: 5 })
    expect(useGraph().hidden.size).toBe(0) // the question is about other numbers
    useGraph().undo()
    expect(useGraph().hidden.size).toBe(2)
  })

  test('stays open after a reload', async () => {
    const progress = await (async () => { await open('sigmoid'); return written() })()
    main = fakeMain({ 'progress:read': () => progress })
    await useProgress().load()
    const view = await show(CoursePanel)
    await useCourse().load()
    await flushPromises()
    expect(view.find('h1').text()).toContain('Sigmoid')
  })
})

describe('the first lesson', () => {
  test('says what the program is and who it is for, until a question is answered', async () => {
    const view = await open('derivative')
    expect(view.get('.welcome').text()).toMatch(/^Backprop Lab shows.*Deep Learning from Scratch.*27 lessons/)
    await type(view, 0, '6')
    expect(view.find('.welcome').exists()).toBe(false)
  })

  test('says so nowhere else', async () => {
    const view = await open('multiply-node')
    expect(view.find('.welcome').exists()).toBe(false)
  })
})
