import { type Channel, channels, eventNames, type LabApi } from '@contract'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

/** Permissions of the page: the preload is the only boundary between it and main. */

const electron = vi.hoisted(() => ({
  exposed: {} as Record<string, unknown>,
  ipcRenderer: { invoke: vi.fn(), on: vi.fn(), off: vi.fn() },
  getPathForFile: vi.fn(),
}))
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => { electron.exposed[name] = value } },
  ipcRenderer: electron.ipcRenderer,
  webUtils: { getPathForFile: electron.getPathForFile },
}))

const { ipcRenderer, getPathForFile } = electron
let lab: LabApi
beforeAll(async () => {
  await import('../../../electron/preload/index')
  lab = electron.exposed['lab'] as LabApi
})
beforeEach(() => {
  for (const fake of [ipcRenderer.invoke, ipcRenderer.on, ipcRenderer.off, getPathForFile]) fake.mockReset()
  ipcRenderer.invoke.mockResolvedValue({ ok: true, value: 'main\'s' })
})

const refused = { ok: false, error: { code: 'ipc.schema' } }
const dropping = ['file:drop']
const anything = (value: unknown) => value as Channel

test('the page gets three functions and nothing else', () => {
  expect(Object.keys(electron.exposed)).toEqual(['lab'])
  expect(Object.keys(lab).sort()).toEqual(['drop', 'invoke', 'on'])
})

describe('invoke', () => {
  test.each(channels.filter(channel => !dropping.includes(channel)))('%s is forwarded to main unchanged, and its reply is returned', async (channel) => {
    expect(await lab.invoke(channel, { a: 1 })).toEqual({ ok: true, value: 'main\'s' })
    expect(ipcRenderer.invoke.mock.calls).toEqual([[channel, { a: 1 }]])
  })

  /** Returns another name each time it is read. */
  const shifty = (...names: string[]) => ({ toString: () => names.length > 1 ? names.shift()! : names[0]! })
  const bad: readonly [string, unknown][] = [
    ...dropping.flatMap((name): [string, unknown][] => [
      [name, name], [`[${name}]`, [name]], [`String object ${name}`, Object(name)], [`${name} by toString`, { toString: () => name }],
      [`${name} by valueOf`, { valueOf: () => name, toString: () => name }], [`${name} by Symbol.toPrimitive`, { [Symbol.toPrimitive]: () => name }],
      [`${name} the second time`, shifty('app:info', name)],
    ]),
    ['a channel in an array', ['app:info']], ['a String object of a channel', Object('app:info')],
    ['another name', 'app:quit'], ['another case', 'File:Drop'], ['a name with a space', 'file:drop '], ['Electron\'s own', 'ELECTRON_BROWSER_REQUIRE'],
    ['a property of every object', 'constructor'], ['nothing', undefined], ['null', null], ['a number', 0], ['an empty text', ''],
  ]
  test.each(bad)('is refused without main: %s', async (_, channel) => {
    expect(await lab.invoke(anything(channel), { path: '/etc/passwd' })).toMatchObject(refused)
    expect(ipcRenderer.invoke).not.toHaveBeenCalled()
  })

  test('a refusal names the request, by its name or type', async () => {
    const name = 'weights:a-name-of-more-than-thirty-letters'
    expect(await lab.invoke(anything(name), null)).toEqual({ ok: false, error: { code: 'ipc.schema', message: `no such channel: ${name}`, details: { found: name } } })
    expect(await lab.invoke(anything(7), null)).toMatchObject({ error: { message: 'no such channel: number', details: { found: 'number' } } })
    const reply = await lab.invoke(anything('x'.repeat(1e6)), null) as { error: { details: { found: string } } }
    expect(reply.error.details.found).toMatch(/^x{40,100}$/)
  })

  test('a refusal quotes little of the request', async () => {
    const reply = await lab.invoke(anything('x'.repeat(1e6)), null)
    expect(JSON.stringify(reply).length).toBeLessThan(400)
  })
})

