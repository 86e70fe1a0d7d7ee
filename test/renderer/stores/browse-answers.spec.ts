import { LabError, mnist } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { useBrowse } from '../../../renderer/stores/browse'
import { useBrowseAnswers } from '../../../renderer/stores/browse-answers'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { infoOf } from '../../fixtures/dataset-info'
import { runConfig } from '../../fixtures/run-config'
import { fakeMain, metricsFrame, runState, soFar } from '../lab'

afterEach(() => { vi.unstubAllGlobals() })

const bands = infoOf({ id: 'bands', rows: 2, columns: 3, classes: 4, train: 3, test: 2 })
const datasets = { mnist: { info: mnist, labels: { train: new Uint16Array(60_000), test: new Uint16Array(10_000) } }, bands: { info: bands, labels: { train: Uint16Array.of(0, 1, 2), test: Uint16Array.of(3, 0) } } }

/** A lab with a run at a step, which answers how it reads. */
async function lab(state = runState({ step: 5 })) {
  let now = state
  const main = fakeMain({
    'run:read': () => soFar(state), 'data:leave': () => null, 'data:open': ({ dataset }) => datasets[dataset as keyof typeof datasets],
    'data:answers': () => ({ at: { runId: now.runId, step: now.step }, predicted: { train: Uint16Array.of(1, 1, 1), test: Uint16Array.of(0, 0) } }),
  })
  await useRun().load()
  const answers = useBrowseAnswers()
  const go = (next: Partial<typeof state>) => { now = { ...now, ...next }; main.tell('run:state', now) }
  return { main, answers, go, asked: () => main.asked('data:answers').length }
}

test('the network reads all images when they are opened, and again whenever it has learned and rests', async () => {
  const { answers, go, asked } = await lab()
  expect(asked()).toBe(0)
  await useBrowse().open('mnist')
  await flushPromises()
  expect([asked(), answers.step, answers.isStale, [...answers.predicted.train!]]).toEqual([1, 5, false, [1, 1, 1]])
  go({ step: 6 })
  await flushPromises()
  expect([asked(), answers.step]).toEqual([2, 6])
})

test('while it learns the answers stay, and say that they are older, until they are asked for', async () => {
  const { main, answers, go, asked } = await lab()
  await useBrowse().open('mnist')
  await flushPromises()
  go({ phase: 'running' })
  main.tell('run:metrics', metricsFrame({ firstStep: 6, losses: Float32Array.of(1, 1) }))
  await flushPromises()
  expect([asked(), answers.step, answers.isStale]).toEqual([1, 5, true])
  go({ step: 8 })
  await answers.read()
  expect([asked(), answers.step]).toEqual([2, 8])
  go({ phase: 'idle', step: 9 })
  await flushPromises()
  expect([asked(), answers.step, answers.isStale]).toEqual([3, 9, false])
})

test('nothing is read while another room is open', async () => {
  const { answers, go, asked } = await lab()
  await useBrowse().open('mnist')
  await flushPromises()
  useRoom().go('train')
  go({ step: 7 })
  await flushPromises()
  expect(asked()).toBe(1)
  useRoom().go('files')
  await flushPromises()
  expect([asked(), answers.step]).toEqual([2, 7])
})

test('images of another size are not read', async () => {
  const { answers, asked } = await lab()
  await useBrowse().open('bands')
  await flushPromises()
  expect([answers.canRead, asked(), answers.predicted.train]).toEqual([false, 0, null])
  await answers.read()
  expect(asked()).toBe(0)
})

test('a network that takes long reads only when its answers are wanted', async () => {
  const config = runConfig({ layers: [784, 1000, 10] })
  const { answers, asked } = await lab(runState({ step: 1, config }))
  const browse = useBrowse()
  await browse.open('mnist')
  await flushPromises()
  expect([asked(), answers.canRead]).toEqual([0, true]) // 794,010 parameters for 70,000 images
  browse.select({ read: 'wrong' })
  await flushPromises()
  expect(asked()).toBe(1)
})

test('an error is told, and not asked for again by itself', async () => {
  const main = fakeMain({ 'run:read': () => soFar(runState()), 'data:leave': () => null, 'data:open': () => datasets.mnist, 'data:answers': () => { throw new LabError('past.memory', 'full', { found: 600, max: 512 }) } })
  await useRun().load()
  const store = useBrowseAnswers()
  await useBrowse().open('mnist')
  await flushPromises()
  expect([store.refused?.code, store.isReading, store.predicted.train, main.asked('data:answers').length]).toEqual(['past.memory', false, null, 1])
})

test('a question that a newer one has ended says nothing', async () => {
  const ends: (() => void)[] = []
  fakeMain({
    'run:read': () => soFar(runState({ step: 5 })), 'data:leave': () => null, 'data:open': () => datasets.mnist,
    'data:answers': () => new Promise((done, fail) => { ends.push(() => { if (ends.length > 1) done({ at: { runId: 1, step: 5 }, predicted: { train: Uint16Array.of(2), test: Uint16Array.of(2) } }); else fail(new LabError('past.left', 'older', { step: 5 })) }) }),
  })
  await useRun().load()
  const answers = useBrowseAnswers()
  await useBrowse().open('mnist')
  await flushPromises()
  ends[0]!()
  const again = answers.read()
  await flushPromises()
  expect([answers.refused, answers.isReading]).toEqual([null, true])
  ends[1]!()
  await again
  expect([answers.isReading, [...answers.predicted.test!]]).toEqual([false, [2]])
})
