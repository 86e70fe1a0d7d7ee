import './lib/node-version.mjs'
import { hasDisplay, startDisplay } from './lib/display.mjs'
import { say } from './lib/log.mjs'
import { main } from './lib/main.mjs'
import { binary, root } from './lib/project.mjs'
import { followNpm, start, stopWithChildren } from './lib/run.mjs'
import { electronExecutable } from './lib/runtime.mjs'
import { noSandboxBecause } from './lib/sandbox.mjs'
import { setUp } from './lib/setup.mjs'

// Runs set-up where needed and opens the lab; `--dev` serves the window from its sources. Other arguments go to the lab.
const args = process.argv.slice(2)
const dev = args.includes('--dev')
const forLab = args.filter(arg => arg !== '--dev')

/** @returns {{ command: string, args: string[] }} */
function lab() {
  const noSandbox = noSandboxBecause(electronExecutable())
  if (noSandbox) say(`the lab runs without Chromium's sandbox: ${noSandbox}`)
  if (!dev) return { command: electronExecutable(), args: [...noSandbox ? ['--no-sandbox'] : [], root, ...forLab] }
  return { command: process.execPath, args: [binary('electron-vite'), 'dev', ...noSandbox ? ['--noSandbox'] : [], ...forLab.length > 0 ? ['--', ...forLab] : []] }
}

await main(async () => {
  followNpm()
  stopWithChildren({ patienceMs: 15_000 }) // the lab saves the training run before it exits
  await setUp({ window: true, build: !dev })
  const env = { ...process.env }
  delete env['ELECTRON_RUN_AS_NODE'] // set by editors that are Electron apps
  let display
  if (!hasDisplay()) {
    display = await startDisplay()
    env['DISPLAY'] = display.name
    say(`there is no display here: the lab runs on a virtual one (${display.name}), where nobody sees it; Ctrl-C ends it`)
  }
  const { command, args } = lab()
  const child = start(command, args, { stdio: 'inherit', env })
  const code = await new Promise((resolve) => {
    child.once('error', (error) => { say(error.message); resolve(1) })
    child.once('close', (status, signal) => resolve(status ?? (signal ? 1 : 0)))
  })
  display?.stop()
  return code
})
