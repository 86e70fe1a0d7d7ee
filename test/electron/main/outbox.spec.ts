import { LabError, toWire } from '@contract'
import type { BrowserWindow as ElectronWindow } from 'electron'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Outbox } from '../../../electron/main/outbox'
import { BrowserWindow } from './fake-electron'

let log: ReturnType<typeof vi.spyOn>
beforeEach(() => { log = vi.spyOn(console, 'error').mockImplementation(() => undefined) })
afterEach(() => { log.mockRestore() })

const opened = () => {
  const [outbox, window] = [new Outbox(), new BrowserWindow()]
  outbox.window = window as unknown as ElectronWindow
  return { outbox, window, sent: window.webContents.send.mock.calls }
}

test('the window is told what happens', () => {
  const { outbox, sent } = opened()
  outbox.send('menu', 'run')
  expect(sent).toEqual([['menu', 'run']])
})

test.each<[string, (window: BrowserWindow) => void]>([
  ['was closed', (window) => { window.destroyed = true }], ['has crashed', (window) => { window.webContents.crashed = true }],
])('a window that %s is told nothing, and that is no fault', (_, end) => {
  const { outbox, window, sent } = opened()
  end(window)
  outbox.send('menu', 'run')
  outbox.warn(toWire(new LabError('file.full', 'full', {})))
  expect(sent).toEqual([])
})

test('before there is a window nothing is told', () => {
  expect(() => { new Outbox().send('menu', 'run') }).not.toThrow()
})

test('a warning reaches the window whole, and the log in one line', () => {
  const { outbox, sent } = opened()
  const error = toWire(new LabError('file.full', 'the disk is full', { file: 'a' }))
  outbox.warn(error)
  expect(sent).toEqual([['warning', error]])
  expect(log.mock.calls).toEqual([['the disk is full']])
})

test('a promise that nobody looked after is told as a warning, and its stack is written down', () => {
  const { outbox, sent } = opened()
  const cause = new TypeError('oh')
  outbox.refused(cause)
  expect(sent).toEqual([['warning', { code: 'internal', message: 'oh', details: { found: 'oh' } }]])
  expect(log.mock.calls).toEqual([[cause]])
})
