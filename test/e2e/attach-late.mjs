#!/usr/bin/env node
// Starts the lab for Playwright, and tells it where to attach only when the window has its page: attached between a
// window's first, empty page and the lab's own, Playwright is not told of the change and waits for it for ever (five in
// forty starts, four at a time). Once the page is there that cannot happen, and the lab starts as it does without it.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

const { LAB_E2E_BEHIND: command = '', ...env } = process.env
/** Then it attaches in any case, and the test fails for a reason of its own. */
const patienceMs = 10_000

/** @param {string} address of the browser's debugger */
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
