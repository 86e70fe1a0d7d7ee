import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import CodePanel from '../../../../renderer/graph/panels/CodePanel.vue'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { useNotices } from '../../../../renderer/stores/notices'
import { fakeMain, show } from '../../lab'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

async function panel(lesson?: string) {
  if (lesson !== undefined) {
    await useCourse().load()
    useCourse().go(lesson)
  }
  useGraph().show({ expression: 'x * y', inputs: { x: 3, y: 5 } }, { key: 'test' })
  const view = await show(CodePanel)
  const languages = () => view.findAll('.segmented label').map(label => label.text())
  return {
    view, languages,
    chosen: () => view.findAll('.segmented label').filter(label => label.classes().includes('chosen')).map(label => label.text()),
    note: () => view.get('header p').text(),
    code: () => view.get('code').element.textContent,
    /** The lines at work, without their indent */
    work: () => view.findAll('[aria-current="step"]').map(line => line.element.textContent.trim()),
    called: () => view.findAll('.called').map(line => line.element.textContent.trim()),
    state: () => view.get('pre + p').findAll(':scope > *').map(part => part.text()),
    choose: async (name: string) => { await view.findAll('.segmented input')[languages().indexOf(name)]!.setValue() },
  }
}

describe('the graph as a program', () => {
  test('is in NumPy at first, and then in the chosen language', async () => {
    const { languages, chosen, note, code, choose } = await panel()
    expect([languages(), chosen(), note()]).toEqual([['Backprop in 100 lines', 'NumPy', 'PyTorch', 'TypeScript', 'LaTeX'], ['NumPy'], 'Forward and backward by hand; prints the output and every gradient.'])
    expect(code()).toContain('class MulLayer:')
    await choose('PyTorch')
    expect([code().includes('import torch'), note().startsWith('autograd')]).toEqual([true, true])
    await choose('TypeScript')
    expect([code().includes('const'), note().includes('Node')]).toEqual([true, true])
    await choose('LaTeX')
    expect([code().includes('\\frac{\\partial'), note().includes('formulas')]).toEqual([true, true])
  })

  test('follows the graph', async () => {
    const { code } = await panel()
    useGraph().setInput('x', 41.5)
    await nextTick()
    expect(code()).toContain('41.5')
  })

  test('that could not be copied can be selected by hand', async () => {
    vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new DOMException('denied')) } })
    const { view, code } = await panel()
    await view.get('button').trigger('click')
    await flushPromises()
    expect(useNotices().notices).toMatchObject([{ key: 'graph.code.copyFailed', parameters: { text: code() } }])
  })

  test('that was copied is reported', async () => {
    vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.resolve() } })
    const { view } = await panel()
    await view.get('button').trigger('click')
    await flushPromises()
    expect(useNotices().notices).toMatchObject([{ key: 'graph.code.copied' }])
  })
})

describe('in a lesson that has code of its own', () => {
  const withCode = async () => {
    await useCourse().load()
    const lesson = useCourse().lessons.find(({ code }) => code !== undefined && code !== null)!
    return { ...await panel(lesson.id), lesson, other: useCourse().lessons.find(({ code }) => code === undefined || code === null)!.id }
  }
  test('that comes first', async () => {
    const { languages, chosen, code, note, lesson } = await withCode()
    expect([languages(), chosen(), note()]).toEqual([['As in the book', 'Backprop in 100 lines', 'NumPy', 'PyTorch', 'TypeScript', 'LaTeX'], ['As in the book'], 'The lesson’s idea in a few lines.'])
    expect(code()).toBe(lesson.code!.text)
  })

  test('another language stays chosen from lesson to lesson', async () => {
    const { choose, chosen, languages, other, lesson, code } = await withCode()
    useCourse().go(other)
    await nextTick()
    expect([languages()[0], chosen(), code().includes('class Variable')]).toEqual(['Backprop in 100 lines', ['Backprop in 100 lines'], true]) // this lesson has no code of its own
    useCourse().go(lesson.id)
    await nextTick()
    expect(chosen()).toEqual(['As in the book'])
    await choose('PyTorch')
    useCourse().go(other)
    await nextTick()
    expect(chosen()).toEqual(['PyTorch'])
    useCourse().go(lesson.id)
    await nextTick()
    expect(chosen()).toEqual(['PyTorch'])
  })
})

