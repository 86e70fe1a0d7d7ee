import type { LeftRun, OpenedFile, RoomName, RunState, WeightsEntry } from '@contract'
import { defaultConfig, LabError, mnist, writeRecipe } from '@core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { useFiles } from '../../../renderer/stores/files'
import { useNotices } from '../../../renderer/stores/notices'
import { useOpenFile } from '../../../renderer/stores/open-file'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { idOf, runEntry } from '../files/run-entry'
import { fakeMain, runState } from '../lab'

afterEach(() => vi.unstubAllGlobals())

const entry = (handle: string, savedAt: number, kind: WeightsEntry['kind'] = 'file') => ({ handle, kind, name: handle, savedAt }) as WeightsEntry
const noticesShown = () => useNotices().notices.map(({ key, parameters }) => [key, parameters])
const opened = (name: string): RunState => runState({ runId: 2, step: 40, origin: { from: 'file', name } as RunState['origin'] })

describe('the list of files', () => {
  test('is main’s, once it was requested', async () => {
    fakeMain({ 'weights:list': () => [entry('a', 1)] })
    expect([useFiles().entries, useFiles().loaded]).toEqual([[], false])
    await useFiles().refresh()
    expect([useFiles().entries, useFiles().loaded]).toEqual([[entry('a', 1)], true])
  })

  test('stays as it was when the request fails, and the reason is reported', async () => {
    let broken = false
    fakeMain({ 'weights:list': () => { if (broken) throw new LabError('file.denied', 'no', { file: 'a' }); return [entry('a', 1)] }, 'weights:forget': () => { throw new LabError('file.missing', 'gone', {}) } })
    await useFiles().refresh()
    broken = true
    await useFiles().refresh()
    await useFiles().forget(entry('a', 1))
    expect(useFiles().entries).toEqual([entry('a', 1)])
    expect(noticesShown().map(([key]) => key)).toEqual(['errors.file.denied', 'errors.file.missing'])
  })

  test('is shorter by one that is forgotten', async () => {
    const main = fakeMain({ 'weights:list': () => [entry('a', 1), entry('b', 2)], 'weights:forget': () => [entry('b', 2)] })
    await useFiles().refresh()
    await useFiles().forget(entry('a', 1))
    expect(main.asked('weights:forget')).toEqual([{ handle: 'a' }])
    expect(useFiles().entries).toEqual([entry('b', 2)])
  })
})

describe('saving', () => {
  test('is reported with the file’s name, which is then in the list', async () => {
    fakeMain({ 'weights:list': () => [entry('mine', 1)], 'weights:save': () => entry('mine', 1) })
    await useFiles().save()
    expect([noticesShown(), useFiles().entries]).toEqual([[['files.saved', { name: 'mine' }]], [entry('mine', 1)]])
  })

  test('reports nothing when it is cancelled', async () => {
    const main = fakeMain({ 'weights:save': () => null })
    await useFiles().save()
    expect([noticesShown(), main.asked('weights:list')]).toEqual([[], []])
  })
})

