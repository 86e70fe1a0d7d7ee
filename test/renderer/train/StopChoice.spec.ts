import { LabError, type StopCondition } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import StopLine from '../../../renderer/past/StopLine.vue'
import StopChoice from '../../../renderer/train/StopChoice.vue'
import { usePast } from '../../../renderer/stores/past'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, runState, show, soFar } from '../lab'

beforeEach(() => { Object.assign(HTMLElement.prototype, { hidePopover: () => undefined }); Object.assign(HTMLDialogElement.prototype, { showModal() { (this as unknown as HTMLDialogElement).open = true } }) })
afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); document.body.replaceChildren() })

async function choice(patch: Parameters<typeof runState>[0] = {}, answers: Parameters<typeof fakeMain>[0] = {}) {
  const state = runState({ step: 700, epoch: 1, ...patch })
  const main = fakeMain({ 'run:read': () => soFar(state), 'run:stopWhen': ({ condition }) => ({ ...state, stopWhen: condition }), ...answers })
  await useRun().load()
  const view = await show(StopChoice)
  const open = async () => { await view.findAll('[popover] button')[1]!.trigger('click'); await flushPromises() }
  const choose = async (kind: StopCondition['kind'], value?: string) => {
    await view.get('select').setValue(kind)
    if (value !== undefined) await view.get('input').setValue(value)
  }
  const submit = async () => { await view.get('form').trigger('submit'); await flushPromises() }
  return { main, view, open, choose, submit }
}

test.each<[StopCondition['kind'], string | undefined, StopCondition, string]>([
  ['patience', undefined, { kind: 'patience', epochs: 5 }, 'stops after 5 epochs without a rise'],
  ['epoch', undefined, { kind: 'epoch', epoch: 11 }, 'stops after epoch 11'],
  ['step', '12,000', { kind: 'step', step: 12_000 }, 'stops at step 12,000'],
  ['time', '2.5', { kind: 'time', seconds: 150 }, 'stops after 2.5 min'],
  ['loss', undefined, { kind: 'loss', loss: 0.1 }, 'stops at loss 0.1'],
])('a condition of %s (%s) is set, shown as a chip, and removed', async (kind, typed, condition, chip) => {
  const { main, view, open, choose, submit } = await choice()
  await open()
  await choose(kind, typed)
  await submit()
  expect([main.asked('run:stopWhen'), view.get('.chip').text()]).toEqual([[{ condition }], chip])
  await view.get('.remove').trigger('click')
  await flushPromises()
  expect([main.asked('run:stopWhen').at(-1), view.find('.chip').exists()]).toEqual([{ condition: null }, false])
})

test('without validation images it says that the test images decide, and why that is a mistake', async () => {
  const { view, open } = await choice()
  await open()
  expect(view.text()).toMatch(/test images decide.*mistake.*validation share/)
  const withSplit = await choice({ config: { ...runState().config, validation: 0.1 } })
  await withSplit.open()
  expect(withSplit.view.text()).toContain('The accuracy on the validation images decides')
})

test.each([['patience', '0'], ['step', '1.5'], ['loss', '-1'], ['time', 'soon']] as const)('a wrong value of %s, %s, is named at its field', async (kind, value) => {
  const { main, view, open, choose, submit } = await choice()
  await open()
  await choose(kind, value)
  expect(view.get('[role=alert]').text()).toMatch(/number/)
  await submit()
  expect(main.asked('run:stopWhen')).toEqual([])
})

test('a step that is passed is refused at its field', async () => {
  const { view, open, choose, submit } = await choice({}, { 'run:stopWhen': () => { throw new LabError('train.stopPassed', '', { step: 700, epoch: 1 }) } })
  await open()
  await choose('step', '600')
  await submit()
  expect(view.get('[role=alert]').text()).toContain('already at step 700')
})

test('the line says why the run has stopped, and leads to its best step', async () => {
  const stopped = { condition: { kind: 'patience', epochs: 5 }, step: 15_000, best: { split: 'validation', accuracy: 0.972, step: 12_000 } } as const
  const state = runState({ step: 15_000, stopped })
  fakeMain({ 'run:read': () => soFar(state), 'past:leave': () => null })
  await useRun().load()
  const view = await show(StopLine)
  const visit = vi.spyOn(usePast(), 'visit').mockResolvedValue(true)
  expect(view.get('.stopped').text()).toContain('Stopped at step 15,000: the validation accuracy has not risen for 5 epochs. The best was 97.2% at step 12,000.')
  await view.get('button').trigger('click')
  expect(visit).toHaveBeenCalledWith(12_000)
  await view.get('button[aria-label="Hide this"]').trigger('click')
  expect(view.find('.stopped').exists()).toBe(false)
})

test('a run that stopped at a loss names its step and its mean loss', async () => {
  const state = runState({ step: 7900, stopped: { condition: { kind: 'loss', loss: 0.17 }, step: 7900, best: null, mean: 0.1694 } })
  fakeMain({ 'run:read': () => soFar(state) })
  await useRun().load()
  const view = await show(StopLine)
  expect(view.get('.stopped p').text()).toBe('Stopped at step 7,900: the mean loss is 0.169, at most 0.17.')
})
