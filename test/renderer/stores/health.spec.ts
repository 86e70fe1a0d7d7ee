import { type HealthColumn, LabError, type UnitColumn } from '@core'
import type { HealthFilling, ProbeFrame, ProbeQuery } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { useHealth } from '../../../renderer/stores/health'
import { useNotices } from '../../../renderer/stores/notices'
import { useRun } from '../../../renderer/stores/run'
import { probeFrame } from '../probe'
import { fakeMain, metricsFrame, runState, soFar } from '../lab'

afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

const column = (step: number): HealthColumn => ({ step, blocks: [] })
const unitColumn = (step: number, layer = 'relu1'): UnitColumn => ({ step, layer, of: 'fired', shares: Uint8Array.of(0) })
const stepsOf = (columns: readonly { readonly step: number }[]) => columns.map(({ step }) => step)

/** A run at step 100, of which the window has seen nothing. */
async function health({ filling }: { readonly filling?: (id: number) => HealthFilling } = {}) {
  let [runId, step, id] = [1, 100, 0]
  const frameOf = ({ health, unitMap }: ProbeQuery): ProbeFrame => probeFrame({
    runId, step, health: health ? column(step) : null, unitMap: unitMap === undefined ? null : unitColumn(step, unitMap), price: { ms: unitMap === undefined ? 1 : 3, share: 0, everyMs: 0 },
  })
  const main = fakeMain({
    'run:read': () => soFar(runState({ step, phase: 'running' })), 'run:probe': frameOf,
    'past:health': () => filling?.(++id) ?? { id: ++id, from: 1, to: step, columns: 50 }, 'past:endHealth': () => null, 'past:read': () => null, 'past:leave': () => null,
  })
  await useRun().load()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const store = useHealth()
  const settle = async () => { await vi.advanceTimersByTimeAsync(200); await flushPromises() }
  const learned = async (to: number) => {
    step = to
    main.tell('run:metrics', metricsFrame({ runId, firstStep: to, losses: Float32Array.of(1) }))
    await settle()
  }
  const replaced = async (by: number) => {
    [runId, step] = [by, 0]
    main.tell('run:state', runState({ runId, step }))
    await settle()
  }
  const told = (steps: readonly number[], done: number, id = 1, isStopped = false) => { main.tell('past:health', { id, columns: steps.map(column), units: steps.map(step => unitColumn(step)), done, isStopped }) }
  return { main, store, settle, learned, replaced, told, asked: () => main.asked('past:health') }
}

