import type { RunEntry } from '@contract'
import { Curves, LabError } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import RunsTab from '../../../renderer/files/RunsTab.vue'
import { useNotices } from '../../../renderer/stores/notices'
import { useRoom } from '../../../renderer/stores/room'
import { useMetrics } from '../../../renderer/stores/metrics'
import { useRun } from '../../../renderer/stores/run'
import { useRuns } from '../../../renderer/stores/runs'
import { perceptron } from '../../fixtures/run-config'
import { fakeMain, metricsFrame, runState, show, soFar } from '../lab'
import { fakePopovers } from '../terms/popovers'
import { idOf, runEntry } from './run-entry'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
  fakePopovers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  document.body.replaceChildren()
})

const second = runEntry({ id: idOf(2), name: '', created: new Date(2026, 10, 25, 3).getTime(), architecture: perceptron([784, 100, 10], 'sigmoid'), testAccuracy: null, trainAccuracy: null })
const third = runEntry({ id: idOf(3), name: 'Third', note: 'a lower rate', parent: { run: idOf(1), step: 400 }, pinned: true })

/** A main that keeps the runs as the real one does. */
async function tab(entries: readonly RunEntry[], answers: Parameters<typeof fakeMain>[0] = {}) {
  let kept = entries
  const main = fakeMain({
    'runs:list': () => kept,
    'runs:change': ({ id, ...change }) => kept = kept.map(entry => entry.id === id ? { ...entry, ...change } : entry),
    'runs:remove': ({ id }) => kept = kept.filter(entry => entry.id !== id),
    'runs:reveal': () => null, ...answers,
  })
  useRoom().go('files')
  const view = await show(RunsTab)
  await useRun().load()
  await flushPromises()
  const options = () => view.findAll('[role=option]')
  const titles = () => options().map(option => option.get('.name').text())
  const details = () => view.get('[aria-label="Details of the run"]')
  const button = (name: string) => view.findAll('button').find(button => (button.attributes('aria-label') ?? button.text()) === name)!
  const press = async (name: string) => {
    await button(name).trigger('click')
    await flushPromises()
  }
  /** Presses a key where the focus is, as a person does. */
  const key = async (key: string, more: KeyboardEventInit = {}) => {
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
    await flushPromises()
  }
  const choose = async (name: string) => {
    const option = options().find(option => option.get('.name').text() === name)!
    await option.trigger('click')
    ;(option.element as HTMLElement).focus()
    await flushPromises()
  }
  const search = async (text: string) => {
    await view.get('.search input').setValue(text)
    await flushPromises()
  }
  return { main, view, options, titles, details, press, button, key, choose, search, set: (next: readonly RunEntry[]) => { kept = next }, focused: () => document.activeElement?.getAttribute('data-run') }
}

