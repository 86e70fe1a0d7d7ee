import type { Progress } from '@contract'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import CoursePanel from '../../../renderer/lessons/CoursePanel.vue'
import { keyOf } from '../../../renderer/course/scenes'
import { useCards } from '../../../renderer/stores/course/cards'
import { useCourse } from '../../../renderer/stores/course/course'
import { useGraph } from '../../../renderer/stores/graph/graph'
import { useProgress } from '../../../renderer/stores/course/progress'
import { fakeMain, show } from '../lab'

let main: ReturnType<typeof fakeMain>
beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: () => undefined, removeEventListener: () => undefined })) // the graph jumps to the answer
  main = fakeMain()
})
afterEach(() => { vi.unstubAllGlobals() })

/** Opens a lesson for a returning learner, at a card. */
async function open(id: string, card?: string): Promise<VueWrapper> {
  const view = await show(CoursePanel)
  await useCourse().load()
  useCourse().go(id)
  if (card) to(card)
  await flushPromises()
  return view
}
const to = (card: string) => { useCards().go(useCourse().lesson!.cards.findIndex(other => keyOf(other) === card)) }
const written = () => main.asked('progress:write').at(-1) as Progress
const question = (view: VueWrapper) => view.get('.question')
async function type(view: VueWrapper, text: string) {
  await question(view).find('input').setValue(text)
  await question(view).find('form').trigger('submit')
  await flushPromises()
}
const press = async (key: string, altKey = false) => {
  document.dispatchEvent(new KeyboardEvent('keydown', { key, altKey, bubbles: true }))
  await flushPromises()
}

describe('a question', () => {
  test('hides what would reveal the answer, however far the graph is stepped', async () => {
    await open('multiply-node', 'multiply')
    const graph = useGraph()
    expect(graph.document.expression).toBe('z = x * y')
    graph.goTo(graph.length)
    expect([...graph.hidden].sort()).toEqual(['gradient:x', 'gradient:y'])
  })

  test('answers a mistake with its hint and allows another try; a right answer reveals', async () => {
    const view = await open('multiply-node', 'multiply')
    await type(view, '13')
    expect(question(view).find('.hint').text()).toContain('own value')
    expect(useGraph().hidden.size).toBe(2)
    expect(main.asked('progress:write').some(value => Object.keys((value as Progress).questions).length > 0)).toBe(false)
    await type(view, '6,5')
    expect(question(view).find('.reveal').text()).toContain('6.5')
    expect(question(view).find('input').exists()).toBe(false)
    expect(useGraph().hidden.size).toBe(0)
    expect(useGraph().moment.gradients.has('x')).toBe(true)
    expect(written().questions['multiply-node/multiply']).toMatchObject({ firstTryRight: false, tries: 2, shown: false, box: 0, reviews: 0 })
  })

  test('recognizes a flipped sign by itself', async () => {
    const view = await open('multiply-node', 'multiply')
    await type(view, '-6.5')
    expect(question(view).find('.hint').text()).toContain('sign')
  })

  test('says what is expected when it cannot parse the answer, and does not count it', async () => {
    const view = await open('multiply-node', 'multiply')
    await type(view, 'six')
    expect(question(view).find('[role=alert]').text()).toContain('1/4')
    expect(question(view).find('.hint').exists()).toBe(false)
    await type(view, '13/2')
    expect(written().questions['multiply-node/multiply']).toMatchObject({ firstTryRight: true, tries: 1 })
  })

  test('offers the answer after two wrong tries, not before', async () => {
    const view = await open('multiply-node', 'multiply')
    await type(view, '1')
    expect(question(view).find('.show').exists()).toBe(false)
    await type(view, '2')
    await question(view).find('.show').trigger('click')
    await flushPromises()
    expect(question(view).find('.reveal').text()).toContain('6.5')
    expect(question(view).find('.reveal').text()).not.toContain('Right')
    expect(written().questions['multiply-node/multiply']).toMatchObject({ tries: 2, shown: true, given: ['1', '2'] })
  })

  test('shows its own graph, whose answer is uncovered once it is given', async () => {
    const view = await open('multiply-node', 'sign')
    expect(useGraph().document.inputs).toEqual({ x: 4, y: -2 })
    expect([...useGraph().hidden]).toContain('gradient:x')
    await question(view).findAll('.signs button')[1]!.trigger('click')
    await flushPromises()
    expect(question(view).find('.reveal').text()).toContain('−')
    expect(useGraph().hidden.size).toBe(0)
  })

  test('is restored with its answer when the lesson is opened again, and can be asked with other numbers', async () => {
    const view = await open('multiply-node', 'multiply')
    await type(view, '6.5')
    useCourse().go('add-node')
    await flushPromises()
    useCourse().go('multiply-node')
    await flushPromises()
    expect(question(view).find('.reveal').exists()).toBe(true)
    await question(view).find('footer button').trigger('click')
    await flushPromises()
    expect(question(view).text()).toContain('4')
    expect(useGraph().document.inputs).toEqual({ x: 4, y: 7 })
    expect([...useGraph().hidden].sort()).toEqual(['gradient:x', 'gradient:y'])
    await type(view, '3.5')
    expect(question(view).find('.reveal').exists()).toBe(true)
    expect(written().questions['multiply-node/multiply']).toMatchObject({ tries: 1, reviews: 0 })
  })
})

