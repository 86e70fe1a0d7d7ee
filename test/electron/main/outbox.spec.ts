import { toWire } from '@contract'
import { LabError } from '@core'
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

test('the window receives events', () => {
  const { outbox, sent } = opened()
  outbox.send('menu', 'training.run')
  expect(sent).toEqual([['menu', 'training.run']])
})

test.each<[string, (window: BrowserWindow) => void]>([
  ['was closed', (window) => { window.destroyed = true }], ['has crashed', (window) => { window.webContents.crashed = true }],
])('a window that %s receives nothing, which is not an error', (_, end) => {
  const { outbox, window, sent } = opened()
  end(window)
  outbox.send('menu', 'training.run')
  outbox.warn(toWire(new LabError('file.full', 'full', {})))
  expect(sent).toEqual([])
})

test('before there is a window nothing is sent', () => {
  expect(() => { new Outbox().send('menu', 'training.run') }).not.toThrow()
})

test('a warning reaches the window completely, and the log in one line', () => {
  const { outbox, sent } = opened()
  const error = toWire(new LabError('file.full', 'the disk is full', { file: 'a' }))
  outbox.warn(error)
  expect(sent).toEqual([['warning', error]])
  expect(log.mock.calls).toEqual([['the disk is full']])
})

test('an unhandled rejection is reported as a warning, and its stack is logged', () => {
  const { outbox, sent } = opened()
  const cause = new TypeError('oh')
  outbox.unhandled(cause)
  expect(sent).toEqual([['warning', { code: 'internal', message: 'oh', details: { found: 'oh' } }]])
  expect(log.mock.calls).toEqual([[cause]])
})
