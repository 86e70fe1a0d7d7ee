import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent } from 'vue'
import LossChart from '../../../renderer/train/LossChart.vue'
import { useMetrics } from '../../../renderer/stores/metrics'
import { fakeMain, show } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

/** A stub without drawing, for which happy-dom has no canvas */
const legendAlone = defineComponent({ setup: (_, { slots }) => () => slots['default']?.() })

async function legend(steps: number): Promise<string> {
  fakeMain()
  const view = await show(LossChart, {}, { LineFigure: legendAlone })
  const metrics = useMetrics()
  metrics.reset(1)
  metrics.take({ runId: 1, firstStep: 1, losses: new Float32Array(steps).fill(0.5), evaluations: [], samplesPerSecond: 0, epoch: 0, stepInEpoch: 0 } as never)
  await flushPromises()
  return view.text()
}

// Cause: at full speed points were means of 32 mini-batches, but were labelled as single mini-batches.
test('the loss says how many mini-batches a point is the mean of', async () => {
  expect(await legend(100)).toMatch(/mini-batch\s*0\.5/)
  expect(await legend(4096)).not.toContain('mean of')
  expect(await legend(4097)).toContain('mean of 2 mini-batches · latest mini-batch')
  expect(await legend(4 * 4096)).toContain('mean of 4 mini-batches')
})
