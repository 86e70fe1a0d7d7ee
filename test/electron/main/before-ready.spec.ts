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

test('the window’s scheme serves pages like a server, and its compiled code is cached', () => {
  prepareElectron()
  expect(protocol.registerSchemesAsPrivileged.mock.calls).toEqual([[[
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ]]])
})

test('Electron creates no menu of its own, resolves no host, and starts no network process', () => {
  prepareElectron()
  expect(Menu.setApplicationMenu.mock.calls).toEqual([[null]])
  expect(app.switches.get('host-resolver-rules')).toBe('MAP * ~NOTFOUND')
  expect(app.switches.get('enable-features')).toBe('NetworkServiceInProcess2')
})

test('Windows identifies the lab by the installer’s name', () => {
  prepareElectron()
  expect(app.setAppUserModelId.mock.calls).toEqual([['io.github.backprop-lab']]) // appId of electron-builder.yml
})

test('a closed terminal does not end the lab', () => {
  prepareElectron()
  expect(listeners.map(([stream, name]) => [stream, name])).toEqual([[process.stdout, 'error'], [process.stderr, 'error']])
  for (const [, , listener] of listeners) expect(() => { listener(new Error('EPIPE')) }).not.toThrow()
})