describe('a card', () => {
  test('shows one move, its place and the next move by its name; keys turn it', async () => {
    const view = await open('multiply-node')
    expect([view.findAll('.question').length, view.get('article').attributes('aria-label'), view.get('.lesson > footer .next').text()]).toEqual([0, 'Card 1 of 6', 'Predict'])
    await press('PageDown')
    expect([view.findAll('.question').length, view.get('article').attributes('aria-label'), view.get('.lesson > footer .next').text()]).toEqual([1, 'Card 2 of 6', 'Later'])
    await type(view, '6.5')
    expect(view.get('.lesson > footer .next').text()).toBe('Predict')
    await press('.')
    await press(',')
    await press('PageUp')
    expect(view.get('article').attributes('aria-label')).toBe('Card 1 of 6')
  })

  test('gets the focus when it is turned to, so that the keyboard goes on from its text', async () => {
    const view = await open('multiply-node')
    await view.get('.lesson > footer .next').trigger('click')
    await flushPromises()
    expect(document.activeElement).toBe(view.get('article').element)
  })

  test('after the last one comes the next lesson', async () => {
    const view = await open('multiply-node', 'try')
    expect(view.get('.lesson > footer .next').text()).toBe('Next lesson')
    await press('PageDown')
    expect(view.find('h1').text()).toContain('Fan-out')
  })
})

describe('practice', () => {
  const foot = (view: VueWrapper) => view.get('.lesson > footer .next').text()

  test('is offered by the last card only, asks one question after the other, and comes back to it', async () => {
    const view = await open('relu', 'mask')
    expect(view.find('.practice').exists()).toBe(false)
    to('try')
    await flushPromises()
    expect(view.get('.practice').text()).toContain('More questions to practise: 3')
    expect(view.findAll('.practice .open')).toHaveLength(3)
    await view.get('.practice').trigger('click')
    await flushPromises()
    expect([view.get('article').attributes('aria-label'), question(view).get('h3').text(), view.findAll('.lesson > footer .dots i').length, foot(view)]).toEqual(['Practice 1 of 3', 'Practice 1 of 3', 3, 'Later'])
    expect([...useGraph().hidden]).toEqual(['gradient:x'])
    await question(view).findAll('.signs button')[2]!.trigger('click') // ReLU is off: 0
    await flushPromises()
    expect([question(view).get('.reveal').text().includes('Right!'), useGraph().hidden.size, foot(view)]).toEqual([true, 0, 'Next question'])
    await press('PageDown')
    await press('PageDown')
    expect(view.get('article').attributes('aria-label')).toBe('Practice 3 of 3')
    await press('PageDown')
    expect([view.get('article').attributes('aria-label'), view.findAll('.practice .known').length, foot(view)]).toEqual(['Card 6 of 6', 1, 'Next lesson'])
    await view.get('.practice').trigger('click') // the next open question
    await flushPromises()
    expect(view.get('article').attributes('aria-label')).toBe('Practice 2 of 3')
    await press('PageUp')
    await press('PageUp')
    expect(view.get('article').attributes('aria-label')).toBe('Card 6 of 6')
  })

  test('is counted like every question, but neither needed nor enough for the lesson to be done', async () => {
    const view = await open('backward', 'try')
    await view.get('.practice').trigger('click')
    await flushPromises()
    await type(view, '1')
    await type(view, '360')
    expect(written().questions['backward/tax']).toMatchObject({ firstTryRight: false, tries: 2 })
    expect(useProgress().isDone('backward')).toBe(false)
    for (const key of ['count', 'order', 'start']) useProgress().answer('backward', key, { tries: 1, shown: false, given: [] }, ['count', 'order', 'start'])
    expect(useProgress().isDone('backward')).toBe(true)
    expect(useProgress().knowledge(useCourse().lesson!)).toBe('helped')
  })

  test('is nothing in a lesson whose cards ask every question', async () => {
    const view = await open('multiply-node', 'try')
    expect(view.find('.practice').exists()).toBe(false)
  })
})

