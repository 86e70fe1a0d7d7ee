import { flushPromises } from '@vue/test-utils'
import type { LaneQuantity } from '@contract'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { useLanes } from '../../../renderer/stores/lanes'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, runState, soFar } from '../lab'

afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals() })

const norm: LaneQuantity = { of: 'tensor', path: 'affine1.W', figure: 'norm' }
const points = (id: number, steps: readonly number[], done: number) => ({ id, last: 100, done, steps: Uint32Array.from(steps), values: Float32Array.from(steps, step => step / 2) })

async function lanes() {
  let id = 0
  const main = fakeMain({ 'run:read': () => soFar(runState({ step: 100 })), 'past:lane': quantity => ({ id: ++id, quantity, first: 0, last: 100, every: 1 }), 'past:endLane': () => null, 'past:lanes': () => [{ id: 9, quantity: norm, first: 0, last: 100, every: 1, points: points(9, [0, 50], 0.5) }] })
  await useRun().load()
  return { main, lanes: useLanes() }
}

describe('curves over the whole run', () => {
  test('gain points between those that are known', async () => {
    const { main, lanes: store } = await lanes()
    await store.draw(norm)
    main.tell('past:lane', points(1, [0, 50, 100], 0.1))
    main.tell('past:lane', points(1, [50, 51, 52], 1))
    main.tell('past:lane', points(7, [1], 1)) // removed meanwhile
    expect(store.lanes).toEqual([expect.objectContaining({ done: 1, points: [0, 50, 51, 52, 100].map(x => ({ x, y: x / 2 })) })])
  })

  test('are two at most, and give way to another', async () => {
    const { main, lanes: store } = await lanes()
    await store.draw(norm)
    await store.draw({ ...norm, path: 'affine1.dW' })
    expect(store.canAdd).toBe(false)
    await store.replace(1, { ...norm, figure: 'meanAbs' })
    expect(store.lanes.map(({ lane }) => lane.id)).toEqual([2, 3])
    await store.remove(2)
    expect([main.asked('past:endLane'), store.canAdd]).toEqual([[{ id: 1 }, { id: 2 }], true])
  })

  test('are there again in a window that was loaded again, and go with their run', async () => {
    const { main, lanes: store } = await lanes()
    await store.load()
    expect(store.lanes).toEqual([expect.objectContaining({ done: 0.5, points: [{ x: 0, y: 0 }, { x: 50, y: 25 }] })])
    main.tell('run:state', runState({ runId: 5, step: 0 }))
    await flushPromises()
    expect(store.lanes).toEqual([])
  })
})
