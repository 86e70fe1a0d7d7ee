import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import Recovery from '../../../renderer/train/Recovery.vue'
import { useNotices } from '../../../renderer/stores/notices'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, info, runState, show } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const autosave = { handle: 'auto', step: 4321, savedAt: Date.UTC(2026, 10, 24, 3, 14) }
const died = { code: 'worker.died', message: 'exit 1', details: { found: 'exit 1' } } as const

async function banner(answers: Parameters<typeof fakeMain>[0]) {
  const main = fakeMain({ 'run:recover': () => runState({ runId: 5, step: 4321 }), 'run:discardRecovery': () => null, ...answers })
  const view = await show(Recovery)
  await useRun().load()
  await flushPromises()
  const press = async (text: string) => { await view.findAll('button').find(button => button.text() === text)!.trigger('click'); await flushPromises() }
  return { main, view, press }
}

describe('the recovery banner', () => {
  test('is absent when all is well', async () => {
    const { view } = await banner({})
    expect(view.find('.banner').exists()).toBe(false)
  })

  test('offers the autosave when the thread died, and disappears when that was resumed', async () => {
    const { main, view, press } = await banner({ 'run:read': () => null, 'run:lost': () => ({ error: died, autosave }) })
    expect(view.get('[role=alert]').text()).toContain('The training thread ended by itself.')
    expect(view.get('[role=alert]').text()).not.toContain('not been autosaved')
    await press('Start again from the autosave at step 4,321')
    expect(main.asked('run:recover')).toEqual([{ from: 'autosave' }])
    expect(view.find('.banner').exists()).toBe(false)
  })

  test('says that the optimizer’s state is reset, when an autosave with one was resumed', async () => {
    const origin = { from: 'file', name: 'autosave.safetensors', step: 4321, gaps: ['optimizer'] } as const
    const { press } = await banner({ 'run:read': () => null, 'run:lost': () => ({ error: died, autosave }), 'run:recover': () => runState({ runId: 5, step: 4321, origin }) })
    await press('Start again from the autosave at step 4,321')
    expect(useNotices().notices).toMatchObject([{ kind: 'note', key: 'files.gap.optimizer', parameters: { step: 4321 } }])
  })

  test('offers only a restart with the same settings when nothing was saved', async () => {
    const { main, view, press } = await banner({ 'run:read': () => null, 'run:lost': () => ({ error: died, autosave: null }) })
    expect(view.findAll('button')).toHaveLength(1)
    // Cause: the sentence about the end of the thread promised an autosave that did not exist.
    const alertText = view.get('[role=alert]').text()
    expect(alertText).toMatch(/\S This run had not been autosaved yet\./) // the space before it was removed at the edge of its template
    expect(alertText.replace('This run had not been autosaved yet.', '')).not.toMatch(/autosave/)
    await press('Start afresh with the same settings')
    expect(main.asked('run:recover')).toEqual([{ from: 'seed' }])
  })

  test('appears at once when the thread dies while the window is open', async () => {
    const { main, view } = await banner({})
    main.tell('run:lost', { error: died, autosave })
    await flushPromises()
    expect(view.find('[role=alert]').exists()).toBe(true)
  })

  test('offers the last session’s run, or discards it', async () => {
    const { main, view, press } = await banner({ 'run:recovery': () => autosave })
    expect(view.get('.banner').text()).toContain('step 4,321')
    await press('Discard')
    expect(main.asked('run:discardRecovery')).toHaveLength(1)
    expect(view.find('.banner').exists()).toBe(false)
  })

  test('says why there is no dataset', async () => {
    const { view } = await banner({
      'run:read': () => null,
      'app:info': () => ({ ...info, dataset: { phase: 'failed', error: { code: 'dataset.missing', message: '', details: { file: 'train-images', wanted: 'a file', found: 'nothing' } } } }),
    })
    expect(view.get('[role=alert]').text()).toContain('Training is not possible without the dataset.')
  })
})
