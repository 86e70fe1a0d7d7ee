import { LabError, type RunConfig } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { type Component, defineComponent } from 'vue'
import NetworkView from '../../../renderer/inspector/NetworkView.vue'
import AccuracyChart from '../../../renderer/train/AccuracyChart.vue'
import ConfigPanel from '../../../renderer/train/ConfigPanel.vue'
import Counters from '../../../renderer/train/Counters.vue'
import LossChart from '../../../renderer/train/LossChart.vue'
import { useMetrics } from '../../../renderer/stores/metrics'
import { usePast } from '../../../renderer/stores/past'
import { useRun } from '../../../renderer/stores/run'
import { evaluation } from '../../fixtures/evaluation'
import { runConfig } from '../../fixtures/run-config'
import { fakeMain, metricsFrame, runState, show, soFar } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

// Cause: the heads of the charts, the counters and the settings spoke of the present while every view showed the past.

/** happy-dom has no canvas: only what stands above the chart is shown */
const Head = defineComponent({ inheritAttrs: false, setup: (_, { slots }) => () => slots['default']?.() })

/** A window at step 35,466 that shows step 167, where the run had other settings. */
async function past(component: Component, { then = runConfig({ learningRate: 0.1 }), now = runConfig({ learningRate: 0.01 }), phase = 'idle' }: { then?: RunConfig, now?: RunConfig, phase?: 'idle' | 'running' } = {}) {
  fakeMain({
    'run:read': () => soFar(runState({ step: 35_466, epoch: 59, stepInEpoch: 66, config: now, phase })), 'past:leave': () => null,
    'past:read': () => { throw new LabError('past.none', '', {}) },
  })
  await useRun().load()
  useMetrics().take(metricsFrame({ firstStep: 35_466, losses: Float32Array.of(0.0237), evaluations: [evaluation(100, { test: 0.86, train: 0.85 }), evaluation(35_466, { test: 0.972, train: 0.998 })], epoch: 59, stepInEpoch: 66, samplesPerSecond: 100 }))
  const view = await show(component, { frame: null, selected: 'affine1' }, { TimelineFigure: Head })
  usePast().moment = { state: runState({ runId: 1_000_000_001, step: 167, epoch: 0, stepInEpoch: 167, loss: 0.412, config: then }), differsAt: null, stepMs: null, exact: true }
  await flushPromises()
  return view
}
const text = (view: { text: () => string }) => view.text().replaceAll(/\s+/g, ' ')

test('the head of the loss names the loss of the moment, and then that of now', async () => {
  const view = await past(LossChart)
  expect(text(view)).toContain('loss at step 167 0.412 now 0.0237')
  usePast().leave()
  await flushPromises()
  expect([text(view).includes('0.0237'), text(view).includes('now')]).toEqual([true, false])
})

test('the head of the accuracy names what was measured until then, and when', async () => {
  const head = text(await past(AccuracyChart))
  expect(head).toContain('test 86.0% now 97.2%')
  expect(head).toContain('training 85.0% now 99.8%')
  expect(head).toContain('measured at step 100')
  expect(head).toContain('training − test: −1.0 points')
})

test('the counters are those of the moment, and say so; the speed is that of now', async () => {
  const view = await past(Counters, { phase: 'running' })
  expect([text(view.get('.step')), text(view.get('.epoch')), text(view.get('.speed'))]).toEqual(['Step (past)167', 'Epoch (past)0 167/600', 'Speed now1 steps/s'])
  expect(view.get('.step').attributes('title')).toBe('The past is shown: step 167 of 35,466.')
  usePast().leave()
  await flushPromises()
  expect([text(view.get('.step')), text(view.get('.epoch')), view.get('.step').attributes('title')]).toEqual(['Step35,466', 'Epoch59 66/600', undefined])
})

test('the settings are those of now, and what has changed since then is named', async () => {
  expect(text((await past(ConfigPanel)).get('footer'))).toContain('These are the settings of now, step 35,466; a change acts on now. Changed since step 167, which is shown: Learning rate 0.1 → 0.01.')
  expect(text((await past(ConfigPanel, { now: runConfig({ learningRate: 0.1 }) })).get('footer'))).toContain('They were the same at step 167, which is shown.')
})

test('the update in the chain names its moment', async () => {
  const view = await past(NetworkView)
  expect(text(view.get('.phases li:last-child'))).toBe('Update W ← W − 0.1 · dW · at step 167')
})
