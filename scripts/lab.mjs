import './lib/node-version.mjs'
import { pathToFileURL } from 'node:url'
import { main } from './lib/main.mjs'
import { at } from './lib/project.mjs'
import { followNpm, stopWithChildren } from './lib/run.mjs'
import { setUp } from './lib/setup.mjs'

// Entry of the terminal commands: no window, hence no Electron. Messages of set-up go to stderr.
followNpm()
const releaseSignals = stopWithChildren({ patienceMs: 5000 })
await main(async () => {
  await setUp({ window: false })
  return 0
})
releaseSignals()
// From here on the command controls the process: its arguments, streams and exit code.
if (!process.exitCode) await import(pathToFileURL(at('out', 'main', 'cli.js')).href)