describe('runs to be compared', () => {
  const many = Array.from({ length: 8 }, (_, i) => runEntry({ id: idOf(i + 1), name: `Run ${i + 1}` }))
  const marks = (options: () => readonly { attributes: (name: string) => string | undefined }[]) => options().map(option => option.attributes('aria-checked') === 'true' ? 1 : 0).join('')

  test('are marked by Space, a click on the box, Ctrl and a range by Shift', async () => {
    const { options, choose, key } = await tab(many)
    await choose('Run 2')
    await key(' ', { code: 'Space' })
    expect(marks(options)).toBe('01000000')
    await options()[7]!.get('.box').trigger('click')
    await options()[3]!.trigger('click', { ctrlKey: true })
    expect(marks(options)).toBe('01010001')
    await options()[5]!.trigger('click', { shiftKey: true })
    expect(marks(options)).toBe('01011101')
    await options()[3]!.trigger('click', { ctrlKey: true })
    await options()[7]!.get('.box').trigger('click')
    expect(marks(options)).toBe('01001100')
    await choose('Run 1')
    await key('ArrowDown', { shiftKey: true })
    expect(marks(options)).toBe('11001100')
  })

  test('are six at most: a seventh is refused in a sentence', async () => {
    const { options, choose } = await tab(many)
    await choose('Run 1')
    await options()[7]!.trigger('click', { shiftKey: true })
    expect(marks(options)).toBe('11111100')
    expect(useNotices().inPlace.map(({ key, parameters }) => [key, parameters])).toEqual([['runs.mark.most', { n: 6 }]])
  })

  test('are compared by their button or its key once there are two, and unmarked at once', async () => {
    const { view, options, press, key, main, choose } = await tab(many, { 'runs:curves': () => [] })
    expect(view.text()).toContain('To compare runs, mark two to six')
    await choose('Run 2')
    await key(' ', { code: 'Space' })
    await key('c')
    expect(main.asked('runs:curves')).toEqual([])
    await options()[0]!.get('.box').trigger('click')
    await key('c')
    await press('Compare')
    expect(main.asked('runs:curves')).toEqual([1, 2].map(() => ({ ids: [idOf(2), idOf(1)], columns: 600 })))
    await press('Unmark all')
    expect(marks(options)).toBe('00000000')
  })

  test('are no unreadable ones, and none where there is nothing to compare with', async () => {
    const { options } = await tab([runEntry(), runEntry({ id: idOf(2), architecture: null, problem: { code: 'run.foreign', message: '', details: {} } })])
    expect(options().map(option => option.find('.box').exists())).toEqual([false, false])
    const { options: three } = await tab([...many.slice(0, 2), runEntry({ id: idOf(9), architecture: null, problem: { code: 'run.foreign', message: '', details: {} } })])
    expect(three().map(option => option.find('.box').exists())).toEqual([true, true, false])
  })
})

