import type { RunState } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import Transport from '../../../renderer/train/Transport.vue'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, info, metricsFrame, runState, show, soFar } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

async function transport(state: RunState | null = runState(), answers: Parameters<typeof fakeMain>[0] = {}) {
  const main = fakeMain({
    'run:read': () => state && soFar(state),
    'run:start': ({ pace }) => runState({ ...state, phase: 'running', pace }),
    'run:pause': () => runState({ ...state, phase: 'idle' }),
    'run:pace': ({ pace }) => runState({ ...state, pace }),
    'run:step': () => runState({ ...state, step: 1, stepInEpoch: 1 }),
    'run:rewind': () => runState({ runId: 2 }),
    ...answers,
  })
  await useRun().load()
  const view = await show(Transport)
  const disabled = () => Object.fromEntries(view.findAll('.buttons button').map(button => [button.attributes('aria-label'), button.attributes('disabled') !== undefined]))
  const press = async (label: string) => { await view.get(`button[aria-label="${label}"]`).trigger('click'); await flushPromises() }
  return { main, view, disabled, press }
}

describe('the transport bar', () => {
  test('offers everything before the first step, with its keys', async () => {
    const { view, disabled } = await transport()
    expect(disabled()).toEqual({ 'Run': false, 'One step': false, 'Rewind': false })
    expect(view.findAll('.buttons button').map(button => button.attributes('aria-keyshortcuts'))).toEqual(['Space', 'N', 'Home'])
    expect(view.get('[role=status]').text()).toBe('Not started')
  })

  test('waits for the dataset, and says so', async () => {
    const { view, disabled } = await transport(null, { 'app:info': () => ({ ...info, dataset: { phase: 'loading' } }) })
    expect(Object.values(disabled())).toEqual([true, true, true])
    expect(view.get('[role=status]').text()).toBe('Loading MNIST…')
  })

  test('can pause and rewind while it runs, not step', async () => {
    const { main, disabled, press } = await transport()
    await press('Run')
    expect(main.asked('run:start')).toEqual([{ pace: 1 }])
    expect(disabled()).toEqual({ 'Pause': false, 'One step': true, 'Rewind': false })
    await press('Pause')
    expect(disabled()).toEqual({ 'Run': false, 'One step': false, 'Rewind': false })
  })

  test('can only be rewound after the loss diverged', async () => {
    const { view, disabled } = await transport(runState({ phase: 'diverged', divergence: { step: 12, loss: 'NaN' } }))
    expect(disabled()).toEqual({ 'Run': true, 'One step': true, 'Rewind': false })
    expect(view.get('[role=status]').text()).toBe('Diverged')
  })

  test('is disabled once the thread is lost', async () => {
    const { main, disabled } = await transport()
    main.tell('run:lost', { error: { code: 'worker.died', message: '', details: { found: '1' } }, autosave: null })
    await nextTick()
    expect(Object.values(disabled())).toEqual([true, true, true])
  })

  test('counts steps and epochs as the metrics come', async () => {
    const { main, view } = await transport(runState({ phase: 'running' }))
    main.tell('run:metrics', metricsFrame({ firstStep: 1230, losses: Float32Array.of(0.5, 0.4, 0.3, 0.2, 0.1), epoch: 2, stepInEpoch: 34, samplesPerSecond: 19_043 }))
    await nextTick()
    expect(view.get('.step dd').text()).toBe('1,234')
    expect(view.get('.epoch dd').text()).toBe('2 34/600')
    expect(view.get('.speed dd').text()).toBe('190 steps/s')
  })

  test('ignores an older run’s steps', async () => {
    const { main, view, press } = await transport(runState({ step: 40, stepInEpoch: 40 }))
    await press('Rewind')
    main.tell('run:metrics', metricsFrame({ firstStep: 41, losses: Float32Array.of(0.5), stepInEpoch: 41 }))
    await nextTick()
    expect(view.get('.step dd').text()).toBe('0')
  })

  test('changes the pace and remembers it', async () => {
    const { main, view } = await transport()
    await view.findAll('.pace input').at(-1)!.setValue()
    await flushPromises()
    expect(main.asked('settings:write')).toEqual([{ pace: 'full' }])
    expect(main.asked('run:pace')).toEqual([{ pace: 'full' }])
  })
})
