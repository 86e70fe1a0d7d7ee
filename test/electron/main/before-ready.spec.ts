import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { prepareElectron } from '../../../electron/main/before-ready'
import { app, freshElectron, Menu, protocol } from './fake-electron'

vi.mock('electron', () => import('./fake-electron'))
const listeners: (readonly [object, string, (error: Error) => void])[] = []
beforeEach(() => {
  freshElectron()
  listeners.length = 0
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'on').mockImplementation(((name: string, listener: () => void) => {
      listeners.push([stream, name, listener])
      return stream
    }) as typeof stream.on)
  }
})
afterEach(() => { vi.restoreAllMocks() })

test('the window\'s scheme is one that pages can be served from as from a server, and whose compiled code is kept', () => {
  prepareElectron()
  expect(protocol.registerSchemesAsPrivileged.mock.calls).toEqual([[[
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ]]])
})

test('Electron makes no menu of its own, finds no host, and starts no process for a network', () => {
  prepareElectron()
  expect(Menu.setApplicationMenu.mock.calls).toEqual([[null]])
  expect(app.switches.get('host-resolver-rules')).toBe('MAP * ~NOTFOUND')
  expect(app.switches.get('enable-features')).toBe('NetworkServiceInProcess2')
})

test('Windows knows the lab by the name that its installer gave it', () => {
  prepareElectron()
  expect(app.setAppUserModelId.mock.calls).toEqual([['io.github.backprop-lab']]) // appId of electron-builder.yml
})

test('a terminal that was closed does not end the lab', () => {
  prepareElectron()
  expect(listeners.map(([stream, name]) => [stream, name])).toEqual([[process.stdout, 'error'], [process.stderr, 'error']])
  for (const [, , listener] of listeners) expect(() => { listener(new Error('EPIPE')) }).not.toThrow()
})
