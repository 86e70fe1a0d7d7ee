import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { killTree } from '../../scripts/lib/run.mjs'
import { type Lab, newUserData } from './helpers'

/** Timeout for painting and for the first screen, twice the usual limit. */
const settleMs = 3_000

/**
 * Starts the lab as the desktop does, with no debugger attached (which delays it by a fifth of a second),
 * and asks the window afterwards when it painted.
 * @returns milliseconds from before the start of the process to the first paint
 */
export async function firstPaintMs({ command, args, env }: Lab['launched']): Promise<number> {
  const userData = newUserData()
  const startedAt = Date.now()
  const child = spawn(command, [...args, '--remote-debugging-port=0'], { env: { ...env, LAB_USER_DATA: userData }, stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'exit')
  try {
    const address = new Promise<string>((found) => {
      createInterface(child.stderr).on('line', (line) => { // consumes the output, since a full pipe would block the app
        const match = /DevTools listening on (ws:\S+)/.exec(line)
        if (match) found(match[1]!)
      })
    })
    await wait(settleMs)
    const browser = await chromium.connectOverCDP(await Promise.race([address, wait(10_000, 'ws://no.address')]), { timeout: 10_000 })
    try { return await browser.contexts()[0]!.pages()[0]!.evaluate(() => performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0]!.startTime) - startedAt }
    finally { await browser.close() }
  }
  finally {
    child.kill()
    await Promise.race([exited, wait(10_000)])
    killTree(child.pid, 'SIGKILL')
    rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
  }
}
