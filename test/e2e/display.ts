import { afterAll, beforeAll } from 'vitest'
import { startDisplay } from '../../scripts/lib/display.mjs'

// Opens the windows of each file of tests where nobody sees them: on a display of its own, with a clipboard of its own.

let stop: (() => void) | undefined

beforeAll(async () => {
  if (process.platform !== 'linux') return
  const display = await startDisplay()
  stop = display.stop
  process.env['DISPLAY'] = display.name
  delete process.env['WAYLAND_DISPLAY']
})

afterAll(() => { stop?.() })
