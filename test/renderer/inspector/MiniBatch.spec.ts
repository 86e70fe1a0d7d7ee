import type { ProbeFrame, ProbeQuery } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import MiniBatch from '../../../renderer/inspector/MiniBatch.vue'
import { useRun } from '../../../renderer/stores/run'
import { useXray } from '../../../renderer/stores/xray'
import { recordCanvases } from '../canvas'
import { fakeMain, runState, show, soFar } from '../lab'
import { probeFrame } from '../probe'

beforeEach(() => { recordCanvases() })
afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

type Row = NonNullable<ProbeFrame['batch']>['items'][number]
const row = (index: number, label: number, predicted: number, loss: number): Row => {
  const y = new Float32Array(10).fill(0.05)
  y[predicted] = 0.55
  return { index, label, predicted, loss, pixels: new Float32Array(784), y }
}
const rows = [row(812, 4, 9, 3), row(7, 2, 2, 0.6), row(33, 1, 1, 0.5)]

async function miniBatch(batch: ProbeFrame['batch'] = { total: 3, wrong: 1, items: rows }) {
  const asked: ProbeQuery[] = []
  fakeMain({
    'xray:open': () => new Promise(() => undefined),
    'run:read': () => soFar(runState({ step: 12, loss: 1.4 })),
    'run:probe': (query) => { asked.push(query); return probeFrame({ step: 12, batch }) },
  })
  await useRun().load()
  const view = await show(MiniBatch)
  await new Promise(done => setTimeout(done, 120))
  await flushPromises()
  return { view, asked }
}

describe('the mini-batch', () => {
  test('shows its images, most wrong first, with the answer where it is wrong', async () => {
    const { view } = await miniBatch()
    expect(view.findAll('[role=gridcell]').map(cell => [cell.attributes('aria-label'), cell.text()])).toEqual([
      ['4, read as 9, loss 3.00, wrong', '4→9'], ['2, loss 0.600', '2'], ['1, loss 0.500', '1'],
    ])
    expect(view.text()).toContain('step 12 · 1 of 3 wrong · most wrong first')
  })

  test('begins with y, t and y − t of the worst, and shows those of the chosen image', async () => {
    const { view } = await miniBatch()
    const told = () => view.findAll('tbody tr').map(tr => tr.findAll('td:not(.track)').map(td => td.text()))
    expect(told()[4]).toEqual(['0.0500', '1', '−0.950'])
    expect(told()[9]).toEqual(['0.550', '0', '+0.550'])
    expect(view.get('.image').text()).toBe('label 4answer 9loss 3.00')
    view.findAll<HTMLElement>('[role=gridcell]')[1]!.element.focus()
    await flushPromises()
    expect(told()[2]).toEqual(['0.550', '1', '−0.450'])
  })

  test('opens the whole step as a graph, or one image alone', async () => {
    const { view } = await miniBatch()
    const xray = useXray()
    await view.get('header button').trigger('click')
    expect([xray.isOpen, xray.image]).toEqual([true, null])
    await view.findAll('[role=gridcell]')[0]!.trigger('dblclick')
    expect(xray.image).toEqual({ split: 'train', index: 812 })
  })

  test('asks for a page of images, and for the next one on request', async () => {
    const { view, asked } = await miniBatch({ total: 10_000, wrong: 8_000, items: rows })
    expect(asked).toEqual([{ batch: { first: 0, count: 100 } }])
    expect(view.get('nav').text()).toBe('1–100 of 10,000')
    await view.findAll('nav button')[1]!.trigger('click')
    await new Promise(done => setTimeout(done, 120))
    await flushPromises()
    expect(asked.at(-1)).toEqual({ batch: { first: 100, count: 100 } })
  })

  test('is not there before the first step', async () => {
    expect((await miniBatch(null)).view.find('.batch').exists()).toBe(false)
  })
})
