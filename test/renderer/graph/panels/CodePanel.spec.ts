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
    choose: async (name: string) => { await view.findAll('.segmented input')[languages().indexOf(name)]!.setValue() },
  }
}

describe('the graph as a program', () => {
  test('is in NumPy at first, and then in the chosen language', async () => {
    const { languages, chosen, note, code, choose } = await panel()
    expect([languages(), chosen(), note()]).toEqual([['NumPy', 'PyTorch', 'TypeScript', 'LaTeX'], ['NumPy'], 'Forward and backward by hand; prints the output and every gradient.'])
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
    expect([languages(), chosen(), note()]).toEqual([['As in the book', 'NumPy', 'PyTorch', 'TypeScript', 'LaTeX'], ['As in the book'], 'The lesson’s idea in a few lines.'])
    expect(code()).toBe(lesson.code)
  })

  test('another language stays chosen from lesson to lesson', async () => {
    const { choose, chosen, languages, other, lesson, code } = await withCode()
    useCourse().go(other)
    await nextTick()
    expect([languages()[0], chosen(), code().includes('class MulLayer')]).toEqual(['NumPy', ['NumPy'], true]) // there is none here
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
