import type { Desk } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { useChosenBlock } from '../../../renderer/stores/chosen-block'
import { useDesk } from '../../../renderer/stores/desk'
import { useNotices } from '../../../renderer/stores/notices'
import { useRun } from '../../../renderer/stores/run'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import { LabError } from '@core'
import { fakeMain, runState, soFar } from '../lab'

afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

async function desk(left: Desk | null, answers: Parameters<typeof fakeMain>[0] = {}) {
  const main = fakeMain({ 'run:read': () => soFar(runState()), 'desk:recall': () => left, 'past:leave': () => null, ...answers })
  await useRun().load()
  await useDesk().load()
  return { main, chosen: useChosenBlock(), sketch: useSketch() }
}
const seven = [[{ x: 0.2, y: 0.2 }, { x: 0.8, y: 0.2 }, { x: 0.4, y: 0.9 }]]

test('the chosen block, the tab and the drawing are those of the session before; the drawing can be taken back', async () => {
  const { chosen, sketch } = await desk({ block: 'relu1', tab: 'mistakes', strokes: seven })
  expect([chosen.name, chosen.tab, sketch.drawing.strokes, sketch.canUndo]).toEqual(['relu1', 'mistakes', seven, true])
})

test('a block that the network lacks is the first one', async () => {
  const { chosen } = await desk({ block: 'tanh3', tab: 'block', strokes: [] })
  expect([chosen.name, chosen.tab]).toEqual(['affine1', 'block'])
})

test('changes are kept, several within a moment at once; a drawing that is refused disturbs nothing', async () => {
  const refused = { now: false }
  const { main, chosen, sketch } = await desk(null, { 'desk:remember': () => {
    if (refused.now) throw new LabError('ipc.schema', 'too long', {})
    return null
  } })
  vi.useFakeTimers()
  chosen.choose('affine2')
  await vi.advanceTimersByTimeAsync(100)
  sketch.begin({ x: 0.1, y: 0.1 })
  sketch.move([{ x: 0.9, y: 0.9 }])
  sketch.end()
  await vi.advanceTimersByTimeAsync(1000)
  expect(main.asked('desk:remember')).toEqual([{ block: 'affine2', tab: 'block', strokes: [[{ x: 0.1, y: 0.1 }, { x: 0.9, y: 0.9 }]] }])
  refused.now = true
  chosen.openTab('mistakes')
  await vi.advanceTimersByTimeAsync(1000)
  await flushPromises()
  expect([main.asked('desk:remember').length, useNotices().notices]).toEqual([2, []])
})