describe('the list of runs', () => {
  test('says of each run what it is and how far it came', async () => {
    const { options, titles } = await tab([third, second, runEntry()])
    expect(titles()).toEqual(['Third', '784-100-10 Sigmoid, Nov 25, 3:00 AM', 'First'])
    const text = options()[0]!.text()
    for (const part of ['784-50-10 ReLU', 'MNIST', 'SGD 0.1, batch 100', 'forked from First at step 400', 'step 1,200', 'epoch 2', 'test 94.3%', 'training 95.1%', '2026', '3.2 MB']) expect(text).toContain(part)
    expect(options()[0]!.find('[aria-label="pinned"]').exists()).toBe(true)
    expect(options()[0]!.get('[role=img]').attributes('aria-label')).toBe('pinned')
    expect(options()[0]!.get('svg[aria-label^="Loss"]').attributes('aria-label')).toBe('Loss: 2.30 at step 1 → 0.173 at step 1,200')
    expect(options()[1]!.text()).not.toContain('%')
  })

  test('says of a run what it was taught, where it is searched, too', async () => {
    const taught = [{ step: 1200, label: '7', times: 10 }, { step: 1200, label: '4', times: 1 }]
    const { options, details } = await tab([runEntry({ id: idOf(5), name: 'Taught', taught }), runEntry()])
    expect(options().map(option => option.text().includes('taught one 7, 10 times · taught one 4, once'))).toEqual([true, false])
    expect(details().text()).toContain('taught one 7, 10 times')
    useRuns().search('taught one 7')
    await flushPromises()
    expect(options()).toHaveLength(1)
  })

  test('says of a fork whose parent is gone that it is, and else leads to it', async () => {
    const { details, press } = await tab([third, runEntry()])
    expect(details().text()).toContain('SGD · Learning rate 0.1 · Batch size 100')
    await press('forked from First at step 400')
    expect(details().get('h2').text()).toBe('First')
    const { details: alone } = await tab([third])
    expect(alone().text()).toContain('forked at step 400 from a run that is no longer here')
  })

  test('marks the run in training, which is further than what was read of it', async () => {
    const { main, options, button, details } = await tab([runEntry({ current: true })], { 'run:read': () => soFar(runState({ step: 1300, phase: 'running' })) })
    expect(options()[0]!.text()).toContain('in Train now')
    main.tell('run:metrics', metricsFrame({ firstStep: 1301, losses: new Float32Array(50).fill(0.25), epoch: 2 }))
    await flushPromises()
    expect(options()[0]!.text()).toContain('step 1,350')
    expect(details().text()).toContain('2.30 at step 1 → 0.250 at step 1,350') // the loss that Train shows
    expect(button('Move the run to the trash…').attributes('disabled')).toBeDefined()
  })

  test('is read again from time to time while a run goes on, when it ends, and when the window gets the focus', async () => {
    const { main } = await tab([runEntry()], { 'run:read': () => soFar(runState({ phase: 'running' })) })
    const asked = () => main.asked('runs:list').length
    const before = asked()
    await vi.advanceTimersByTimeAsync(4_000)
    expect(asked()).toBe(before + 1)
    main.tell('run:state', runState({ phase: 'idle', step: 5 }))
    await flushPromises()
    expect(asked()).toBe(before + 2)
    await vi.advanceTimersByTimeAsync(40_000)
    expect(asked()).toBe(before + 2)
    window.dispatchEvent(new Event('focus'))
    await flushPromises()
    expect(asked()).toBe(before + 3)
  })

  test('says what to do while there is none', async () => {
    const { view, press } = await tab([])
    expect(view.text()).toContain('No runs yet. Train a network')
    await press('Go to Train')
    expect(useRoom().current).toBe('train')
  })

  test('says how many there are and how much they take', async () => {
    expect((await tab([runEntry(), second])).view.get('[role=status]').text()).toBe('2 runs, 6.4 MB')
    expect((await tab([runEntry()])).view.get('[role=status]').text()).toBe('1 run, 3.2 MB')
  })

  test('is one stop of the Tab key; the arrow keys, Home and End choose', async () => {
    const { options, choose, key, focused, details } = await tab([third, second, runEntry()])
    expect(options().map(option => option.attributes('tabindex'))).toEqual(['0', '-1', '-1'])
    await choose('Third')
    for (const [pressed, at] of [['ArrowDown', 2], ['ArrowDown', 1], ['ArrowDown', 1], ['Home', 3], ['ArrowUp', 3], ['End', 1], ['ArrowUp', 2]] as const) {
      await key(pressed)
      expect([pressed, focused()]).toEqual([pressed, idOf(at)])
    }
    expect(options().map(option => option.attributes('aria-selected'))).toEqual(['false', 'true', 'false'])
    expect(details().get('h2').text()).toContain('784-100-10')
  })
})

describe('the search', () => {
  test('finds by name, note, network and dataset, and says how many', async () => {
    const { view, titles, search } = await tab([third, second, runEntry({ dataset: 'Clothes' })])
    for (const [text, found] of [['third', ['Third']], ['lower rate', ['Third']], ['784-100', [expect.stringContaining('784-100-10')]], ['clothes', ['First']], ['784', [expect.anything(), expect.anything(), expect.anything()]]] as const) {
      await search(text)
      expect(titles(), text).toEqual(found)
    }
    await search('third')
    expect(view.get('[role=status]').text()).toBe('1 of 3 runs')
  })

  test('says when nothing matches, and goes back to all', async () => {
    const { view, titles, search, press } = await tab([third, runEntry()])
    await search('adam')
    expect(view.text()).toContain('No run has “adam”')
    await press('Show all runs')
    expect(titles()).toEqual(['Third', 'First'])
  })

  test('is reached by Ctrl+F; ↓ goes on to the runs, Esc shows all again', async () => {
    const { key, search, titles, focused } = await tab([third, runEntry()])
    await key('f', { ctrlKey: true })
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Search the runs')
    await search('first')
    await key('ArrowDown')
    expect(focused()).toBe(idOf(1))
    await key('f', { ctrlKey: true })
    await key('Escape')
    expect(titles()).toEqual(['Third', 'First'])
  })
})

