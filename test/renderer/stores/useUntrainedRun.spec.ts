import type { RunState, WeightsEntry } from '@contract'
import { LabError, type RunConfig } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { useMetrics } from '../../../renderer/stores/metrics'
import { useRun } from '../../../renderer/stores/run'
import { useUntrainedRun } from '../../../renderer/stores/useUntrainedRun'
import { fakeMain, metricsFrame, runState, soFar } from '../lab'

let scope: EffectScope | undefined
afterEach(() => { scope?.stop(); vi.unstubAllGlobals() })

const entry = (kind: WeightsEntry['kind'], step: number, savedAt: number) => ({ handle: kind, kind, name: `${kind}.safetensors`, savedAt, summary: { step } }) as WeightsEntry
const { config: usual } = runState()
const wider: RunConfig = { ...usual, network: { ...usual.network, layers: [{ kind: 'affine', units: 100 }, { kind: 'relu' }, { kind: 'affine', units: 10 }] } }

/** Main with a run, which it keeps as the previous run when another replaces it, unless it is in a file of the user. */
async function main(first: RunState, { inFile = false, refuses = false, losses = [] as number[] } = {}) {
  let state = first
  const files: WeightsEntry[] = [entry('sample', 10_000, 0), entry('previous', 3, 1), ...inFile ? [entry('file', first.step, 2)] : []]
  const replace = (next: Partial<RunState>) => {
    if (state.step > 0 && !inFile) files.splice(1, 1, entry('previous', state.step, Date.now() + state.runId))
    return state = runState({ runId: state.runId + 1, ...next })
  }
  const lab = fakeMain({
    'run:read': () => soFar(state), 'weights:list': () => [...files], 'run:pause': () => state = { ...state, phase: 'idle' },
    'run:demonstrate': () => {
      if (refuses) throw new LabError('worker.died', 'no thread', {})
      return replace({})
    },
    'run:configure': config => replace({ config }),
    'weights:open': ({ handle }) => replace({ step: files.find(file => file.handle === handle)!.summary!.step, origin: { from: 'file', name: `${handle}.safetensors`, step: files.find(file => file.handle === handle)!.summary!.step } }),
  })
  await useRun().load()
  losses.forEach((loss, i) => lab.tell('run:metrics', metricsFrame({ runId: first.runId, firstStep: i + 1, step: i + 1, losses: Float32Array.of(loss) })))
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
    expect([...asked('run:demonstrate'), ...asked('weights:open')]).toEqual([])
  })

  test('stands in place of one’s own while the scope lives; one’s own comes back at its step', async () => {
    const { untrained, asked, now, end } = await main(runState({ step: 1_200, config: wider }))
    expect([untrained.ready.value, untrained.setAsideAt.value, now().step, now().config]).toEqual([true, 1_200, 0, usual])
    await end()
    expect([asked('weights:open'), now().step]).toEqual([[{ handle: 'previous' }], 1_200])
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

  test('gives way to the file that holds one’s own, where the lab kept no second one', async () => {
    const { asked, now, end } = await main(runState({ step: 1_200 }), { inFile: true })
    await end()
    expect([asked('weights:open'), now().step]).toEqual([[{ handle: 'file' }], 1_200])
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
    expect([asked('run:demonstrate').length, asked('run:configure'), asked('weights:open'), now().step]).toEqual([1, [], [], 1_200])
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
