import type { DrawSource, NetworkNumbers, Prediction } from '@contract'
import { savedTensors, unitRange } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import DrawPanel from '../../../../renderer/draw/DrawPanel.vue'
import { useRoom } from '../../../../renderer/stores/room'
import { useRun } from '../../../../renderer/stores/run'
import { useSketch } from '../../../../renderer/stores/sketch/sketch'
import { frame, recordCanvases } from '../../canvas'
import { fakeMain, runState, show, soFar } from '../../lab'
import { randomNetwork } from './drawn-seven'

beforeEach(() => { recordCanvases() })
afterEach(() => { vi.restoreAllMocks(); document.body.replaceChildren() })

/** A network of more than a million parameters, and the room with the explanation of its answer. */
async function explained() {
  const { model } = randomNetwork('affine 1300, relu, affine 10')
  const { config } = runState()
  const stateAt = (step: number, phase: 'idle' | 'running') => runState({ step, phase, config: { ...config, network: { layers: model.architecture.layers, loss: 'softmaxWithLoss' } } })
  let step = 5
  const main = fakeMain({
    'weights:list': () => [],
    'run:read': () => soFar(stateAt(step, 'idle')),
    'draw:predict': (): Prediction => ({ source: 'run', at: { runId: 1, step }, label: 7, areProbabilities: true, outputs: Float32Array.from({ length: 10 }, (_, k) => k === 7 ? 0.91 : 0.01) }),
    'draw:network': ({ source }): NetworkNumbers => ({ source, at: { runId: 1, step }, architecture: model.architecture, normalization: unitRange, tensors: savedTensors(model).map(({ path, tensor }) => ({ path, data: Float32Array.from(tensor.data) })) }),
  })
  useRoom().go('draw')
  const sketch = useSketch()
  sketch.setSource('room', 'run')
  const view = await show(DrawPanel, { drawer: 'why' })
  await useRun().load()
  const goTo = async (name: string) => { await view.findAll('[role=tab]').find(tab => tab.text() === name)!.trigger('click'); await flushPromises(); await frame() }
  await goTo('Pixels')
  sketch.begin({ x: 0.3, y: 0.2 })
  sketch.move([{ x: 0.7, y: 0.2 }, { x: 0.4, y: 0.9 }])
  sketch.end()
  await flushPromises()
  const become = async (at: number, phase: 'idle' | 'running') => {
    step = at
    main.tell('run:state', stateAt(at, phase))
    await flushPromises()
  }
  return { view, goTo, become, copies: () => (main.asked('draw:network') as { source: DrawSource }[]).filter(({ source }) => source === 'run').length }
}
const explains = { timeout: 3000 }

// Cause: while the run went on, the explanation was that of the step at which it had rested last, beside the answer of another.
test('a large network is explained at rest, with the weights of its step; while it learns, words say so', async () => {
  const { view, goTo, become, copies } = await explained()
  await vi.waitFor(() => expect(view.find('.saliency').exists()).toBe(true), explains)
  expect(copies()).toBe(1)
  await become(6, 'running')
  for (const tab of ['Pixels', 'Units']) {
    await goTo(tab)
    expect(view.find('.saliency, .units').exists()).toBe(false)
    expect(view.get('#why-panel').text()).toContain('too large to be explained while it learns')
  }
  expect(copies()).toBe(1)
  await become(8, 'idle')
  await vi.waitFor(() => expect(view.find('.units').exists()).toBe(true), explains)
  await new Promise(wake => setTimeout(wake, 150)) // a network that learned is asked again after 100 ms
  expect(copies()).toBe(2)
})

test('a step of the smallest change leaves frames between its parts', async () => {
  const { view } = await explained()
  await vi.waitFor(() => expect(view.find('.change .parts').exists()).toBe(true), explains)
  const asked = vi.spyOn(globalThis, 'requestAnimationFrame')
  await view.findAll('.change button').find(button => button.text() === 'Step')!.trigger('click')
  let own = 0
  await vi.waitFor(async () => {
    own++
    await frame()
    expect(view.get('.said').text()).toContain('Step 1:')
  }, explains)
  expect(asked.mock.calls.length - own).toBeGreaterThanOrEqual(12) // five rivals and the move, each after two frames
})
