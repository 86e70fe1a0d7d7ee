import type { LostRun } from '@contract'
import { Curves, defaultConfig, LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import Fault from '../../../renderer/train/Fault.vue'
import { useMetrics } from '../../../renderer/stores/metrics'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, info, runState, show, soFar } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const config = { ...defaultConfig, seed: 5 }
const error = { code: 'worker.died', message: 'exit 1', details: { found: 'exit 1' } } as const
const lost: LostRun = { error, config, run: { runId: 1, id: 'a'.repeat(32), step: 4321 } }

async function banner(answers: Parameters<typeof fakeMain>[0]) {
  const main = fakeMain(answers)
  const view = await show(Fault)
  await useRun().load()
  await flushPromises()
  const press = async (text: string) => { await view.findAll('button').find(button => button.text() === text)!.trigger('click'); await flushPromises() }
  return { main, view, press }
}

describe('the banner of a fault', () => {
  test('is absent when all is well', async () => {
    const { view } = await banner({})
    expect(view.find('.banner').exists()).toBe(false)
  })

  test('offers to go on with the run when the thread died, and disappears when it does, with its curves', async () => {
    const curves = new Curves()
    curves.takeLoss(4321, 0.5)
    let now: ReturnType<typeof soFar> | null = null
    const { main, view, press } = await banner({ 'run:read': () => now, 'run:lost': () => lost, 'runs:open': () => (now = soFar(runState({ runId: 5, step: 4321 }), curves)).state })
    expect(view.get('[role=alert]').text()).toMatch(/The training thread ended by itself\. .*\S What was learned up to step 4,321 is kept\./)
    await press('Go on from step 4,321')
    expect(main.asked('runs:open')).toEqual([{ id: 'a'.repeat(32) }])
    expect([view.find('.banner').exists(), useRun().step, useMetrics().latestLoss]).toEqual([false, 4321, 0.5])
  })

  test('offers to start afresh, too, and only that when nothing was learned', async () => {
    for (const run of [lost.run, null]) {
      const { main, view, press } = await banner({ 'run:read': () => null, 'run:lost': () => ({ ...lost, run }), 'run:configure': () => runState({ runId: 5, config }) })
      expect(view.findAll('button')).toHaveLength(run ? 2 : 1)
      expect(view.get('[role=alert]').text().includes('is kept.')).toBe(run !== null)
      await press('Start afresh with the same settings')
      expect([main.asked('run:configure'), view.find('.banner').exists()]).toEqual([[config], false])
    }
  })

  test('stays when the run cannot be continued', async () => {
    const { view, press } = await banner({ 'run:read': () => null, 'run:lost': () => lost, 'runs:open': () => { throw new LabError('run.missing', 'gone', { file: 'a' }) } })
    await press('Go on from step 4,321')
    expect(view.find('[role=alert]').exists()).toBe(true)
  })

  test('appears at once when the thread dies while the window is open', async () => {
    const { main, view } = await banner({})
    main.tell('run:lost', lost)
    await flushPromises()
    expect(view.find('[role=alert]').exists()).toBe(true)
  })

  test('says why there is no dataset', async () => {
    const { view } = await banner({
      'run:read': () => null,
      'app:info': () => ({ ...info, dataset: { phase: 'failed', error: { code: 'dataset.missing', message: '', details: { file: 'train-images', wanted: 'a file', found: 'nothing' } } } }),
    })
    expect(view.get('[role=alert]').text()).toContain('Training is not possible without the dataset.')
  })
})
