import type { LeftRun } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import KeptNote from '../../../renderer/train/KeptNote.vue'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, metricsFrame, runState, show, soFar } from '../lab'

afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const before = (step: number, runId = 1): LeftRun => ({ runId, id: 'a'.repeat(32), step, goes: step < 200 })

/** @param first the run that main names as the one before */
async function note(first: LeftRun | null, state = runState()) {
  let left = first
  const opened = runState({ runId: 9, step: 600 })
  const main = fakeMain({ 'run:left': () => left, 'runs:open': () => { left = null; return opened }, 'run:read': () => soFar(state), 'run:rewind': () => runState({ runId: 3 }), 'runs:change': () => [] })
  const view = await show(KeptNote)
  await useRun().load()
  await flushPromises()
  return { main, view, text: () => view.find('.kept').exists() ? view.get('.kept').text() : null, leave: (next: LeftRun | null) => { left = next } }
}

describe('the note about the training before', () => {
  test('is absent on a first start, and while there is training to see', async () => {
    expect((await note(null)).text()).toBeNull()
    expect((await note(before(600, 0), runState({ step: 5 }))).text()).toBeNull()
  })

  test('names what was kept, also in a window that is opened later, and goes on with it in one click', async () => {
    const { main, view, text } = await note(before(600, 0))
    expect(text()).toContain('The training before is kept, at step 600.')
    await view.get('button').trigger('click')
    await flushPromises()
    expect([main.asked('runs:open'), text()]).toEqual([[{ id: 'a'.repeat(32) }], null])
  })

  test('appears after a rewind, which kept the run', async () => {
    const { text, leave } = await note(null, runState({ step: 700 }))
    leave(before(700))
    await useRun().rewind()
    await flushPromises()
    expect(text()).toContain('step 700')
  })

  test('counts steps from the file’s on: a network that was opened has learned nothing yet', async () => {
    expect((await note(before(600, 0), runState({ step: 40, origin: { from: 'file', name: 'mine', step: 40 } }))).text()).toContain('step 600')
  })

  test('does not call kept what is too short to stay, and is gone at once when this one learns on', async () => {
    const { main, text } = await note(before(132, 0), runState({ runId: 2, step: 5000 }))
    main.tell('run:state', runState({ runId: 3, step: 5000 })) // back to a long run
    await flushPromises()
    expect(text()).toContain('at step 132, is too short to stay')
    main.tell('run:metrics', metricsFrame({ runId: 3, firstStep: 5001, losses: Float32Array.of(1) }))
    await flushPromises()
    expect(text()).toBeNull()
  })

  test('keeps what is too short at a press, and stays then', async () => {
    const { main, view, text } = await note(before(132, 0))
    await view.findAll('button').find(button => button.text() === 'Keep it')!.trigger('click')
    await flushPromises()
    expect([main.asked('runs:change'), text()]).toEqual([[{ id: 'a'.repeat(32), pinned: true }], expect.stringContaining('The training before is kept, at step 132.')])
  })

  test('goes when the run before was too short to be kept, as soon as the next one learns', async () => {
    const { main, text, leave } = await note(null, runState({ step: 20 }))
    leave(before(20))
    main.tell('run:state', runState({ runId: 2 }))
    await flushPromises()
    expect(text()).toContain('step 20')
    leave(null)
    main.tell('run:state', runState({ runId: 2, step: 1, phase: 'running' }))
    await flushPromises()
    expect(text()).toBeNull()
  })

  // A cure makes a new run and starts it: the failed run could not be found again, nor compared with.
  test('stays for a minute beside a run that replaced it, and whenever that run rests', async () => {
    vi.useFakeTimers()
    const { main, text, leave } = await note(null, runState({ step: 5183, phase: 'running' }))
    const tell = async (patch: Parameters<typeof runState>[0]) => { main.tell('run:state', runState({ runId: 2, ...patch })); await flushPromises() }
    expect(text()).toBeNull()
    leave(before(5183))
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
