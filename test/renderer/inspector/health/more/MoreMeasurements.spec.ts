import type { LineFrame, SamplesFrame } from '@contract'
import { LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import MoreMeasurements from '../../../../../renderer/inspector/health/more/MoreMeasurements.vue'
import { useRun } from '../../../../../renderer/stores/run'
import { useXray } from '../../../../../renderer/stores/xray'
import { recordCanvases } from '../../../canvas'
import { fakeMain, runState, show, soFar } from '../../../lab'

beforeEach(() => {
  vi.useFakeTimers()
  recordCanvases()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  document.body.replaceChildren()
})

const at = { runId: 1, step: 12, price: { ms: 4, share: 0.01, everyMs: 1000 } }
const spread = (mean: number) => ({ norms: Float32Array.of(1, 2, 3, 4), mean, deviation: 1, signalToNoise: 2 * mean })
const samples: SamplesFrame = {
  ...at, images: Uint32Array.of(7, 8, 9, 10), whole: spread(2), layers: [{ layer: 'affine1', ...spread(0.25) }, { layer: 'affine2', ...spread(1) }],
  largest: [{ index: 10, label: 4, predicted: 9, loss: 3, norm: 4, pixels: new Float32Array(784) }],
}
const ends = { loss: [0.5, 0.4], slope: [-0.2, 0.1], floor: 2 / 3, verdict: 'over' } as const
const line: LineFrame = { ...at, alphas: Float32Array.of(-0.5, 0, 1, 2), losses: Float32Array.of(0.7, 0.5, 0.4, 0.6), whole: ends, layers: [{ layer: 'affine1', ...ends, verdict: 'under' }, { layer: 'affine2', ...ends }] }

async function opened(given: { samples?: () => SamplesFrame } = {}) {
  const asked: string[] = []
  fakeMain({
    'xray:open': () => new Promise(() => undefined),
    'run:read': () => soFar(runState({ step: 12, loss: 1.4 })),
    'measure:samples': () => { asked.push('samples'); return given.samples?.() ?? samples },
    'measure:line': () => { asked.push('line'); return line },
    'measure:plane': () => { asked.push('plane'); throw new LabError('measure.noStep', 'x') },
  })
  await useRun().load()
  const view = await show(MoreMeasurements)
  const settle = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms)
    await flushPromises()
  }
  const open = async () => {
    const details = view.get('details').element as HTMLDetailsElement
    details.open = true
    details.dispatchEvent(new Event('toggle'))
    await settle(10)
  }
  const part = (name: string) => view.get(`section[aria-label="${name}"]`)
  return { view, asked, settle, open, part }
}
const samplesName = 'Gradients of single images'
const lineName = 'The step along its own line'

describe('more measurements', () => {
  test('are closed and cost nothing; opened they say their measured price, and measure nothing more', async () => {
    const { view, asked, settle, open, part } = await opened()
    await settle(3000)
    expect([asked, view.findAll('section').length]).toEqual([[], 0])
    await open()
    expect(part(lineName).text()).toContain('Takes about 4 ms; once a second it costs 0.4% of speed.')
    await settle(5000)
    expect(asked.filter(what => what !== 'plane').toSorted()).toEqual(['line', 'samples'])
  })

  test('tell how far the images agree, layer by layer, and which pull most', async () => {
    const { open, part, settle } = await opened()
    await open()
    await part(samplesName).get('header button').trigger('click')
    await settle(1500)
    expect(part(samplesName).text()).toContain('The mean gradient of the 4 images is 2 long. Single images lie 1 away from it (root mean square), so a mean of 4 is uncertain by 0.5. Signal to noise: 4.0')
    expect(part(samplesName).text()).toContain('Clear')
    await part(samplesName).findAll('input[type=radio]')[1]!.setValue(true)
    expect(part(samplesName).text()).toContain('Mostly noise')
    expect(part(samplesName).findAll('[role=gridcell]').map(cell => cell.attributes('aria-label'))).toEqual(['4, read as 9, gradient 4, loss 3.00, wrong'])
    await part(samplesName).get('[role=gridcell]').trigger('dblclick')
    expect(useXray().image).toEqual({ split: 'train', index: 10 })
  })

  test('judge the step by its slopes, as a whole and layer by layer', async () => {
    const { open, part, settle } = await opened()
    await open()
    await part(lineName).get('header button').trigger('click')
    await settle(1500)
    expect(part(lineName).text()).toContain('Beyond the floor, which lies at 0.67 of the step')
    expect(part(lineName).findAll('tbody tr').map(row => row.text())).toEqual(['Affine 1−0.2 → 0.10.67 · before it', 'Affine 2−0.2 → 0.10.67 · beyond it'])
    expect(part(lineName).get('svg[role=img]').attributes('aria-label')).toContain('Loss 0.5 before the step, 0.4 after it')
    await part(lineName).get('header button').trigger('click')
    expect(part(lineName).find('svg[role=img]').exists()).toBe(false)
  })

  test('say why they cannot be made', async () => {
    const { open, part, settle } = await opened({ samples: () => { throw new LabError('measure.mixedRows', 'x') } })
    await open()
    await settle(10)
    expect(part('The loss over two weights').get('[role=status]').text()).toBe('There is no mini-batch to measure yet. Learn one first.')
    expect(part(samplesName).get('[role=status]').text()).toContain('Batch normalization uses the mean of the whole mini-batch')
  })
})
