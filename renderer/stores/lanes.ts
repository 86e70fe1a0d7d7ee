import { type Lane, type LanePoints, type LaneQuantity, mostLanes } from '@contract'
import type { CurvePoint } from '@core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { listen, request } from '../lib/bridge'
import { merged } from '../lib/merged'
import { useNotices } from './notices'
import { useRun } from './run'

/** A quantity over the whole run, as far as it is known. */
export interface DrawnLane {
  readonly lane: Lane
  /** Share of its points that are known, 0 to 1 */
  readonly done: number
  /** In ascending order of steps */
  readonly points: readonly CurvePoint[]
}

/** Curves over the whole run that were asked for afterwards, at most two. */
export const useLanes = defineStore('lanes', () => {
  const run = useRun()
  const { attempt } = useNotices()
  const lanes = shallowRef<readonly DrawnLane[]>([])
  const canAdd = computed(() => lanes.value.length < mostLanes)

  function put(next: DrawnLane) {
    const isKnown = lanes.value.some(({ lane }) => lane.id === next.lane.id)
    lanes.value = isKnown ? lanes.value.map(old => old.lane.id === next.lane.id ? next : old) : [...lanes.value, next]
  }
  const find = (id: number) => lanes.value.find(({ lane }) => lane.id === id)

  /** Draws a quantity, or continues it to the latest step. */
  async function draw(quantity: LaneQuantity) {
    const lane = await attempt(() => request('past:lane', quantity))
    if (lane) put({ done: 0, points: [], ...find(lane.id), lane })
  }
  async function remove(id: number) {
    lanes.value = lanes.value.filter(({ lane }) => lane.id !== id)
    await attempt(() => request('past:endLane', { id }))
  }
  /** Draws another quantity in the place of one. */
  async function replace(id: number, quantity: LaneQuantity) {
    await remove(id)
    await draw(quantity)
  }

  function take({ id, last, steps, values, done }: LanePoints) {
    const old = find(id)
    if (!old) return
    const added = Array.from(steps, (step, i): CurvePoint => ({ x: step, y: values[i]! }))
    put({ lane: { ...old.lane, last }, done, points: merged(old.points, added, ({ x }) => x) })
  }

  listen('past:lane', take)
  /** The lanes of a window that was loaded again */
  async function load() {
    for (const { points, ...lane } of await attempt(() => request('past:lanes')) ?? []) {
      put({ lane, done: 0, points: [] })
      take(points)
    }
  }
  watch(() => run.state?.runId, () => { lanes.value = [] })
  // Measuring takes as long as learning: it goes on when the run rests.
  watch(() => run.running, (running) => { if (!running) for (const { lane } of lanes.value) if (lane.last < run.step) void draw(lane.quantity) })

  return { lanes, canAdd, draw, remove, replace, load }
})