describe('a run', () => {
  const field = (view: Awaited<ReturnType<typeof tab>>['view']) => view.get<HTMLInputElement>('input[aria-label="Name of the run"]')

  test('is renamed by F2 and Enter, and the focus goes back to it', async () => {
    const { main, view, choose, key, titles, focused } = await tab([third, runEntry()])
    await choose('First')
    await key('F2')
    expect(document.activeElement).toBe(field(view).element)
    await field(view).setValue('  He  ')
    await key('Enter')
    expect(main.asked('runs:change')).toEqual([{ id: idOf(1), name: 'He' }])
    expect([titles(), focused()]).toEqual([['Third', 'He'], idOf(1)])
  })

  test('keeps its name after Esc, and after a rename to the same; what was typed is kept when the focus leaves', async () => {
    const { main, view, choose, press, key } = await tab([runEntry()])
    await choose('First')
    await press('Rename the run')
    await field(view).setValue('Other')
    await key('Escape')
    await press('Rename the run')
    await key('Enter')
    expect(main.asked('runs:change')).toEqual([])
    await press('Rename the run')
    await field(view).setValue('')
    await field(view).trigger('blur')
    await flushPromises()
    expect(main.asked('runs:change')).toEqual([{ id: idOf(1), name: '' }])
  })

  test('gets a note when the typing pauses, or when another run is chosen', async () => {
    const { main, view, choose } = await tab([third, runEntry()])
    await choose('First')
    const note = () => view.get<HTMLTextAreaElement>('textarea')
    const type = async (text: string) => {
      note().element.value = text
      await note().trigger('input')
    }
    await type('dies')
    await vi.advanceTimersByTimeAsync(700)
    await type('dies at 300')
    expect(main.asked('runs:change')).toEqual([])
    await vi.advanceTimersByTimeAsync(800)
    await flushPromises()
    expect(main.asked('runs:change')).toEqual([{ id: idOf(1), note: 'dies at 300' }])
    await type('dies at 310')
    await choose('Third')
    expect(main.asked('runs:change').at(-1)).toEqual({ id: idOf(1), note: 'dies at 310' })
    expect(note().element.value).toBe('a lower rate')
    expect(main.asked('runs:change')).toHaveLength(2)
  })

  test('is pinned, unpinned, and shown in its folder', async () => {
    const { main, options, press } = await tab([runEntry()])
    await press('Pin the run')
    expect(options()[0]!.find('[aria-label="pinned"]').exists()).toBe(true)
    await press('Unpin the run')
    await press('Show the run in its folder')
    expect(main.asked('runs:change')).toEqual([{ id: idOf(1), pinned: true }, { id: idOf(1), pinned: false }])
    expect(main.asked('runs:reveal')).toEqual([{ id: idOf(1) }])
  })

  test('is deleted after a question; the next one is chosen and has the focus', async () => {
    const { main, view, choose, key, press, titles, focused } = await tab([third, second, runEntry()])
    await choose('Third')
    await key('Delete')
    expect(view.get('dialog').text()).toContain('“Third” takes 3.2 MB.')
    expect(view.get('dialog').text()).toContain('It is pinned.')
    await press('Keep it')
    expect(main.asked('runs:remove')).toEqual([])
    await key('Delete')
    await press('Move to trash')
    await flushPromises()
    expect(main.asked('runs:remove')).toEqual([{ id: idOf(3) }])
    expect([titles().length, focused()]).toEqual([2, idOf(2)])
    expect(useNotices().notices.map(({ key, parameters }) => [key, parameters])).toEqual([['runs.remove.done', { name: 'Third' }]])
  })

  test('from which others were forked is deleted only after these were named; they stay, and name it still', async () => {
    const fork = (n: number, name: string) => runEntry({ id: idOf(n), name, parent: { run: idOf(1), step: 165, name: 'First', created: 0 } })
    const { view, choose, key, press } = await tab([...[4, 5, 6, 7].map(n => fork(n, `Fork ${n}`)), runEntry()])
    await choose('Fork 4')
    await key('Delete')
    expect(view.get('dialog').text()).not.toContain('as a fork')
    await press('Keep it')
    await choose('First')
    await key('Delete')
    expect(view.get('dialog').text()).toContain('“Fork 4”, “Fork 5”, “Fork 6”, and 1 more began as a fork of it and will stay')
    await press('Move to trash')
    await flushPromises()
    await choose('Fork 4')
    expect(view.get('.details').text()).toContain('forked at step 165 from First, which is no longer here')
  })

  test('whose parent is gone names it by its network and time where it had no name, and not by its id', async () => {
    const gone = (parent: object) => runEntry({ parent: { run: idOf(9), step: 165, ...parent } })
    const unnamed = await tab([gone({ name: '', created: new Date(2026, 10, 30, 12, 39).getTime() })])
    expect(unnamed.view.get('.details').text()).toMatch(/forked at step 165 from 784-50-10 ReLU, Nov 30, 12:39.PM, which is no longer here/)
    document.body.replaceChildren()
    const unknown = await tab([gone({})])
    expect(unknown.view.get('.details').text()).toContain('forked at step 165 from a run that is no longer here')
  })

  test('is continued in Train with its curves, and the run from before is said to stay', async () => {
    const resumed = runState({ runId: 2, step: 1200 })
    let now = soFar(runState({ step: 300 }))
    const { main, press } = await tab([third, runEntry()], { 'run:read': () => now, 'runs:open': () => {
      const curves = new Curves()
      for (const [step, loss] of [[1, 2], [2, 1]] as const) curves.takeLoss(step, loss)
      now = soFar(resumed, curves)
      return resumed
    } })
    await press('Continue in Train')
    expect(main.asked('runs:open')).toEqual([{ id: idOf(3) }])
    expect([useRun().state?.runId, useRun().step, useMetrics().latestLoss]).toEqual([2, 1200, 1])
    expect(useNotices().notices.map(({ key, parameters }) => [key, parameters])).toEqual([['runs.resumedKept', { name: 'Third' }]])
  })

  test('that cannot be continued says why, and the current run stays', async () => {
    const { press } = await tab([runEntry()], { 'runs:open': () => { throw new LabError('run.noCheckpoint', 'no', { file: 'First', step: 8 }) } })
    await press('Continue in Train')
    expect([useRun().state?.runId, useNotices().notices.map(({ key }) => key)]).toEqual([1, ['errors.run.noCheckpoint']])
  })

  test('stays when it cannot be deleted, and the reason is said', async () => {
    const { titles, press } = await tab([runEntry()], { 'runs:remove': () => { throw new LabError('run.locked', 'no', { file: 'First', pid: 7 }) } })
    await press('Move the run to the trash…')
    await press('Move to trash')
    await flushPromises()
    expect(titles()).toEqual(['First'])
    expect(useNotices().notices.map(({ key }) => key)).toEqual(['errors.run.locked'])
  })

  test('that another program writes can be looked at only', async () => {
    const { details, button, choose, key, view } = await tab([runEntry({ lockedBy: 4711 })])
    expect(details().text()).toContain('Another program (process 4711) is writing this run.')
    expect(['Rename the run', 'Pin the run', 'Move the run to the trash…'].map(name => button(name).attributes('disabled'))).toEqual(['', '', ''])
    expect(view.get('textarea').attributes('disabled')).toBe('')
    await choose('First')
    await key('F2')
    expect(view.find('input[aria-label="Name of the run"]').exists()).toBe(false)
  })

  test('of which nothing can be read is named, with what is wrong and what can be done', async () => {
    const broken = runEntry({ id: '5eed'.padEnd(32, '0'), name: '5eed0000', architecture: null, dataset: '', curve: [], problem: { code: 'run.foreign', message: 'no', details: { file: 'run.json', wanted: 'backprop-lab-run', found: '%PDF' } } })
    const { options, details, button } = await tab([broken])
    expect(options()[0]!.text()).toContain('Unreadable run 5eed0000')
    expect(options()[0]!.text()).toContain('damaged')
    for (const part of ['run.json', '%PDF', 'Nothing of it can be read']) expect(details().text()).toContain(part)
    expect(button('Rename the run').attributes('disabled')).toBeDefined()
    expect(button('Move the run to the trash…').attributes('disabled')).toBeUndefined()
    expect(button('Show the run in its folder').attributes('disabled')).toBeUndefined()
  })
})

