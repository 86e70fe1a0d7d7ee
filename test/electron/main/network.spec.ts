import { EventEmitter } from 'node:events'
import type { Session } from 'electron'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askForNothing, stayOffline } from '../../../electron/main/network'

const electron = vi.hoisted(() => ({ app: null as unknown as EventEmitter & { isPackaged: boolean }, switches: new Map<string, string | undefined>() }))
vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events')
  electron.app = Object.assign(new EventEmitter(), { isPackaged: true, commandLine: { appendSwitch: (name: string, value?: string) => { electron.switches.set(name, value) } } })
  return { app: electron.app, session: {} }
})
beforeEach(() => { electron.switches.clear() })
afterEach(() => { vi.unstubAllEnvs() })

const fakeSession = () => {
  const told = { languages: null as readonly string[] | null, checks: true }
  return { told, session: { setSpellCheckerLanguages: (languages: string[]) => { told.languages = languages }, setSpellCheckerEnabled: (on: boolean) => { told.checks = on } } as Session }
}

test.each([[true, ''], [true, 'http://127.0.0.1:5173'], [false, '']])('no host is found and no proxy asked (packaged: %s, server: "%s")', (packaged, server) => {
  electron.app.isPackaged = packaged
  vi.stubEnv('ELECTRON_RENDERER_URL', server)
  stayOffline()
  expect([...electron.switches]).toEqual([['host-resolver-rules', 'MAP * ~NOTFOUND'], ['no-proxy-server', undefined]])
})

test('while developing the one host that is found is that of the window\'s server', () => {
  electron.app.isPackaged = false
  vi.stubEnv('ELECTRON_RENDERER_URL', 'http://localhost:5173/')
  stayOffline()
  expect(electron.switches.get('host-resolver-rules')).toBe('MAP * ~NOTFOUND, EXCLUDE localhost')
})

// A session fetches a dictionary at its start, whether or not a window checks any spelling.
test('no session asks for dictionaries, neither the first nor one that is made later', () => {
  const [first, later] = [fakeSession(), fakeSession()]
  askForNothing({ defaultSession: first.session } as never)
  electron.app.emit('session-created', later.session)
  expect([first.told, later.told]).toEqual([{ languages: [], checks: false }, { languages: [], checks: false }])
})