describe('opening', () => {
  test('replaces the run by a file, whose name is reported', async () => {
    const main = fakeMain({ 'weights:list': () => [entry('p', 1)], 'weights:open': () => opened('digits') })
    await useFiles().open('h')
    expect(main.asked('weights:open')).toEqual([{ handle: 'h' }])
    expect([useRun().state?.runId, useRun().step]).toEqual([2, 40])
    expect(noticesShown()).toEqual([['files.opened', { name: 'digits' }]])
  })

  test.each<[string, LeftRun | null, string]>([
    ['is kept', { runId: 1, id: 'a', step: 200 }, 'files.openedKept'],
    ['is too short to be kept for sure', { runId: 1, id: 'a', step: 199 }, 'files.opened'],
    ['had learned nothing, although one before it is kept', { runId: 0, id: 'a', step: 40 }, 'files.opened'],
    ['was none', null, 'files.opened'],
  ])('reports whether the run before stays in the list of runs: one that %s', async (_, left, key) => {
    let list = [entry('a', 9)]
    fakeMain({ 'run:left': () => left, 'weights:list': () => list, 'weights:open': () => { list = [...list, entry('digits', 10)]; return opened('digits') } })
    useRun().accept(runState())
    await useFiles().open('h')
    expect(noticesShown()).toEqual([[key, { name: 'digits' }]])
    expect(useFiles().entries).toEqual(list)
  })

  test('leaves the run when it is cancelled or refused', async () => {
    let refuse = false
    fakeMain({ 'weights:list': () => [], 'file:open': () => { if (refuse) throw new LabError('safetensors.header', 'no', {}); return null } })
    useRun().accept(runState())
    await useOpenFile().open()
    expect(noticesShown()).toEqual([])
    refuse = true
    await useOpenFile().open()
    expect([useRun().state?.runId, noticesShown().map(([key]) => key)]).toEqual([1, ['errors.safetensors.header']])
  })

  test('reports nothing for a run of the lab’s own, without a name', async () => {
    fakeMain({ 'weights:list': () => [], 'weights:open': () => runState({ runId: 3 }) })
    await useFiles().open('h')
    expect([useRun().state?.runId, noticesShown()]).toEqual([3, []])
  })

  test('by a dialog or by dropping the file is the same', async () => {
    fakeMain({ 'weights:list': () => [], 'file:open': () => ({ kind: 'weights', state: opened('chosen') }) })
    await useOpenFile().open()
    expect(noticesShown()).toEqual([['files.opened', { name: 'chosen' }]])
    window.lab.drop = async () => ({ ok: true, value: { kind: 'weights', state: opened('dropped') } as never })
    await useOpenFile().drop([new File([], 'dropped.safetensors')])
    expect(noticesShown()).toEqual([['files.opened', { name: 'dropped' }]])
  })

  test.each<[string, OpenedFile, string, RoomName]>([
    ['a run', { kind: 'run', arrival: { id: idOf(2), known: false } }, 'runs.file.added', 'files'],
    ['a graph', { kind: 'graph', graph: { name: 'mine.json', document: { expression: 'x * y', inputs: { x: 2, y: 3 } } } }, 'graph.file.opened', 'learn'],
    ['a recipe', { kind: 'recipe', name: 'mine.json', text: writeRecipe(defaultConfig) }, 'train.recipe.taken', 'train'],
  ])('shows %s where it belongs; the run in Train stays, and an earlier refusal goes', async (_, found, key, where) => {
    let answer: () => OpenedFile = () => { throw new LabError('file.unknown', 'no', {}) }
    fakeMain({ 'weights:list': () => [], 'runs:list': () => [runEntry({ id: idOf(2) })], 'data:list': () => [{ id: mnist.id, info: mnist, problem: null }], 'file:open': () => answer() })
    useRun().accept(runState())
    useRoom().go('draw')
    await useOpenFile().open()
    answer = () => found
    await useOpenFile().open()
    expect([useRoom().current, noticesShown().map(([key]) => key), useRun().state?.runId]).toEqual([where, [key], 1])
  })
})

test('reports missing information beside the file’s name', async () => {
  fakeMain({ 'weights:list': () => [], 'weights:open': () => runState({ runId: 2, step: 40, origin: { from: 'file', name: 'digits', step: 40, gaps: ['optimizer'] } }) })
  await useFiles().open('h')
  expect(noticesShown()).toEqual([['files.opened', { name: 'digits' }], ['files.gap.optimizer', { name: 'digits', step: 40 }]])
})

test('removes the message of an earlier attempt at the next one, but keeps it when that is cancelled', async () => {
  let answer: () => OpenedFile | null = () => { throw new LabError('safetensors.header', 'no', {}) }
  fakeMain({ 'weights:list': () => [], 'file:open': () => answer() })
  await useOpenFile().open()
  answer = () => null
  await useOpenFile().open()
  expect(noticesShown().map(([key]) => key)).toEqual(['errors.safetensors.header'])
  answer = () => ({ kind: 'weights', state: opened('digits') })
  await useOpenFile().open()
  expect(noticesShown().map(([key]) => key)).toEqual(['files.opened'])
})

test('keeps a loaded list even when a later request fails', async () => {
  fakeMain({ 'weights:list': () => { throw new LabError('file.denied', 'no', {}) } })
  await useFiles().refresh()
  expect([useFiles().loaded, useFiles().entries]).toEqual([true, []])
})
