import { mnist } from '@core'
import { levels } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import ConfigPanel from '../../../renderer/train/ConfigPanel.vue'
import Counters from '../../../renderer/train/Counters.vue'
import { useRun } from '../../../renderer/stores/run'
import { infoOf } from '../../fixtures/dataset-info'
import { fakeMain, runState, settings, show, soFar } from '../lab'

afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const bands = { ...infoOf({ id: 'bands-1', rows: 20, columns: 30, classes: 7, train: 700, test: 140 }), name: 'Bands' }
const listed = [{ id: mnist.id, info: mnist, problem: null }, { id: bands.id, info: bands, problem: null }]

async function panel(answers: Parameters<typeof fakeMain>[0] = {}) {
  const main = fakeMain({ 'settings:read': () => ({ ...settings, level: 'everything' }), 'data:list': () => listed, ...answers })
  const view = await show(ConfigPanel)
  await useRun().load()
  await flushPromises()
  const field = () => view.findAll('.field').find(field => field.text().startsWith('Dataset'))
  return { main, view, field, choose: (id: string) => field()!.get('select').setValue(id) }
}

test.each(levels)('is absent at the level %s while MNIST is the only dataset', async (level) => {
  expect((await panel({ 'settings:read': () => ({ ...settings, level }), 'data:list': () => listed.slice(0, 1) })).field()).toBeUndefined()
})

// Cause: an import said “choose it in Train under Dataset”, which the level of chapter 5 did not have.
test('is there at the level of chapter 5, too', async () => {
  const { main, view, field, choose } = await panel({ 'settings:read': () => ({ ...settings, level: 'chapter5' }), 'run:configure': config => runState({ runId: 2, config, dataset: bands, input: [600] }) })
  expect(view.findAll('.field').map(field => field.get('label').text())).toEqual(['Dataset', 'Hidden units', 'Learning rate', 'Batch size'])
  await choose(bands.id)
  expect(field()!.text()).toContain('20×30 pixels: 600 inputs, 7 outputs')
  await view.get('form').trigger('submit')
  await flushPromises()
  expect(main.asked('run:configure')).toMatchObject([{ dataset: 'bands-1', network: { layers: [{ kind: 'affine', units: 50 }, { kind: 'relu' }, { kind: 'affine', units: 7 }] } }])
})

// Cause: only visiting Files looked again, so an import seemed to have failed.
test('appears after an import, once the window gets the focus', async () => {
  let found = listed.slice(0, 1)
  const { field } = await panel({ 'data:list': () => found })
  found = listed
  expect(field()).toBeUndefined()
  dispatchEvent(new Event('focus'))
  await flushPromises()
  expect(field()!.findAll('option').map(option => option.text())).toEqual(['MNIST', 'Bands'])
})

test('makes the next network’s ends follow the chosen dataset', async () => {
  const { main, view, field, choose } = await panel({ 'run:configure': config => runState({ runId: 2, config, dataset: bands, input: [600] }) })
  await choose(bands.id)
  expect(field()!.text()).toContain('20×30 pixels: 600 inputs, 7 outputs')
  expect(field()!.get('.mark').text()).toBe('not applied yet; in use: MNIST')
  await view.get('form').trigger('submit')
  await flushPromises()
  expect(main.asked('run:configure')).toMatchObject([{ dataset: 'bands-1', network: { layers: [{ kind: 'affine', units: 50 }, { kind: 'relu' }, { kind: 'affine', units: 7 }] } }])
  expect(view.get('form').text()).not.toContain('not applied')
  expect(field()!.get('select').element.value).toBe(bands.id)
})

test('makes a text of layers valid that has as many outputs as its classes', async () => {
  HTMLElement.prototype.hidePopover = () => undefined
  const { view, choose } = await panel()
  await view.get('.tools .as-text').trigger('click')
  await view.get('textarea').setValue('affine 30, affine 7')
  expect(view.get('.layers [role=alert]').text()).toContain('10 numbers for each image')
  await choose(bands.id)
  expect([view.find('.layers [role=alert]').exists(), view.get('footer button').attributes('disabled')]).toEqual([false, undefined])
})

test('offers no dataset that cannot be used, except the one that the run still has in memory', async () => {
  const problem = { code: 'dataset.vanished', message: 'no', details: { name: 'Bands', file: 'a' } } as const
  const gone = () => [listed[0]!, { id: bands.id, info: bands, problem }]
  expect((await panel({ 'data:list': gone })).field()).toBeUndefined()
  const { field } = await panel({ 'data:list': gone, 'run:read': () => soFar(runState({ config: { ...runState().config, dataset: bands.id }, dataset: bands, input: [600] })) })
  expect(field()!.findAll('option').map(option => option.text())).toEqual(['MNIST', 'Bands'])
})

test('a dataset that takes long to load is named, until it is there', async () => {
  const main = fakeMain()
  const view = await show(Counters)
  await useRun().load()
  main.tell('data:loading', 'Bands')
  await flushPromises()
  expect(view.get('[role=status]').text()).toBe('Loading Bands…')
  expect(view.get('[role=status]').classes()).not.toContain('visually-hidden')
  main.tell('data:loading', null)
  await flushPromises()
  expect(view.get('[role=status]').text()).not.toContain('Bands')
})