describe('drop', () => {
  const file = { name: 'whatever the page calls it' } as File

  test.each([
    '/home/ada/w.safetensors', '/home/ada/noname', 'C:\\ada\\A.JSON', '/home/ada.json/mine.labrun',
  ])('%s is sent to main with its own path', async (path) => {
    getPathForFile.mockReturnValue(path)
    expect(await lab.drop([file])).toEqual({ ok: true, value: 'main\'s' })
    expect(getPathForFile.mock.calls).toEqual([[file]])
    expect(ipcRenderer.invoke.mock.calls).toEqual([['file:drop', { paths: [path] }]])
  })

  test('a path that the page attached to the file is ignored', async () => {
    getPathForFile.mockReturnValue('/home/ada/w.safetensors')
    await lab.drop([{ name: 'a.json', path: '/etc/passwd' } as unknown as File])
    expect(ipcRenderer.invoke.mock.calls).toEqual([['file:drop', { paths: ['/home/ada/w.safetensors'] }]])
  })

  test('several files are sent together, and all of them have a path or none is sent', async () => {
    getPathForFile.mockReturnValueOnce('/a/train-images.gz').mockReturnValueOnce('/a/train-labels.gz')
    await lab.drop([file, file])
    expect(ipcRenderer.invoke.mock.calls).toEqual([['file:drop', { paths: ['/a/train-images.gz', '/a/train-labels.gz'] }]])
    getPathForFile.mockReturnValueOnce('/a/train-images.gz').mockReturnValueOnce('')
    expect(await lab.drop([file, { name: 'page.gz' } as File])).toMatchObject({ error: { code: 'file.notOnDisk', details: { file: 'page.gz' } } })
    expect(ipcRenderer.invoke).toHaveBeenCalledTimes(1)
  })

  test.each([[null], [[]], ['/etc/passwd'], [{ 0: file, length: 1 }]])('no list of files is refused without main: %j', async (given) => {
    expect(await lab.drop(given as never)).toMatchObject({ ok: false, error: { code: 'ipc.schema' } })
    expect(getPathForFile).not.toHaveBeenCalled()
  })

  // Electron throws for anything that is not a File.
  test('anything but a File is refused without main, and without an exception', async () => {
    getPathForFile.mockImplementation(() => { throw new Error('getPathForFile expected to receive a File object but one was not provided') })
    expect(await lab.drop([file])).toEqual({ ok: false, error: { code: 'ipc.schema', message: 'no such channel: drop', details: { found: 'drop' } } })
    expect(ipcRenderer.invoke).not.toHaveBeenCalled()
  })

  // Electron knows no path for a File that a page created.
  test('a file without a path is reported by its name, without main', async () => {
    getPathForFile.mockReturnValue('')
    expect(await lab.drop([{ name: 'seven.png' } as File])).toEqual({ ok: false, error: { code: 'file.notOnDisk', message: 'seven.png is not a file on this computer', details: { file: 'seven.png' } } })
    expect(ipcRenderer.invoke).not.toHaveBeenCalled()
  })
})

// Cause: Electron rejects values that cannot be cloned, although the contract promises replies.
describe('in any case the page gets a reply', () => {
  test.each<[string, () => void]>([
    ['rejects', () => ipcRenderer.invoke.mockRejectedValue(new Error(`An object could not be cloned. ${'x'.repeat(1e6)}`))],
    ['throws', () => ipcRenderer.invoke.mockImplementation(() => { throw new Error('An object could not be cloned.') })],
    ['rejects with nothing', () => ipcRenderer.invoke.mockRejectedValue(undefined)],
  ])('when sending %s', async (_, harm) => {
    harm()
    getPathForFile.mockReturnValue('/home/me/a.safetensors')
    for (const [answer, found] of [[lab.invoke('run:read', () => undefined), 'run:read'], [lab.drop([new File([], 'a.safetensors')]), 'file:drop']] as const) {
      const reply = await answer
      expect(reply).toMatchObject({ ok: false, error: { code: 'ipc.schema', details: { found } } })
      expect(JSON.stringify(reply).length).toBeLessThan(400)
    }
  })
})

describe('on', () => {
  test.each(eventNames)('%s: the handler receives what main sends, without Electron’s event, until it unsubscribes', (event) => {
    const handler = vi.fn()
    const stop = lab.on(event, handler)
    const [name, listener] = ipcRenderer.on.mock.calls[0] as [string, (event: unknown, value: unknown) => void]
    expect(name).toBe(event)
    listener({ sender: 'Electron\'s' }, 'value')
    expect(handler.mock.calls).toEqual([['value']])
    stop()
    expect(ipcRenderer.off.mock.calls).toEqual([[event, listener]])
  })

  test.each(['', 'file:drop', 'message', '__proto__', ['run:state']])('%j is not an event: nothing is registered', (event) => {
    expect(lab.on(event as typeof eventNames[number], vi.fn())()).toBeUndefined()
    expect(ipcRenderer.on).not.toHaveBeenCalled()
  })
})

test('the reason why a message could not be sent is shortened, with the channel', async () => {
  ipcRenderer.invoke.mockRejectedValue(new Error(`An object could not be cloned. ${'because of this '.repeat(8)}and so on ${'x'.repeat(1e6)}`))
  const { error: { message } } = await lab.invoke('run:read', null) as { error: { message: string } }
  expect(message).toMatch(/^run:read: Error: An object could not be cloned\. (because of this ){8}/)
  expect(message.length).toBeLessThan(300)
})
