import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { drawWithoutGpu } from '../../../electron/main/graphics'

const seen = vi.hoisted(() => ({ cards: [] as string[], disabled: 0, switches: [] as string[] }))
vi.mock('electron', () => ({ app: { disableHardwareAcceleration: () => { seen.disabled++ }, commandLine: { appendSwitch: (name: string) => { seen.switches.push(name) } } } }))
vi.mock('node:fs', async original => ({ ...await original<object>(), existsSync: (path: string) => seen.cards.includes(path) }))

const platform = Object.getOwnPropertyDescriptor(process, 'platform')!
const on = (value: NodeJS.Platform) => { Object.defineProperty(process, 'platform', { ...platform, value }) }
beforeEach(() => { Object.assign(seen, { cards: [], disabled: 0, switches: [] }) })
afterEach(() => { Object.defineProperty(process, 'platform', platform) })

test('on Linux without a graphics card nothing imitates one', () => {
  on('linux')
  drawWithoutGpu()
  expect([seen.disabled, seen.switches]).toEqual([1, ['disable-software-rasterizer']])
})

test.each(['/dev/dri', '/dev/nvidiactl', '/dev/dxg'])('a card that shows as %s draws', (card) => {
  on('linux')
  seen.cards = [card]
  drawWithoutGpu()
  expect([seen.disabled, seen.switches]).toEqual([0, []])
})

test.each(['win32', 'darwin'] as const)('%s knows by itself', (system) => {
  on(system)
  drawWithoutGpu()
  expect([seen.disabled, seen.switches]).toEqual([0, []])
})
