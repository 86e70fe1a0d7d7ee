import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { disableSpellChecker, stayOffline } from '../../../electron/main/network'
import { app, FakeSession, freshElectron, session } from './fake-electron'

vi.mock('electron', () => import('./fake-electron'))
beforeEach(freshElectron)
afterEach(() => { vi.unstubAllEnvs() })

test('no host is ever resolved and no proxy is used', () => {
  stayOffline()
  expect([...app.switches]).toEqual([['host-resolver-rules', 'MAP * ~NOTFOUND'], ['no-proxy-server', '']])
})

test('during development the window’s own server is resolved, and no other host', () => {
  app.isPackaged = false
  vi.stubEnv('ELECTRON_RENDERER_URL', 'http://localhost:5173/')
  stayOffline()
  expect(app.switches.get('host-resolver-rules')).toBe('MAP * ~NOTFOUND, EXCLUDE localhost')
})

test('a packaged app resolves no host, whatever its environment says', () => {
  vi.stubEnv('ELECTRON_RENDERER_URL', 'http://evil.example/')
  stayOffline()
  expect(app.switches.get('host-resolver-rules')).toBe('MAP * ~NOTFOUND')
})

// Cause: a session downloads a dictionary for each of its languages, although no window checks spelling.
test('no session downloads a spelling dictionary, neither the first nor a later one', () => {
  disableSpellChecker()
  const later = new FakeSession()
  app.emit('session-created', later)
  for (const each of [session.defaultSession, later]) {
    expect(each.setSpellCheckerLanguages.mock.calls).toEqual([[[]]])
    expect(each.setSpellCheckerEnabled.mock.calls).toEqual([[false]])
  }
})