describe('a question about the order of the steps', () => {
  test('lets nobody step until it is answered, and then runs through them', async () => {
    const view = await open('backward', 'order')
    const graph = useGraph()
    await press('ArrowRight')
    graph.toEnd()
    graph.stepBackward()
    graph.togglePlay()
    expect([graph.position, graph.length, graph.playing]).toEqual([0, 0, false])
    for (const [to, key] of ['fruit', 'total', 'start', 'last', 'first'].entries()) {
      view.get(`.order li[data-step=${key}] button`).element.dispatchEvent(new KeyboardEvent('keydown', { key: String(to + 1), bubbles: true }))
      await flushPromises()
    }
    await view.get('.order .check').trigger('click')
    await flushPromises()
    expect([graph.length, graph.position]).toEqual([5, 5])
  })
})

describe('a name in the text', () => {
  test('points at its node in the graph while the pointer is above it; other code points at none', async () => {
    const view = await open('why-a-graph')
    const graph = useGraph()
    const code = view.findAll('article code').find(code => graph.trace.graph.byId.has(code.text()))!
    await code.trigger('pointerenter')
    expect(graph.pointed).toBe(code.text())
    await code.trigger('pointerleave')
    expect(graph.pointed).toBeNull()
    graph.point('np.exp(a)')
    expect(graph.pointed).toBeNull()
  })
})

describe('the answers to choose from', () => {
  test('are chosen by their digit, wherever the focus is', async () => {
    const view = await open('forward', 'ways')
    await press('9')
    expect(view.find('.hint').exists()).toBe(false)
    await press('1')
    await press('2')
    await press('3')
    expect(useProgress().question('forward', 'ways')?.given.length).toBeGreaterThan(0)
  })

  test('in the right order are dragged to their places', async () => {
    const view = await open('backward', 'order')
    const keys = () => view.findAll('.order li').map(step => step.attributes('data-step'))
    const before = keys()
    await view.findAll('.order li')[0]!.trigger('dragstart')
    await view.findAll('.order li')[2]!.trigger('dragover')
    expect(keys()).toEqual([before[1], before[2], before[0], ...before.slice(3)])
    await view.findAll('.order li')[2]!.trigger('dragend')
    await view.findAll('.order li')[4]!.trigger('dragover')
    expect(keys()[2]).toBe(before[0])
  })
})

describe('a lesson', () => {
  test('is done when its last question is answered', async () => {
    const view = await open('multiply-node', 'multiply')
    expect(written().lessons['multiply-node']!.doneAt).toBeNull()
    await type(view, '6.5')
    expect(useProgress().isDone('multiply-node')).toBe(false)
    to('sign')
    await flushPromises()
    await question(view).findAll('.signs button')[1]!.trigger('click')
    await flushPromises()
    expect(useProgress().isDone('multiply-node')).toBe(false)
    to('other')
    await flushPromises()
    await question(view).findAll('.choices button').find(button => button.text().includes('grows by'))!.trigger('click')
    await flushPromises()
    expect(useProgress().isDone('multiply-node')).toBe(true)
    expect(view.find('.dots .here').classes()).toContain('known')
  })

  test('is followed by the next with Alt and an arrow, and digits select a card’s figures', async () => {
    const view = await open('add-node', 'try')
    await press('2')
    expect(useGraph().document.expression).toContain('-')
    await press('ArrowRight', true)
    expect(view.find('h1').text()).toBe('The multiply node')
    await press('ArrowLeft', true)
    expect(view.find('h1').text()).toBe('The add node')
  })

  test('restores a figure as it was left', async () => {
    await open('multiply-node', 'try')
    useGraph().setInput('x', 12)
    useCourse().go('add-node')
    await flushPromises()
    useCourse().go('multiply-node')
    await flushPromises()
    expect(useGraph().document.inputs).toEqual({ x: 12, y: 5 })
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
