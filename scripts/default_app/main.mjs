// The default app, which Electron runs when it is not packaged: `electron [-r module]… [--switches] <app folder | entry file> [app arguments]`.
// The stand-in runtime comes without one. The top-level await delays 'ready' until the app's entry has run, because
// registerSchemesAsPrivileged() must be called before 'ready'.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

/** Electron provides these two methods for its default app only and omits them from its types. */
const inner = /** @type {Electron.App & { setVersion: (version: string) => void, setAppPath: (path: string) => void }} */ (app)

/** @param {readonly string[]} args */
function readArguments(args) {
  const preloads = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '-r' || arg === '--require') preloads.push(args[++i] ?? '')
    else if (arg.startsWith('--app=')) return { preloads, target: arg.slice('--app='.length) }
    else if (arg === '-v' || arg === '--version') return { preloads, version: true }
    else if (!arg.startsWith('-')) return { preloads, target: arg }
  }
  return { preloads }
}

/** @param {string} folder an app's folder, or the file to run */
function introduce(folder) {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return dirname(folder)
  const { name, productName, version, desktopName, v8Flags } = JSON.parse(readFileSync(file, 'utf8'))
  if (version) inner.setVersion(version)
  app.name = productName || name || app.name
  app.setDesktopName(desktopName || `${app.name}.desktop`)
  if (v8Flags) setFlagsFromString(v8Flags)
  return folder
}

const { preloads, target, version } = readArguments(process.argv.slice(1))
const require = createRequire(join(process.cwd(), 'electron'))

try {
  if (version) {
    console.log(`v${process.versions.electron}`)
    process.exit(0)
  }
  if (!target) throw new Error('usage: electron [-r module]… <app folder or entry file>')
  for (const module of preloads) require(module)
  Object.defineProperty(process, 'defaultApp', { enumerable: true, value: true })
  const path = resolve(target)
  const entry = require.resolve(path)
  inner.setAppPath(introduce(path))
  await import(pathToFileURL(entry).href) // loads both CommonJS and ES modules
}
catch (error) {
  console.error(error instanceof Error ? error.stack : error)
  app.exit(1)
}
