import type { RunState } from '@contract'
import { LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import ForkNote from '../../../renderer/past/ForkNote.vue'
import { useParentCurve } from '../../../renderer/stores/parent-curve'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { useRuns } from '../../../renderer/stores/runs'
import { idOf } from '../files/run-entry'
import { fakeMain, runState, show, soFar } from '../lab'
import { runCurves } from './run-curves'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

async function note(state: RunState, answers: Parameters<typeof fakeMain>[0] = {}) {
  const main = fakeMain({ 'run:read': () => soFar(state), 'runs:curves': () => [runCurves()], 'past:leave': () => null, 'past:read': () => null, ...answers })
  await useRun().load()
  const view = await show(ForkNote)
  await flushPromises()
  return { main, view, curve: useParentCurve() }
}
const slower = { step: 800, change: { optimizer: { learningRate: 0.01 } } }
const fork = runState({ step: 900, parent: { run: idOf(1), step: 800 }, events: [...runCurves().events, slower, { step: 850, change: { batchSize: 20 } }] })

test('a fork names its parent and what was changed there, without later changes', async () => {
  const { view } = await note(fork)
  expect(view.text()).toBe('Forked from “First” at step 800: Learning rate 0.05 → 0.01')
  await view.get('button').trigger('click')
  expect([useRuns().chosenId, useRoom().current]).toEqual([idOf(1), 'files'])
})

test('a fork with the same settings names its parent alone', async () => {
  const { view } = await note({ ...fork, events: runCurves().events })
  expect(view.text()).toBe('Forked from “First” at step 800')
})

test('a fork that was taught an image says which, with what was changed, and not what its parent was taught there', async () => {
  const taught = (label: number, times: number) => ({ step: 800, change: {}, taught: { pixels: '', label, times } })
  const { view } = await note({ ...fork, events: [...runCurves().events, taught(7, 10)] })
  expect(view.text()).toBe('Forked from “First” at step 800: taught one 7, 10 times')
  const both = await note({ ...fork, events: [...runCurves().events, slower, taught(4, 1)] })
  expect(both.view.text()).toBe('Forked from “First” at step 800: Learning rate 0.05 → 0.01 · taught one 4, once')
  const again = await note({ ...fork, events: [...runCurves().events, taught(7, 10), taught(2, 1)] }, { 'runs:curves': () => [runCurves({ events: [...runCurves().events, taught(7, 10)] })] })
  expect(again.view.text()).toBe('Forked from “First” at step 800: taught one 2, once')
})

test('its parent’s loss and accuracies are offered from the fork on', async () => {
  const at = (step: number, accuracy: number) => ({ step, epoch: 1, seconds: 1, test: { accuracy, images: 10, classes: [] } })
  const { main, curve } = await note(fork, { 'runs:curves': () => [runCurves({ evaluations: [at(600, 0.5), at(800, 0.6), { step: 900, epoch: 1, seconds: 1 }, at(1200, 0.9)] })] })
  expect(main.asked('runs:curves')).toMatchObject([{ ids: [idOf(1)] }])
  expect(curve.curve).toEqual({ name: 'First', points: [{ x: 800, y: 0.7 }, { x: 1200, y: 0.3 }], accuracy: [{ x: 800, y: 0.6 }, { x: 1200, y: 0.9 }] })
})

test('a parent that was deleted is not missed', async () => {
  const { view, curve } = await note(fork, { 'runs:curves': () => { throw new LabError('run.missing', '', { file: 'x' }) } })
  expect([view.text(), view.find('button').exists(), curve.curve]).toEqual(['Forked at step 800 from a run that is no longer here', false, null])
})

test('a parent that was deleted is named where its fork knows its name', async () => {
  const { view } = await note({ ...fork, parent: { ...fork.parent!, name: 'Bold', created: 0 } }, { 'runs:curves': () => { throw new LabError('run.missing', '', { file: 'x' }) } })
  expect(view.text()).toBe('Forked at step 800 from “Bold”, which is no longer here')
})

test('a run that is no fork says nothing, and neither does one that begins after a fork', async () => {
  const { main, view, curve } = await note(fork)
  main.tell('run:state', runState({ runId: 2 }))
  await flushPromises()
  expect([view.text(), curve.curve, curve.settings]).toEqual(['', null, null])
})
