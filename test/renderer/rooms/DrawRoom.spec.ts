import type { Prediction } from '@contract'
import { mnist } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import DrawRoom from '../../../renderer/rooms/DrawRoom.vue'
import { useRun } from '../../../renderer/stores/run'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import { fakeMain, runState, show, soFar } from '../lab'
import { networkThatAnswers } from '../draw-network'
import { infoOf } from '../../fixtures/dataset-info'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const clothes = { ...infoOf({ id: 'clothes-1', rows: 28, columns: 28, classes: 10, train: 700, test: 140 }), name: 'Clothes' }
const answer = ({ source }: { source: Prediction['source'] }): Prediction => ({ source, at: source === 'run' ? { runId: 1, step: 0 } : null, label: 9, areProbabilities: source !== 'run', outputs: Float32Array.from({ length: 10 }, (_, i) => i === 9 ? 0.8 : 0) })

async function room(state: Parameters<typeof runState>[0] = {}, source?: 'run' | 'sample') {
  fakeMain({ 'weights:list': () => [], 'run:read': () => soFar(runState(state)), 'draw:network': arg => networkThatAnswers(answer(arg)), 'data:images': () => ({ shape: mnist.shape, images: [{ image: new Float32Array(784).fill(0.5), label: 0 }] }) })
  await useRun().load()
  if (source) useSketch().setSource('room', source)
  const view = await show(DrawRoom)
  await flushPromises()
  return view
}

test.each([
  ['the sample at the first start', {}, undefined, 'sample'],
  ['one’s own network after an epoch of training', { step: 600, epoch: 1 }, undefined, 'run'],
  ['the sample, if it was chosen, however far one’s own has come', { step: 600, epoch: 1 }, 'sample', 'sample'],
] as const)('asks %s', async (_, state, chosen, wanted) => {
  await room(state, chosen)
  expect(useSketch().sources.room).toBe(wanted)
})

// Cause: a shirt was called "9, 77.8% likely", without a word.
test('says what a network has learned when the image on the paper comes from another dataset', async () => {
  const view = await room()
  await useSketch().take('random', mnist)
  await flushPromises()
  expect(view.text()).not.toContain('another dataset')
  await useSketch().take('random', clothes)
  await flushPromises()
  expect(view.get('.answer').text()).toContain('This network has learned MNIST; the image on the paper comes from another dataset.')
})

test('explains outputs of the squared error, and speaks of no probabilities with them', async () => {
  const { config } = runState()
  const view = await room({ config: { ...config, network: { ...config.network, loss: 'identityWithLoss' } } }, 'run')
  await useSketch().take('random', mnist)
  await flushPromises()
  expect(view.get('.answer').text()).toContain('Trained to give 1 for the right class and 0 for the others: these are not probabilities.')
  expect(view.text()).not.toContain('see the probability split')
  useSketch().setSource('room', 'sample')
  await flushPromises()
  expect(view.text()).toContain('see the probability split')
  expect(view.get('.answer').text()).not.toContain('no probabilities')
})
