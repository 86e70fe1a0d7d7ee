import type { ProbeFrame, ProbeQuery } from '@contract'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, shallowRef } from 'vue'
import { type Probe, useProbe } from '../../../renderer/stores/useProbe'
import { useRun } from '../../../renderer/stores/run'
import { probeFrame } from '../probe'
import { fakeMain, metricsFrame, runState, soFar } from '../lab'

afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const frameOf = (runId: number, step: number): ProbeFrame => probeFrame({ runId, step, loss: 1 / step })

/** A view of run 1 at step 5 whose requests are answered by hand. */
async function probing() {
  const waiting: { readonly query: ProbeQuery, readonly answer: (frame: ProbeFrame) => void }[] = []
  const main = fakeMain({ 'run:read': () => soFar(runState({ step: 5 })), 'run:probe': query => new Promise((answer) => { waiting.push({ query, answer }) }) })
  await useRun().load()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const query = shallowRef<ProbeQuery | null>({ stats: true })
  let probe!: Probe
  mount(defineComponent({ setup() { probe = useProbe(() => query.value); return () => null } }), { attachTo: document.body })
  const settle = async () => { await vi.advanceTimersByTimeAsync(200); await flushPromises() }
  const answer = async (runId: number, step: number) => {
    waiting.shift()!.answer(frameOf(runId, step))
    await settle()
  }
  await settle()
  const learned = (firstStep: number) => main.tell('run:metrics', metricsFrame({ firstStep, losses: Float32Array.of(1) }))
  return { main, query, waiting, answer, settle, learned, shown: () => probe.frame.value && [probe.frame.value.runId, probe.frame.value.step] }
}

describe('what a view shows of a step', () => {
  test('is one answer, which stays whole while the run learns on, until the next one', async () => {
    const { answer, shown, learned, settle, waiting } = await probing()
    expect(shown()).toBeNull()
    await answer(1, 5)
    learned(6)
    await settle()
    expect([shown(), waiting.length]).toEqual([[1, 5], 1])
    learned(7)
    await answer(1, 7) // the thread was ahead of the step that was asked about
    expect([shown(), waiting.length]).toEqual([[1, 7], 1]) // it asks about step 7, which it did not know to be there
  })

  test('is not the late answer of a run that was replaced', async () => {
    const { main, answer, shown, waiting } = await probing()
    main.tell('run:state', runState({ runId: 2, step: 0 }))
    await answer(1, 5)
    expect([shown(), waiting.length]).toEqual([null, 1])
    await answer(2, 0)
    expect([shown(), waiting.length]).toEqual([[2, 0], 0])
  })

  test('disappears with its run, before there is an answer of the next', async () => {
    const { main, answer, shown } = await probing()
    await answer(1, 5)
    main.tell('run:state', runState({ runId: 2, step: 5 }))
    expect(shown()).toBeNull()
    await flushPromises()
  })

  test('waits for the state of the run that answered', async () => {
    const { main, answer, shown } = await probing()
    await answer(2, 0)
    expect(shown()).toBeNull()
    main.tell('run:state', runState({ runId: 2, step: 0 }))
    expect(shown()).toEqual([2, 0])
  })

  test('is asked for again, whole, when the view wants another part of the same step', async () => {
    const { query, answer, settle, waiting } = await probing()
    await answer(1, 5)
    query.value = { stats: true, tensors: [{ path: 'affine1.W' }] }
    await settle()
    expect(waiting.map(({ query }) => query)).toEqual([{ stats: true, tensors: [{ path: 'affine1.W' }] }])
    query.value = null
    await answer(1, 5)
    expect(waiting).toEqual([])
  })
})
