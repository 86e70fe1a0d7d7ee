import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { drawWithoutGpu } from '../../../electron/main/graphics'
import { app, freshElectron } from './fake-electron'

vi.mock('electron', () => import('./fake-electron'))
beforeEach(freshElectron)
const platform = Object.getOwnPropertyDescriptor(process, 'platform')!
afterEach(() => { Object.defineProperty(process, 'platform', platform) })
const on = (name: string) => { Object.defineProperty(process, 'platform', { ...platform, value: name }) }

test.each([
  ['linux', [] as string[], true], ['linux', ['/dev/dri'], false], ['linux', ['/dev/nvidiactl'], false], ['linux', ['/dev/dxg'], false],
  ['darwin', [], false], ['win32', [], false],
])('on %s with %j Chromium is told not to emulate a graphics card: %j', (name, cards, told) => {
  on(name)
  drawWithoutGpu(card => cards.includes(card))
  expect(app.disableHardwareAcceleration.mock.calls.length).toBe(told ? 1 : 0)
  expect([...app.switches.keys()]).toEqual(told ? ['disable-software-rasterizer'] : [])
})
