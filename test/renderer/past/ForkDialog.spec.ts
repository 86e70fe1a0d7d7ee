import type { ForkRequest } from '@contract'
import { LabError, parseLayers } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import ForkDialog from '../../../renderer/past/ForkDialog.vue'
import { useNotices } from '../../../renderer/stores/notices'
import { usePast } from '../../../renderer/stores/past'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { idOf } from '../files/run-entry'
import { fakeMain, runState, show, soFar } from '../lab'
import { runCurves } from './run-curves'

beforeEach(() => { Object.assign(HTMLDialogElement.prototype, { showModal() { (this as unknown as HTMLDialogElement).open = true } }) })
afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

const current = runState({ step: 1200 })
const forked = ({ step }: ForkRequest) => runState({ runId: 2, step, parent: { run: idOf(1), step } })

async function dialog(props: object = {}, answers: Parameters<typeof fakeMain>[0] = {}) {
  let now = current
  const main = fakeMain({
    'runs:curves': () => [runCurves()], 'past:read': () => ({ id: idOf(1), name: '', first: 0, last: 1200, beginning: runCurves().config, checkpoints: [0], bookmarks: [] }), 'past:leave': () => null,
    'run:read': () => soFar(now), 'runs:fork': wanted => now = forked(wanted), ...answers,
  })
  useRoom().go('files')
  await useRun().load()
  const view = await show(ForkDialog, { step: 500, open: true, ...props })
  await flushPromises()
  const field = (label: string) => {
    const found = view.findAll('label').find(found => found.text() === label)!
    return view.get<HTMLInputElement>(`[id="${found.attributes('for')}"]`)
  }
  const button = () => view.get<HTMLButtonElement>('button.primary')
  const submit = async () => {
    await view.get('form').trigger('submit')
    await flushPromises()
  }
  return { main, view, field, button, submit }
}

describe('the dialog for a fork', () => {
  test('has the settings that the run had at that step', async () => {
    expect((await dialog()).field('Learning rate').element.value).toBe('0.1')
    expect((await dialog({ step: 800 })).field('Learning rate').element.value).toBe('0.05')
  })

  test('forks the current run there with what was changed, and shows the fork in Train', async () => {
    const { main, view, field, button, submit } = await dialog()
    expect([button().text(), view.text()]).toEqual(['Fork at step 500', expect.stringContaining('No setting is changed')])
    await field('Learning rate').setValue('0.01')
    await field('Batch size').setValue('50')
    await field('Name of the new run').setValue('  Slower ')
    expect(view.text()).toContain('Changed: Learning rate 0.1 → 0.01, Batch size 100 → 50')
    await submit()
    expect(main.asked('runs:fork')).toEqual([{ step: 500, change: { optimizer: { kind: 'sgd', learningRate: 0.01 }, batchSize: 50 }, name: 'Slower' }])
    expect([useRun().step, useRun().state?.parent, useRoom().current, view.emitted('update:open')?.at(-1)]).toEqual([500, { run: idOf(1), step: 500 }, 'train', [false]])
    expect(useNotices().passing.at(-1)).toMatchObject({ key: 'fork.done', parameters: { step: 500 } })
  })

  test('forks without a change, too', async () => {
    const { main, submit } = await dialog()
    await submit()
    expect(main.asked('runs:fork')).toEqual([{ step: 500, change: {} }])
  })

  test('offers the rates of the chosen optimizer, and its usual learning rate', async () => {
    const { view, field } = await dialog()
    await field('Optimizer').setValue('adam')
    expect(field('Learning rate').element.value).toBe('0.001')
    expect(view.findAll('label').map(label => label.text())).toEqual(expect.arrayContaining(['β₁', 'β₂']))
  })

  test('offers the dropout rate of a network that has some', async () => {
    const curves = runCurves()
    const { main, field, submit } = await dialog({}, { 'runs:curves': () => [{ ...curves, config: { ...curves.config, network: { ...curves.config.network, layers: parseLayers('affine 50, relu, dropout 0.2, affine 10') } } }] })
    const label = 'Layer 3, Dropout: rate'
    expect(field(label).element.value).toBe('0.2')
    await field(label).setValue('0.4')
    await submit()
    expect(main.asked('runs:fork')).toMatchObject([{ change: { layers: { dropout1: { rate: 0.4 } } } }])
  })

  test('names a wrong value at its field, and waits', async () => {
    const { main, view, field, button, submit } = await dialog()
    await field('Learning rate').setValue('-1')
    expect([view.get('[role=alert]').text(), button().element.disabled]).toEqual([expect.stringMatching(/learning rate/i), true])
    await submit()
    expect(main.asked('runs:fork')).toEqual([])
  })

  test('shows at its field that the memory does not suffice, and stays open', async () => {
    const { view, field, submit } = await dialog({}, { 'runs:fork': () => { throw new LabError('train.memory', 'too large', { found: 2, max: 1 }) } })
    await field('Batch size').setValue('10000')
    await submit()
    expect([view.findAll('[role=alert]').length, view.emitted('update:open'), useNotices().notices]).toEqual([1, undefined, []])
  })

  test('of a run in the list lets the step be chosen; its settings follow, and what was typed stays', async () => {
    const { main, view, field, button, submit } = await dialog({ id: idOf(7), name: 'Seventh', step: 1200, anyStep: true })
    expect(view.text()).toContain('“Seventh” stays in Files')
    expect(main.asked('runs:curves')).toMatchObject([{ ids: [idOf(7)] }])
    expect([field('Step').element.value, field('Learning rate').element.value]).toEqual(['1200', '0.05'])
    await field('Batch size').setValue('20')
    await field('Step').setValue('300')
    expect([field('Learning rate').element.value, field('Batch size').element.value]).toEqual(['0.1', '20'])
    await field('Step').setValue('1201')
    expect([button().element.disabled, view.get('[role=alert]').text()]).toEqual([true, expect.stringContaining('0 to step 1,200')])
    await field('Step').setValue('1,000')
    await submit()
    expect(main.asked('runs:fork')).toEqual([{ id: idOf(7), step: 1000, change: { batchSize: 20 } }])
  })

  test('says how far a distant step has been learned again; closing it ends that', async () => {
    let end: (cause: unknown) => void = () => undefined
    const { main, view, submit } = await dialog({}, { 'runs:fork': () => new Promise((_, reject) => { end = reject }) })
    const cancelled = vi.spyOn(usePast(), 'cancel')
    await submit()
    main.tell('past:progress', { step: 120, from: 0, to: 500 })
    await flushPromises()
    expect(view.text()).toContain('step 120 of 500')
    await view.setProps({ open: false })
    expect(cancelled).toHaveBeenCalledOnce()
    end(new LabError('past.left', '', { step: 500 }))
    await flushPromises()
    expect(useNotices().notices).toEqual([])
  })

  test('closes when nothing of the run can be read, and says why', async () => {
    const { view } = await dialog({}, { 'runs:curves': () => { throw new LabError('run.missing', '', { file: 'First' }) } })
    expect([view.emitted('update:open'), useNotices().notices.map(({ key }) => key)]).toEqual([[[false]], ['errors.run.missing']])
  })
})
