import { afterAll, beforeAll } from 'vitest'
import { startDisplay } from '../../scripts/lib/display.mjs'

// Opens the windows of each test file on a virtual display of its own, with its own clipboard.

let stop: (() => void) | undefined

beforeAll(async () => {
  if (process.platform !== 'linux') return
  const display = await startDisplay()
  stop = display.stop
  process.env['DISPLAY'] = display.name
  delete process.env['WAYLAND_DISPLAY']
})

afterAll(() => { stop?.() })
