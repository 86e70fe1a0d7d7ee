import { spawn } from 'node:child_process'
import { SetupError } from './project.mjs'

const startMs = 15_000

/** True with X11 or Wayland, and on systems that always have a display. */
export const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])

// The server stops when its standard input closes, hence always together with this process. In its own
// session it does not receive Ctrl-C, so the lab can close its window first.
const keeper = 'Xvfb "$@" </dev/null & server=$!; read -r _; kill $server; wait $server'

/**
 * Starts a virtual display.
 * @returns {Promise<{ name: string, stop: () => void }>} its name for DISPLAY
 */
export async function startDisplay() {
  const args = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset']
  const child = spawn('sh', ['-c', keeper, 'sh', ...args], { detached: true, stdio: ['pipe', 'ignore', 'pipe', 'pipe'] })
  const stop = () => { child.stdin?.end() }
  let errorOutput = ''
  child.stderr?.setEncoding('utf8').on('data', (text) => { errorOutput += text })
  /** @type {Promise<string>} */
  const number = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new SetupError(`Xvfb did not start within ${startMs / 1000} s.`)), startMs)
    const fd = /** @type {import('node:stream').Readable} */ (child.stdio[3])
    fd.setEncoding('utf8').once('data', (text) => { clearTimeout(timer); resolve(text.trim()) })
    fd.once('end', () => { clearTimeout(timer); reject(new SetupError(`Xvfb did not start: ${errorOutput.trim()}`)) })
    child.once('error', (error) => { clearTimeout(timer); reject(new SetupError(`Xvfb did not start: ${error.message}`)) })
  })
  try {
    const name = `:${await number}`
    // The display must not keep this process alive.
    child.unref()
    for (const stream of child.stdio) /** @type {import('node:net').Socket | null} */ (stream)?.unref()
    return { name, stop }
  }
  catch (error) {
    stop()
    throw error
  }
}
