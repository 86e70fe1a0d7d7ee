import type { Playground } from '@contract'
import { type GraphDocument, LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useCourse } from '../../../../renderer/stores/course/course'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { useGraphFiles } from '../../../../renderer/stores/graph/graph-files'
import { useNotices } from '../../../../renderer/stores/notices'
import { useOpenFile } from '../../../../renderer/stores/open-file'
import { fakeMain } from '../../lab'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

const graph: GraphDocument = { expression: 'x * y', inputs: { x: 2, y: 3 } }
const settled = async () => { await vi.advanceTimersByTimeAsync(1000) }
const notices = () => useNotices().notices.map(({ key }) => key)

describe('the playground across restarts', () => {
  const starting = async (left: Playground | null) => {
    const main = fakeMain({ 'graph:recall': () => left, 'graph:remember': () => null })
    await useGraphFiles().recall()
    return main
  }

  test('is restored as it was left, including unfinished typing', async () => {
    await starting({ document: graph, source: 'x * (' })
    expect(useGraph().document).toEqual(graph)
    expect([useGraph().source, useGraph().error?.code]).toEqual(['x * (', 'graph.endsEarly'])
  })

  test('starts with the apples', async () => {
    await starting(null)
    expect(useGraph().document.expression).toContain('apple')
    expect(useGraph().atEnd).toBe(true)
  })

  test('is written after a pause, and never a lesson’s graph', async () => {
    const main = await starting(null)
    for (let i = 0; i < 20; i++) { useGraph().setInput('apple', 100 + i); await vi.advanceTimersByTimeAsync(16) }
    expect(main.asked('graph:remember')).toEqual([])
    await settled()
    expect(main.asked('graph:remember')).toMatchObject([{ document: { inputs: { apple: 119 } } }])
    useGraph().show(graph, { key: 'lesson' })
    useGraph().setInput('x', 5)
    await settled()
    expect(main.asked('graph:remember')).toHaveLength(1)
  })

  test('is written with unfinished typing, and at once when the window unloads', async () => {
    const main = await starting(null)
    useGraph().setExpression('apple * (')
    await flushPromises()
    dispatchEvent(new Event('pagehide'))
    expect(main.asked('graph:remember')).toMatchObject([{ source: 'apple * (' }])
  })
})

describe('a graph file', () => {
  test('is saved under its previous name', async () => {
    const main = fakeMain({ 'graph:save': ({ name }) => ({ name: `${name}!.json` }), 'weights:list': () => [], 'file:open': () => ({ kind: 'graph', graph: { name: 'mine.json', document: graph } }), 'graph:remember': () => null })
    await useGraphFiles().save()
    await useGraphFiles().save()
    await useOpenFile().open()
    await useGraphFiles().save()
    expect(main.asked('graph:save')).toMatchObject([{ name: 'graph' }, { name: 'graph!' }, { name: 'mine', document: graph }])
    expect(notices()).toContain('graph.file.saved')
  })

  test('opens in the playground; the lesson keeps its graph', async () => {
    fakeMain({ 'weights:list': () => [], 'file:open': () => ({ kind: 'graph', graph: { name: 'mine.json', document: graph } }) })
    const lesson: GraphDocument = { expression: 'a + b', inputs: {} }
    useGraph().show(lesson, { key: 'lesson' })
    await useOpenFile().open()
    expect([useCourse().current, useGraph().document]).toEqual(['playground', graph])
    useGraph().undo()
    expect(useGraph().document.expression).toContain('apple')
    useGraph().resume('lesson')
    expect(useGraph().document).toEqual(lesson)
  })

  test('that is refused, or a dialog that is cancelled, changes nothing', async () => {
    fakeMain({ 'weights:list': () => [], 'file:open': () => { throw new LabError('graphFile.foreign', 'no', { file: 'a.json' }) }, 'graph:save': () => null })
    const { document } = useGraph()
    await useOpenFile().open()
    await useGraphFiles().save()
    expect([useGraph().document, useCourse().current]).toEqual([document, ''])
    expect(notices()).toEqual(['errors.graphFile.foreign'])
  })
})