describe('the program’s own trash', () => {
  test('is absent while it is empty, shows its size, and is emptied after a question', async () => {
    let trash = { runs: 0, bytes: 0, ids: [] as string[] }
    const { main, view, button } = await tab([runEntry({}), third], {
      'runs:trash': () => trash, 'runs:emptyTrash': () => trash = { runs: 0, bytes: 0, ids: [] },
      'runs:remove': ({ id }) => { trash = { runs: 1, bytes: 2_500_000, ids: [id] }; return [runEntry({}), third].filter(entry => entry.id !== id) },
    })
    expect(view.text()).not.toContain('trash (')
    await useRuns().remove(idOf(3))
    await flushPromises()
    await button('Empty the trash (2.5 MB)…').trigger('click')
    await flushPromises()
    expect(view.text()).toContain('The deleted runs in it (1, 2.5 MB) go for good.')
    await button('Keep them').trigger('click')
    await flushPromises()
    expect(main.asked('runs:emptyTrash')).toEqual([])
    await button('Empty the trash (2.5 MB)…').trigger('click')
    await button('Empty the trash').trigger('click')
    await flushPromises()
    expect([main.asked('runs:emptyTrash').length, view.text().includes('trash (')]).toEqual([1, false])
    expect(useNotices().notices.map(({ key }) => key)).toContain('runs.trash.done')
  })

  test('gives a run back at a press, which is chosen then', async () => {
    let kept = [third, runEntry()]
    const { main, titles, choose, key, press, focused } = await tab(kept, {
      'runs:list': () => kept, 'runs:trash': () => ({ runs: 2 - kept.length, bytes: 0, ids: kept.length < 2 ? [idOf(3)] : [] }),
      'runs:remove': ({ id }) => kept = kept.filter(entry => entry.id !== id), 'runs:restore': () => kept = [third, runEntry()],
    })
    await choose('Third')
    await key('Delete')
    await press('Move to trash')
    await flushPromises()
    const [notice] = useNotices().notices
    expect([notice!.key, notice!.action!.key, titles(), focused()]).toEqual(['runs.remove.doneOwn', 'runs.remove.undo', ['First'], idOf(1)])
    notice!.action!.run()
    await flushPromises()
    expect([main.asked('runs:restore'), titles(), useRuns().chosenId]).toEqual([[{ id: idOf(3) }], ['Third', 'First'], idOf(3)])
  })

  test('can be emptied where no run is left, and stays when that is refused', async () => {
    const { view, button } = await tab([], { 'runs:trash': () => ({ runs: 2, bytes: 1000, ids: [] }), 'runs:emptyTrash': () => { throw new LabError('file.denied', 'no', { file: 'trash' }) } })
    await button('Empty the trash (1 kB)…').trigger('click')
    await button('Empty the trash').trigger('click')
    await flushPromises()
    expect([view.text().includes('trash ('), useNotices().notices.map(({ key }) => key)]).toEqual([true, ['errors.file.denied']])
  })
})