describe('the run’s health', () => {
  test('is not measured while nobody looks', async () => {
    const { main, learned, asked, store, settle } = await health()
    await learned(900)
    expect([main.asked('run:probe'), asked(), store.price]).toEqual([[], [], null])
    store.open()
    await settle()
    store.close()
    const before = main.asked('run:probe').length
    await learned(2000)
    expect([main.asked('run:probe').length, asked().length, main.asked('past:endHealth')]).toEqual([before, 1, [null]])
  })

  test('closed at once, or when all of it is there, is left with nothing that is measured', async () => {
    const { main, store, settle, told } = await health()
    store.open()
    store.close()
    await settle()
    expect(main.asked('past:endHealth')).toEqual([null]) // the question was on its way
    told([], 1, 1)
    store.open()
    await settle()
    told([50], 1, 2)
    store.close()
    await settle()
    expect(main.asked('past:endHealth')).toHaveLength(1)
  })

  test('opened late, is filled in from the past while it goes on: one list in the order of the steps', async () => {
    const { store, settle, learned, told, asked } = await health()
    store.open()
    await settle()
    expect(asked()).toEqual([{ from: 0, to: 100, columns: 400, scale: 'linear', have: [] }])
    expect([store.done, stepsOf(store.columns)]).toEqual([0, [100]])
    told([1, 2, 3], 0.1)
    await learned(150)
    told([60, 99, 100], 1)
    expect([store.done, stepsOf(store.columns), store.unitColumns]).toEqual([1, [1, 2, 3, 60, 99, 100, 150], []])
    expect(store.price).toBeCloseTo(0.01, 12) // 1 ms each 100 ms
  })

  test('asks the past again when the run is twice as long, and when it pauses, but not for what is known', async () => {
    const { main, store, settle, learned, told, asked } = await health()
    store.open()
    await settle()
    told([50], 1)
    await learned(190)
    expect(asked()).toHaveLength(1)
    await learned(210)
    expect(asked().slice(1)).toEqual([{ from: 0, to: 210, columns: 64, scale: 'linear', have: [50, 100, 190] }])
    told([], 1, 2)
    await learned(900) // more than twice as long at once
    expect(asked().slice(2)).toEqual([expect.objectContaining({ to: 900 })])
    told([], 1, 3)
    main.tell('run:state', runState({ step: 930, phase: 'idle' }))
    await settle()
    expect(asked().slice(3)).toEqual([expect.objectContaining({ to: 930, columns: 400, have: [50, 100, 190, 210, 900] })])
  })

  test('is asked of the past again however fast the run gets longer, also when nothing was missing before', async () => {
    const { store, settle, learned, asked } = await health({ filling: id => ({ id, from: 1, to: 9, columns: 0 }) })
    store.open()
    await settle()
    for (const step of [250, 600, 1500]) await learned(step)
    expect(asked()).toEqual([100, 250, 600, 1500].map(to => expect.objectContaining({ to }) as unknown))
  })

  test('is not asked of the past again and again when that cannot be measured, until a person asks', async () => {
    const { main, store, settle, learned, told, asked } = await health()
    store.open()
    await settle()
    told([50], 0.1)
    told([], 1, 1, true)
    await learned(300)
    main.tell('run:state', runState({ step: 300, phase: 'idle' }))
    await settle()
    expect([asked().length, store.done]).toEqual([1, 1])
    store.chooseScale('logarithmic')
    await settle()
    expect(asked()).toHaveLength(2)
  })

  test('is asked for in detail between two steps, on another axis, and with the units of a layer', async () => {
    const { store, settle, learned, told, asked, main } = await health()
    store.open()
    await settle()
    store.askFor({ from: 40, to: 60 })
    store.chooseScale('logarithmic')
    store.mapUnits('relu1')
    store.mapUnits('relu1')
    await settle()
    expect(asked().slice(1)).toEqual([
      { from: 40, to: 60, columns: 1000, scale: 'linear', have: [] },
      { from: 40, to: 60, columns: 1000, scale: 'logarithmic', have: [] },
      { from: 40, to: 60, columns: 1000, scale: 'logarithmic', have: [], units: 'relu1' },
    ])
    expect(main.asked('run:probe').at(-1)).toEqual({ health: true, unitMap: 'relu1' })
    told([50], 0.5, 4)
    await learned(101)
    expect([stepsOf(store.columns), stepsOf(store.unitColumns)]).toEqual([[50, 100, 101], [50, 100, 101]])
    store.mapUnits(null)
    expect([store.unitColumns, asked().length]).toEqual([[], 4])
  })

  test('of an older question still counts, but not how far that is', async () => {
    const { store, settle, told } = await health()
    store.open()
    await settle()
    store.askFor({ from: 0, to: 9 })
    await settle()
    told([5], 1, 1)
    expect([stepsOf(store.columns), store.done]).toEqual([[5, 100], 0])
    told([], 1, 2)
    expect(store.done).toBe(1)
  })

  test('ends with its run: nothing of it comes later', async () => {
    const { store, settle, told, replaced, learned, asked } = await health()
    store.open()
    store.mapUnits('relu1')
    store.askFor({ from: 5, to: 9 })
    await settle()
    told([7], 0.5, 3)
    await replaced(2)
    expect([store.columns, store.unitColumns, store.range, store.done, store.unitLayer]).toEqual([[column(0)], [unitColumn(0)], null, 1, 'relu1'])
    told([8], 0.7, 3)
    await learned(3)
    expect(stepsOf(store.columns)).toEqual([0, 3])
    expect(asked().at(-1)).toMatchObject({ from: 0, to: 3 })
  })

  test('leaves out the step that a divergence undid, whether it was measured before or after', async () => {
    const { main, store, learned, settle } = await health()
    store.open()
    await settle()
    await learned(101)
    main.tell('run:state', runState({ step: 100, phase: 'diverged', divergence: { step: 101, loss: 'NaN' } }))
    expect(stepsOf(store.columns)).toEqual([100])
    await settle() // the probe still answers for the step that was undone
    expect(stepsOf(store.columns)).toEqual([100])
    main.tell('run:state', runState({ step: 100, phase: 'idle', events: [{ step: 100, change: { batchSize: 5 } }] }))
    expect(stepsOf(store.columns)).toEqual([100])
    await settle()
  })

  test('of a run that is not recorded has no past; another error is told', async () => {
    const { store, settle } = await health({ filling: (id) => { throw new LabError(id === 1 ? 'past.none' : 'file.missing', 'no', { file: 'x' }) } })
    store.open()
    await settle()
    expect([stepsOf(store.columns), store.done, useNotices().notices]).toEqual([[100], 1, []])
    store.askFor({ from: 1, to: 5 })
    await settle()
    expect(useNotices().notices).toHaveLength(1)
  })
})
