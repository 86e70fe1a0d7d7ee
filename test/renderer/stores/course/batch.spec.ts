import type { BatchFrame } from '@contract'
import { LabError, mnist } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useBatch } from '../../../../renderer/stores/course/batch'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { useNotices } from '../../../../renderer/stores/notices'
import { useRun } from '../../../../renderer/stores/run'
import { useSettings } from '../../../../renderer/stores/settings'
import { fakeMain, info, metricsFrame, runState, soFar } from '../../lab'
import { changed, runConfig } from '../../../fixtures/run-config'

const config = runConfig({ layers: [4, 3, 2], batchSize: 2, seed: 3 })
const state = (patch: Parameters<typeof runState>[0] = {}) => runState({ config, input: [4], ...patch })
let refuse = false
/** The current step of the training thread, which the metrics may report before the state does */
let at = { runId: 1, step: 0 }
const frame = (rows: number): BatchFrame => ({
  ...at, config, input: [4], imageShape: [1, 2, 2], of: 2, images: [1, 0].slice(0, rows).map(label => ({ pixels: Float32Array.of(label, 1, 0, 1), label })),
  tensors: [
    { path: 'affine1.W', data: new Float32Array(12).fill(0.1) }, { path: 'affine1.b', data: new Float32Array(3) },
    { path: 'affine2.W', data: new Float32Array(6).fill(0.1) }, { path: 'affine2.b', data: new Float32Array(2) },
  ],
  optimizer: { updates: at.step, state: [] },
})
const answers: Parameters<typeof fakeMain>[0] = {
  'run:read': () => soFar(state()),
  'app:info': () => ({ ...info, dataset: { phase: 'ready', info: { ...mnist, counts: { train: 10, test: 5 } } } as const }),
  'run:batch': ({ rows }) => {
    if (refuse) throw new LabError('worker.died', 'no', {})
    return frame(rows)
  },
}
let main: ReturnType<typeof fakeMain>
async function begin(more: Parameters<typeof fakeMain>[0] = {}) {
  refuse = false
  at = { runId: 1, step: 0 }
  main = fakeMain({ ...answers, ...more })
  await useSettings().load()
  await useRun().load()
}
beforeEach(() => begin())
afterEach(() => vi.unstubAllGlobals())

describe('the network on its next mini-batch', () => {
  test('is shown as a graph from its start, which typing does not change', async () => {
    expect([useBatch().batch, useBatch().stale, useBatch().canLoad]).toEqual([null, false, true])
    await useBatch().look()
    expect(useBatch().batch).toMatchObject({ runId: 1, step: 0, rows: 2, of: 2 })
    expect([useGraph().key, useGraph().fixed, useGraph().position, useGraph().source]).toEqual(['network', true, 0, 'a1 = affine(X, W1, b1); z1 = relu(a1); a2 = affine(z1, W2, b2); L = softmaxWithLoss(a2, T)'])
    expect([useBatch().stale, useBatch().loading]).toEqual([false, false])
  })

  test('cannot be loaded during loading, while the run is running, or before the digits are loaded', async () => {
    const looking = useBatch().look()
    expect([useBatch().loading, useBatch().canLoad]).toEqual([true, false])
    await useBatch().look() // nothing is requested twice
    await looking
    expect(main.asked('run:batch')).toHaveLength(1)
    useRun().accept(state({ phase: 'running' }))
    expect(useBatch().canLoad).toBe(false)
    await begin({ 'app:info': () => ({ ...info, dataset: { phase: 'loading' } as never }) })
    expect(useBatch().canLoad).toBe(false)
    await useBatch().look()
    expect([useBatch().batch, main.asked('run:batch')]).toEqual([null, []])
  })

  test('needs a run', async () => {
    await begin({ 'run:read': () => null })
    await useBatch().look()
    expect([useBatch().batch, main.asked('run:batch')]).toEqual([null, []])
  })

  test('is stale when the run has learned since, or is another one', async () => {
    await useBatch().look()
    useRun().accept(state({ step: 1 }))
    expect(useBatch().stale).toBe(true)
    at = { runId: 1, step: 1 }
    await useBatch().look()
    expect([useBatch().stale, useBatch().batch?.step]).toEqual([false, 1])
    useRun().accept(state({ step: 1, runId: 2 }))
    expect(useBatch().stale).toBe(true)
  })

  test('is not stale when the metrics were there before the state', async () => {
    main.tell('run:metrics', metricsFrame({ firstStep: 1, losses: Float32Array.of(2, 1), stepInEpoch: 2 }))
    at = { runId: 1, step: 2 }
    await useBatch().look()
    expect([useBatch().batch?.step, useBatch().stale]).toEqual([2, false])
  })

  test.each([
    ['has been replaced', () => state({ runId: 2 }), { runId: 2, step: 0 }],
    ['has learned on', () => state({ step: 4 }), { runId: 1, step: 4 }],
  ] as const)('is not shown late when the run %s meanwhile', async (_, next, then) => {
    let answer: (frame: BatchFrame) => void = () => undefined
    const late = frame(2)
    await begin({ 'run:batch': () => new Promise<BatchFrame>((done) => { answer = done }) })
    const looking = useBatch().look()
    useRun().accept(next())
    answer(late)
    await looking
    expect([useBatch().batch, useBatch().loading, useBatch().canLoad]).toEqual([null, false, true])
    at = then
    const again = useBatch().look()
    answer(frame(2))
    await again
    expect([useBatch().batch?.runId, useBatch().batch?.step, useBatch().stale]).toEqual([then.runId, then.step, false])
  })

  test('carries the layers of its own run, whatever the next one has', async () => {
    await useBatch().look()
    useRun().accept(state({ runId: 2, config: changed(config, { layers: [4, 9, 2] }) }))
    expect([useBatch().batch?.layers, useBatch().stale]).toEqual([[4, 3, 2], true])
  })

  test('that cannot be loaded is reported, and the previous one stays', async () => {
    await useBatch().look()
    const { batch } = useBatch()
    refuse = true
    await useBatch().look()
    expect([useBatch().batch, useBatch().loading]).toEqual([batch, false])
    expect(useNotices().notices.map(({ key }) => key)).toEqual(['errors.worker.died'])
  })
})

describe('learning the displayed step', () => {
  test('performs it in Train and shows the next mini-batch', async () => {
    await begin({ 'run:step': () => { at = { runId: 1, step: 1 }; return state({ step: 1 }) } })
    await useBatch().look()
    await useBatch().learn()
    expect([main.asked('run:step'), useBatch().batch?.step, useBatch().stale]).toEqual([[{ unit: 'batch' }], 1, false])
  })

  test('that is refused shows nothing new', async () => {
    await begin({ 'run:step': () => { throw new LabError('train.noRun', 'no', {}) } })
    await useBatch().learn()
    await flushPromises()
    expect([useBatch().batch, main.asked('run:batch')]).toEqual([null, []])
  })
})
