import type { GraphDocument } from '@core'
import { LabError } from '@core'
import { toWire } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import FileDrop from '../../../renderer/shell/FileDrop.vue'
import { useCourse } from '../../../renderer/stores/course/course'
import { useGraph } from '../../../renderer/stores/graph/graph'
import { useNotices } from '../../../renderer/stores/notices'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, runState, show } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const graph: GraphDocument = { expression: 'x * y', inputs: { x: 2, y: 3 } }
const opened = runState({ runId: 2, step: 1234, origin: { from: 'file', name: 'mine.safetensors', step: 1234 } })

async function drop(name: string, reply: unknown) {
  fakeMain({ 'weights:list': () => [] })
  const dropped = vi.fn(async () => reply)
  Object.assign(window.lab, { drop: dropped })
  const view = await show(FileDrop)
  await useRun().load()
  const file = new File([], name)
  const transfer = { types: ['Files'], files: [file] }
  await view.trigger('dragenter', { dataTransfer: transfer })
  const target = view.find('.target').text()
  await view.trigger('drop', { dataTransfer: transfer })
  await flushPromises()
  expect(dropped).toHaveBeenCalledWith([file])
  return { view, target, notices: useNotices().notices.map(({ key }) => key) }
}

describe('a file dropped onto the window', () => {
  test('shows where it will be opened, and opens in Train when it contains weights', async () => {
    const { view, target, notices } = await drop('mine.safetensors', { ok: true, value: { kind: 'weights', state: opened } })
    expect(target).toContain('.safetensors')
    expect(view.find('.target').exists()).toBe(false)
    expect([useRun().state?.runId, notices]).toEqual([2, ['files.opened']])
  })

  test('is opened in the playground when it contains a graph, whatever room is shown', async () => {
    const room = useRoom
    const { notices } = await drop('Mine.JSON', { ok: true, value: { kind: 'graph', graph: { name: 'Mine.JSON', document: graph } } })
    expect([room().current, useCourse().current, useGraph().document, notices]).toEqual(['learn', 'playground', graph, ['graph.file.opened']])
    useGraph().undo()
    expect(useGraph().document.expression).toContain('apple')
  })

  test('leaves everything as it was when it is refused', async () => {
    const before = () => useGraph().document.expression
    const { notices } = await drop('bad.json', { ok: false, error: toWire(new LabError('graphFile.empty', 'empty', { file: 'bad.json' })) })
    expect([before(), notices]).toEqual(['(apple * count + orange * 3) * tax', ['errors.graphFile.empty']])
  })

  test('differs from dragged text', async () => {
    fakeMain()
    const view = await show(FileDrop)
    await view.trigger('dragenter', { dataTransfer: { types: ['text/plain'], files: [] } })
    expect(view.find('.target').exists()).toBe(false)
  })
})
