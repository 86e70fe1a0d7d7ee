import type { RunEntry } from '@contract'
import { LabError } from '@core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { useNotices } from '../../../renderer/stores/notices'
import { useOpenFile } from '../../../renderer/stores/open-file'
import { useRoom } from '../../../renderer/stores/room'
import { useRuns } from '../../../renderer/stores/runs'
import { idOf, runEntry } from '../files/run-entry'
import { fakeMain } from '../lab'

afterEach(() => vi.unstubAllGlobals())

const names = () => useRuns().entries.map(({ name }) => name)

describe('the list of runs', () => {
  test('is main’s, once it was requested', async () => {
    fakeMain({ 'runs:list': () => [runEntry()] })
    expect([useRuns().entries, useRuns().loaded]).toEqual([[], false])
    await useRuns().refresh()
    expect([names(), useRuns().loaded]).toEqual([['First'], true])
  })

  test('stays as it was when a request fails, and the reason is reported', async () => {
    let broken = false
    const fail = () => { throw new LabError('file.denied', 'no', { file: 'runs' }) }
    fakeMain({ 'runs:list': () => broken ? fail() : [runEntry()], 'runs:change': fail, 'runs:remove': fail })
    await useRuns().refresh()
    broken = true
    await useRuns().refresh()
    expect(await useRuns().change(idOf(1), { name: 'x' })).toBe(false)
    expect(await useRuns().remove(idOf(1))).toBe(false)
    expect(names()).toEqual(['First'])
    expect(useNotices().notices.map(({ key }) => key)).toEqual(['errors.file.denied'])
  })

  test('is the one that main answers a change or a removal with', async () => {
    const main = fakeMain({ 'runs:list': () => [runEntry()], 'runs:change': ({ name }) => [runEntry({ name: name! })], 'runs:remove': () => [] })
    await useRuns().refresh()
    expect(await useRuns().change(idOf(1), { name: 'Second' })).toBe(true)
    expect([names(), main.asked('runs:change')]).toEqual([['Second'], [{ id: idOf(1), name: 'Second' }]])
    expect(await useRuns().remove(idOf(1))).toBe(true)
    expect([names(), main.asked('runs:remove')]).toEqual([[], [{ id: idOf(1) }]])
  })

  test('keeps the object of a run that is as before, so that its row is not drawn again', async () => {
    let second = runEntry({ id: idOf(2) })
    fakeMain({ 'runs:list': () => [runEntry(), { ...second }] })
    await useRuns().refresh()
    const before = useRuns().entries
    second = runEntry({ id: idOf(2), step: 1201 })
    await useRuns().refresh()
    expect(useRuns().entries.map((entry, i) => entry === before[i])).toEqual([true, false])
  })

  test('is not put back by an answer that is older than the one that is shown', async () => {
    let answerSlowly: (entries: readonly RunEntry[]) => void = () => undefined
    const slow = new Promise<readonly RunEntry[]>((done) => { answerSlowly = done })
    fakeMain({ 'runs:list': () => slow, 'runs:change': () => [runEntry({ name: 'New' })] })
    const listed = useRuns().refresh()
    await useRuns().change(idOf(1), { name: 'New' })
    answerSlowly([runEntry({ name: 'Old' })])
    await listed
    expect(names()).toEqual(['New'])
  })
})

test('the chosen run is followed through changes, and gone when it is removed', async () => {
  let list: readonly RunEntry[] = [runEntry(), runEntry({ id: idOf(2), name: 'Second' })]
  fakeMain({ 'runs:list': () => list })
  await useRuns().refresh()
  expect(useRuns().chosen).toBeNull()
  useRuns().choose(idOf(2))
  list = [runEntry(), runEntry({ id: idOf(2), name: 'Renamed' })]
  await useRuns().refresh()
  expect(useRuns().chosen?.name).toBe('Renamed')
  list = [runEntry()]
  await useRuns().refresh()
  expect(useRuns().chosen).toBeNull()
})

describe('a run that comes from a file', () => {
  const arrived = { id: idOf(2), known: false }
  test('is shown in the list, whatever was searched, and said to be added or already there', async () => {
    const main = fakeMain({ 'runs:list': () => [runEntry(), runEntry({ id: idOf(2), name: 'Second' })], 'weights:list': () => [], 'file:open': () => ({ kind: 'run', arrival: arrived }), 'file:take': () => ({ kind: 'run', arrival: { ...arrived, known: true } }) })
    useRuns().search('first')
    await useOpenFile().open()
    expect([useRuns().query, useRuns().chosenId, useRoom().current]).toEqual(['', idOf(2), 'files'])
    main.tell('file:given', { id: 'f1', name: 'Second.labrun' })
    await vi.waitFor(() => expect(useNotices().notices.map(({ key, parameters }) => [key, parameters['name']])).toEqual([['runs.file.added', 'Second'], ['runs.file.known', 'Second']]))
  })

  test('that is refused says why, and nothing else changes; a cancelled dialog says nothing', async () => {
    fakeMain({ 'runs:list': () => [], 'weights:list': () => [], 'file:open': () => { throw new LabError('labrun.name', '', { file: 'a', name: '../b' }) }, 'runs:export': () => null })
    const before = useRoom().current
    await useOpenFile().open()
    expect(useNotices().notices.map(({ key }) => key)).toEqual(['errors.labrun.name'])
    expect([useRoom().current, useRuns().chosenId]).toEqual([before, null])
    await useRuns().exportFile(idOf(1), 'First')
    expect(useNotices().notices).toHaveLength(1)
  })
})
