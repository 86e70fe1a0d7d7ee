import { channels, eventNames, type LabApi } from '@contract'
import { beforeEach, expect, test, vi } from 'vitest'

const electron = vi.hoisted(() => ({
  exposed: {} as Record<string, unknown>, invoked: [] as unknown[][], listeners: new Map<string, (event: unknown, value: unknown) => void>(),
}))
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => { electron.exposed[name] = value } },
  ipcRenderer: {
    invoke: async (...args: unknown[]) => { electron.invoked.push(args); return { ok: true, value: 'main’s' } },
    on: (event: string, listener: (event: unknown, value: unknown) => void) => { electron.listeners.set(event, listener) },
    off: (event: string, listener: unknown) => { if (electron.listeners.get(event) === listener) electron.listeners.delete(event) },
  },
  webUtils: { getPathForFile: (file: File) => `/home/me/${file.name}` },
}))
await import('../../../electron/preload/index')
const lab = electron.exposed['lab'] as LabApi
beforeEach(() => { electron.invoked.length = 0 })

const dropping = ['weights:drop', 'graph:drop']

test('the page sees three functions, and nothing else of Electron', () => {
  expect(Object.keys(electron.exposed)).toEqual(['lab'])
  expect(Object.entries(lab).map(([name, value]) => `${name}: ${typeof value}`).sort()).toEqual(['drop: function', 'invoke: function', 'on: function'])
})

test.each(channels.filter(channel => !dropping.includes(channel)))('%s reaches main with what was asked, and comes back with its answer', async (channel) => {
  expect(await lab.invoke(channel, { some: 'argument' })).toEqual({ ok: true, value: 'main’s' })
  expect(electron.invoked).toEqual([[channel, { some: 'argument' }]])
})

// A page that was taken over could otherwise open any file whose path it guesses.
test.each([...dropping, 'weights:everything', '', 'constructor', 'ELECTRON_BROWSER_REQUIRE'])('the page itself cannot ask for "%s"', async (channel) => {
  expect(await lab.invoke(channel as never, { path: '/etc/passwd' })).toMatchObject({ ok: false, error: { code: 'ipc.schema', details: { found: channel } } })
  expect(electron.invoked).toEqual([])
})

test.each([['net.safetensors', 'weights:drop'], ['graph.json', 'graph:drop'], ['GRAPH.JSON', 'graph:drop'], ['json', 'weights:drop']])('a file %s that was dropped is asked for as %s, by the path that Electron knows it by', async (name, channel) => {
  await lab.drop(new File([], name))
  expect(electron.invoked).toEqual([[channel, { path: `/home/me/${name}` }]])
})

test.each(eventNames)('%s is heard with its value alone, until nobody listens any more', (event) => {
  const heard: unknown[][] = []
  const stop = lab.on(event, (...all: unknown[]) => { heard.push(all) })
  electron.listeners.get(event)?.({ sender: 'Electron’s own' }, 7)
  expect(heard).toEqual([[7]])
  stop()
  expect(electron.listeners.has(event)).toBe(false)
})

test('an event that there is not is not listened to', () => {
  const stop = lab.on('everything' as never, () => undefined)
  expect(electron.listeners.has('everything')).toBe(false)
  expect(stop()).toBeUndefined()
})
