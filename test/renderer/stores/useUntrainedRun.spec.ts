import type { LeftRun, RunState } from '@contract'
import { Curves, LabError, type RunConfig } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { useMetrics } from '../../../renderer/stores/metrics'
import { useRun } from '../../../renderer/stores/run'
import { useUntrainedRun } from '../../../renderer/stores/useUntrainedRun'
import { fakeMain, metricsFrame, runState, soFar } from '../lab'

let scope: EffectScope | undefined
afterEach(() => { scope?.stop(); vi.unstubAllGlobals() })

const { config: usual } = runState()
const wider: RunConfig = { ...usual, network: { ...usual.network, layers: [{ kind: 'affine', units: 100 }, { kind: 'relu' }, { kind: 'affine', units: 10 }] } }

/** Main with a run, which it keeps when another one replaces it. */
async function main(first: RunState, { refuses = false, losses = [] as number[] } = {}) {
  let state = first
  let left: LeftRun | null = { runId: -1, id: 'earlier', step: 3 }
  const curves = new Curves()
  losses.forEach((loss, i) => curves.takeLoss(i + 1, loss))
  const kept = new Map<string, RunState>()
  const replace = (next: Partial<RunState>) => {
    if (state.step > 0) {
      left = { runId: state.runId, id: `run ${state.runId}`, step: state.step }
      kept.set(left.id, state)
    }
    return state = runState({ ...next, runId: state.runId + 1 })
  }
  const lab = fakeMain({
    'run:read': () => soFar(state, state.step > 0 ? curves : undefined), 'run:left': () => left, 'run:pause': () => state = { ...state, phase: 'idle' },
    'run:demonstrate': () => {
      if (refuses) throw new LabError('worker.died', 'no thread', {})
      return replace({})
    },
    'run:configure': config => replace({ config }),
    'runs:open': ({ id }) => replace(kept.get(id)!),
  })
  await useRun().load()
  scope = effectScope()
  const untrained = scope.run(useUntrainedRun)!
  await flushPromises()
  return { ...lab, untrained, now: () => useRun().state!, end: async () => { scope!.stop(); await flushPromises() } }
}

describe('an untrained run', () => {
  test('is the one that stands ready at the first start: nothing is replaced, and what it learns stays', async () => {
    const { untrained, asked, end } = await main(runState())
    expect([untrained.ready.value, untrained.setAsideAt.value]).toEqual([true, null])
    await end()
    expect([...asked('run:demonstrate'), ...asked('runs:open')]).toEqual([])
  })

  test('stands in place of one’s own while the scope lives; one’s own comes back at its step', async () => {
    const { untrained, asked, now, end } = await main(runState({ step: 1_200, config: wider }))
    expect([untrained.ready.value, untrained.setAsideAt.value, now().step, now().config]).toEqual([true, 1_200, 0, usual])
    await end()
    expect([asked('runs:open'), now().step, now().config]).toEqual([[{ id: 'run 1' }], 1_200, wider])
  })

  test('gives one’s own its curves back, which go on from there', async () => {
    const curve = () => ({ first: useMetrics().loss.first, latest: useMetrics().loss.latest, length: useMetrics().loss.length })
    const { end, now, tell } = await main(runState({ step: 3 }), { losses: [2.25, 2, 1.75] })
    expect(curve().length).toBe(0)
    await end()
    expect([useRun().firstStep, curve()]).toEqual([0, { first: { x: 1, y: 2.25 }, latest: { x: 3, y: 1.75 }, length: 3 }])
    tell('run:metrics', metricsFrame({ runId: now().runId, firstStep: 4, step: 4, losses: Float32Array.of(1.5) }))
    expect(curve()).toEqual({ first: { x: 1, y: 2.25 }, latest: { x: 4, y: 1.5 }, length: 4 })
  })

  test('is paused before one’s own comes back', async () => {
    const { asked, end, now } = await main(runState({ step: 5 }))
    useRun().accept({ ...now(), phase: 'running' })
    await end()
    expect(asked('run:pause')).toHaveLength(1)
  })

  test('gives way to the settings of one’s own that had learned nothing', async () => {
    const { untrained, asked, now, end } = await main(runState({ config: wider }))
    expect([untrained.setAsideAt.value, now().config]).toEqual([null, usual])
    await end()
    expect([asked('run:demonstrate').length, asked('run:configure'), now().config]).toEqual([1, [wider], wider])
  })

  test('is not there where one’s own could not be replaced, which then is left alone', async () => {
    const { untrained, asked, now, end } = await main(runState({ step: 1_200 }), { refuses: true })
    expect(untrained.ready.value).toBe(false)
    await end()
    expect([asked('run:demonstrate').length, asked('run:configure'), asked('runs:open'), now().step]).toEqual([1, [], [], 1_200])
  })

  test('waits for the digits', async () => {
    const lab = fakeMain({ 'run:read': () => null })
    await useRun().load()
    scope = effectScope()
    const { ready } = scope.run(useUntrainedRun)!
    expect(ready.value).toBe(false)
    lab.tell('run:state', runState())
    await flushPromises()
    expect(ready.value).toBe(true)
  })
})
