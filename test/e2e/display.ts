import { startDisplay } from '../../scripts/lib/display.mjs'

/** Opens the windows of the tests where nobody sees them. */
export default async function display(): Promise<(() => void) | undefined> {
  if (process.platform !== 'linux') return undefined
  const { name, stop } = await startDisplay()
  process.env['DISPLAY'] = name
  delete process.env['WAYLAND_DISPLAY']
  return stop
}
