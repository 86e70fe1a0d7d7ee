#!/usr/bin/env node
// Starts the lab for Playwright and reports where to attach only after the window has loaded its page. If Playwright attaches
// between the initial empty page and the lab's own, it misses the navigation and waits for it forever (five of forty starts,
// four in parallel). Once the page is loaded that cannot happen, and the lab starts as it does without Playwright.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

const { LAB_E2E_BEHIND: command = '', ...env } = process.env
/** Timeout after which it attaches in any case, so that the test fails for a reason of its own. */
const patienceMs = 10_000

/** @param {string} address address of the browser's debugger */
async function page(address) {
  const list = new URL('/json/list', address.replace(/^ws/, 'http'))
  for (const end = performance.now() + patienceMs; performance.now() < end; await wait(25)) {
    const targets = /** @type {{ type: string, title: string }[]} */ (await fetch(list).then(answer => answer.json()).catch(() => []))
    if (targets.some(({ type, title }) => type === 'page' && title === 'Backprop Lab')) return
  }
}

const child = spawn(command, process.argv.slice(2), { env, stdio: ['inherit', 'inherit', 'pipe'] })
createInterface(child.stderr).on('line', async (line) => {
  const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1]
  if (address) await page(address)
  process.stderr.write(`${line}\n`)
})
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(signal, () => { child.kill(signal) })
child.on('error', (cause) => { console.error(cause); process.exit(1) })
child.on('exit', (code, signal) => { process.exit(code ?? (signal ? 1 : 0)) })