describe('the line at work', () => {
  test('follows each step, with what it reads and gives', async () => {
    const { work, called, state } = await panel()
    const graph = useGraph()
    graph.restart()
    await nextTick()
    expect([work(), state()]).toEqual([[], []])
    graph.next()
    await nextTick()
    expect([work(), called(), state()]).toEqual([['n1 = mul1.forward(x, y)'], ['self.x, self.y = x, y', 'return x * y'], ['x = 3', 'y = 5', '→', 'x * y = 15']])
    graph.next()
    await nextTick()
    expect([work(), state()]).toEqual([['dn1 = 1.0'], ['d(x * y) = 1']])
    graph.next()
    await nextTick()
    expect([work(), state()]).toEqual([['dx, dy = mul1.backward(dn1)'], ['dout = 1', '→', 'dx = 5', 'dy = 3']])
    graph.back()
    await nextTick()
    expect(work()).toEqual(['dn1 = 1.0'])
  })

  test('is in the hundred lines the one of the operation, and of it what the pass uses', async () => {
    const { view, choose, work, called, code } = await panel()
    await choose('Backprop in 100 lines')
    expect(code()).toContain('backward(): void {')
    expect([work(), called()]).toEqual([[expect.stringMatching(/^export const mul = /)], [expect.stringMatching(/^x\.receive/), expect.stringMatching(/^y\.receive/)]])
    expect(view.get('b').text()).toBe('local: [(_, y) => y, x => x]')
  })

  test('says what the hundred lines lack, and that an update is no backpropagation', async () => {
    const { choose, view } = await panel()
    await choose('Backprop in 100 lines')
    useGraph().show({ expression: 'sin(w)', inputs: { w: 1 }, parameters: ['w'] }, { key: 'other' })
    await nextTick()
    expect(view.get('pre + p').text()).toContain('The update is not backpropagation.')
    useGraph().back()
    await nextTick()
    expect(view.get('pre + p').text()).toContain('There is no Sine among these lines')
  })

  test('adds to a gradient that several nodes send, and gives the shape of what has more than four numbers', async () => {
    const { state } = await panel()
    useGraph().show({ expression: 'dot(x, x)', inputs: { x: [[1, 2], [3, 4]] } }, { key: 'small' })
    await nextTick()
    expect(state()).toEqual(['dout = [[1, 1], [1, 1]]', '→', 'dx += [[3, 7], [3, 7]]', 'dx += [[4, 4], [6, 6]]']) // dout · xᵀ and xᵀ · dout
    useGraph().show({ expression: 'y = dot(x, W)', inputs: { x: [[1, 2]], W: [[1, 2, 3], [4, 5, 6]] } }, { key: 'large', position: 1 })
    await nextTick()
    expect(state()).toEqual(['x = [[1, 2]]', 'W = (2, 3)', '→', 'y = [[9, 12, 15]]'])
  })

  test('names a node without a name by the beginning of its text', async () => {
    const { state } = await panel()
    useGraph().show({ expression: Array.from({ length: 50 }, () => 'x').join(' + '), inputs: { x: 2 } }, { key: 'long', position: 'forward' })
    await nextTick()
    expect(state().at(-1)).toBe('x + x + x + x + x + x + x +… = 100')
  })

  test('is none in a lesson’s code while another graph than the lesson’s is shown', async () => {
    const { work } = await panel('layers-as-objects') // no figure of this lesson is x * y
    expect(work()).toEqual([])
    useGraph().show({ expression: 'apples = apple * appleCount; oranges = orange * orangeCount; fruit = apples + oranges; total = fruit * tax', inputs: {} }, { key: 'figure', position: 1 })
    await nextTick()
    expect(work()).toEqual(['apples = mul_apple.forward(100, 2)'])
  })
})
