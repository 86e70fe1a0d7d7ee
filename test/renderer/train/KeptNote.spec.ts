import type { WeightsEntry } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import KeptNote from '../../../renderer/train/KeptNote.vue'
import { useRun } from '../../../renderer/stores/run'
import { perceptron } from '../../fixtures/run-config'
import { fakeMain, runState, show, soFar } from '../lab'

afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const entry = (kind: WeightsEntry['kind'], step: number, savedAt: number): WeightsEntry => ({
  handle: kind, kind, name: `${kind}.safetensors`, folder: '', savedAt, bytes: 1000, problem: null,
  summary: { architecture: perceptron([784, 50, 10]), dataset: 'MNIST', step, testAccuracy: 0.9, weightsSha256: 'a'.repeat(64) },
})

async function note(entries: readonly WeightsEntry[], state = runState()) {
  const opened = runState({ runId: 2, step: 600, origin: { from: 'file', name: 'autosave.safetensors', step: 600 } })
  let listed = entries
  const main = fakeMain({ 'weights:list': () => listed, 'weights:open': () => opened, 'run:read': () => soFar(state), 'run:rewind': () => runState({ runId: 3 }) })
  const view = await show(KeptNote)
  await useRun().load()
  await flushPromises()
  return { main, view, text: () => view.find('.kept').exists() ? view.get('.kept').text() : null, list: (next: readonly WeightsEntry[]) => { listed = next } }
}

describe('the note about the training before', () => {
  test('is absent on a first start, and while there is training to see', async () => {
    expect((await note([entry('sample', 10_000, 1)])).text()).toBeNull()
    expect((await note([entry('autosave', 600, 1)], runState({ step: 5 }))).text()).toBeNull()
    expect((await note([entry('autosave', 0, 1)])).text()).toBeNull()
  })

  test('names after a restart what was kept, and goes on with it', async () => {
    const { main, view, text } = await note([entry('autosave', 600, 1)])
    expect(text()).toContain('The previous training is kept, at step 600.')
    await view.get('button').trigger('click')
    await flushPromises()
    expect([main.asked('weights:open'), text()]).toEqual([[{ handle: 'autosave' }], null])
  })

  test('names the latest of several', async () => {
    expect((await note([entry('autosave', 600, 1), entry('previous', 40, 2), entry('file', 9, 3)])).text()).toContain('step 40')
  })

  test('appears after a rewind, which kept the run', async () => {
    const { text, list } = await note([], runState({ step: 700 }))
    list([entry('previous', 700, 1)])
    await useRun().rewind()
    await flushPromises()
    expect(text()).toContain('step 700')
  })

  // A cure makes a new run and starts it: the failed run could not be found again, nor compared with.
  test('stays for a minute beside a run that replaced it, and whenever that run rests', async () => {
    vi.useFakeTimers()
    const { main, text, list } = await note([entry('autosave', 5183, 1)], runState({ step: 5183, phase: 'running' }))
    const tell = async (patch: Parameters<typeof runState>[0]) => { main.tell('run:state', runState({ runId: 2, ...patch })); await flushPromises() }
    expect(text()).toBeNull()
    list([entry('autosave', 40, 3), entry('previous', 5183, 2)])
    await tell({})
    await tell({ step: 40, phase: 'running' })
    expect(text()).toContain('step 5,183')
    vi.advanceTimersByTime(59_000)
    await flushPromises()
    expect(text()).toContain('step 5,183')
    vi.advanceTimersByTime(1000)
    await flushPromises()
    expect(text()).toBeNull()
    await tell({ step: 9000 })
    expect(text()).toContain('step 5,183')
  })
})
