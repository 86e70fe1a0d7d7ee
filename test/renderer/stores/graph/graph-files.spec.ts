import { maxSource, type Playground } from '@contract'
import type { GraphDocument } from '@core'
import { disposePinia, getActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { useGraphFiles } from '../../../../renderer/stores/graph/graph-files'
import { useNotices } from '../../../../renderer/stores/notices'
import { useOpenFile } from '../../../../renderer/stores/open-file'
import { useRoom } from '../../../../renderer/stores/room'
import { fakeMain } from '../../lab'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); history.replaceState(null, '', '#') })

const mine: GraphDocument = { expression: 'x * y', inputs: { x: 2, y: 3 } }
const noticesShown = () => useNotices().notices.map(({ key, parameters }) => [key, parameters])

describe('the playground', () => {
  let main: ReturnType<typeof fakeMain>
  const begin = async (left: Playground | null = null) => {
    main = fakeMain({ 'graph:recall': () => left, 'graph:remember': () => null })
    await useGraphFiles().recall()
  }
  const written = () => main.asked('graph:remember') as Playground[]
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  test('is written within half a second after the last change, but not during a series of changes', async () => {
    await begin()
    for (let x = 1; x <= 8; x++) {
      useGraph().setInput('apple', x)
      await pass(200)
    }
    expect(written()).toEqual([])
    await pass(300)
    expect(written().map(({ document }) => document.inputs['apple'])).toEqual([8])
  })

  test('is written when the window unloads if something is pending, and only then', async () => {
    await begin()
    dispatchEvent(new Event('pagehide'))
    expect(written()).toEqual([])
    useGraph().setInput('apple', 7)
    await nextTick()
    dispatchEvent(new Event('pagehide'))
    dispatchEvent(new Event('pagehide')) // removed, restored, removed
    await pass(5000)
    expect(written()).toHaveLength(1)
    useGraph().setInput('apple', 8)
    await pass(5000)
    dispatchEvent(new Event('pagehide'))
    expect(written().map(({ document }) => document.inputs['apple'])).toEqual([7, 8])
  })

  // Cause: the listener outlived its store and wrote the pending data of an earlier store.
  test('is not written by a disposed store when the window unloads', async () => {
    await begin()
    useGraph().setInput('apple', 7)
    await nextTick()
    await begin() // another store replaces it
    dispatchEvent(new Event('pagehide'))
    expect(written()).toEqual([])
  })

  test('is not written by a disposed window', async () => {
    await begin()
    useGraph().setInput('apple', 7)
    await nextTick()
    disposePinia(getActivePinia()!)
    await pass(5000)
    expect(written()).toEqual([])
  })

  test('with a valid expression is restored as that graph alone, without a history', async () => {
    await begin({ document: mine, source: mine.expression })
    expect([useGraph().document, useGraph().source, useGraph().error, useGraph().key]).toEqual([mine, mine.expression, null, 'playground'])
  })

  test('from another version of the lab, which this one cannot read, starts with the apples without a message', async () => {
    const complained = vi.spyOn(console, 'error')
    await begin({ document: { expression: 'later(x)', inputs: {} }, source: 'later(x)' })
    expect([useGraph().document.expression.includes('apple'), noticesShown(), complained.mock.calls]).toEqual([true, [], []])
    useGraph().setInput('apple', 7)
    await pass(5000)
    expect(written()).toHaveLength(1)
  })

  test('that cannot be shown because of a bug is not blamed on a version', async () => {
    const fault = new TypeError('a mistake in the code')
    await expect(begin({ document: new Proxy(mine, { get() { throw fault } }), source: '' })).rejects.toThrow(fault)
  })

  test('is written with as much of a text as main accepts, from its start', async () => {
    await begin()
    const text = `start${'+'.repeat(2 * maxSource)}`
    useGraph().setExpression(text, { composing: true })
    await pass(5000)
    expect(written().map(({ source }) => [source.length, text.startsWith(source)])).toEqual([[maxSource, true]])
  })
})

describe('a graph file', () => {
  test('of a lesson is named after it until it has a name of its own, which is reported', async () => {
    const main = fakeMain({ 'graph:save': () => ({ name: 'other name.JSON' }) })
    useGraph().show(mine, { key: 'chain-rule' })
    await useGraphFiles().save()
    await useGraphFiles().save()
    useGraph().show(mine, { key: 'fan-out' })
    await useGraphFiles().save()
    expect(main.asked('graph:save')).toEqual([{ document: mine, name: 'chain-rule' }, { document: mine, name: 'other name' }, { document: mine, name: 'fan-out' }])
    expect(noticesShown()).toEqual([['graph.file.saved', { name: 'other name.JSON' }]])
  })

  test('opens in the graph’s room, wherever the user was, as a whole', async () => {
    fakeMain({ 'weights:list': () => [], 'file:open': () => ({ kind: 'graph', graph: { name: 'mine.json', document: mine } }) })
    useRoom().go('files')
    await useOpenFile().open()
    expect([useRoom().current, useGraph().key, useGraph().document, useGraph().atEnd, noticesShown()]).toEqual(['learn', 'playground', mine, true, [['graph.file.opened', { name: 'mine.json' }]]])
  })

  test('whose dialog is cancelled does not change the room', async () => {
    fakeMain({ 'weights:list': () => [], 'file:open': () => null })
    useRoom().go('files')
    await useOpenFile().open()
    expect([useRoom().current, noticesShown()]).toEqual(['files', []])
  })

  test('that is dropped opens the same way, and is then saved under its name', async () => {
    const main = fakeMain({ 'weights:list': () => [], 'graph:save': () => null })
    const asked: (readonly File[])[] = []
    window.lab.drop = async (files) => { asked.push(files); return { ok: true, value: { kind: 'graph', graph: { name: 'dropped.json', document: mine } } as never } }
    const file = new File([], 'dropped.json')
    await useOpenFile().drop([file])
    await useGraphFiles().save()
    expect([asked, useGraph().document, main.asked('graph:save')]).toEqual([[[file]], mine, [{ document: mine, name: 'dropped' }]])
  })
})
