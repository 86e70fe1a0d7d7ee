import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { say, timed } from './log.mjs'
import { readJson, require, root, SetupError } from './project.mjs'
import { run } from './run.mjs'
import { prepareStandIn, standIn, standInFits } from './stand-in.mjs'

const probeMs = 8000
const downloadMs = 600_000
const executables = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
const executable = executables[/** @type {keyof typeof executables} */ (process.platform)] ?? 'electron'

/** The npm package `electron`: types, a wrapper, and `dist`, where all tools look for the runtime. */
const folder = () => dirname(require.resolve('electron/package.json'))
const dist = () => join(folder(), 'dist')
export const electronExecutable = () => join(dist(), executable)

/** @returns {string} the version that package.json pins */
export const wantedVersion = () => readJson(join(folder(), 'package.json')).version

/** @returns {string | null} the installed version */
export function runtimeVersion() {
  const file = join(dist(), 'version')
  if (!existsSync(file) || !existsSync(electronExecutable()) || !existsSync(join(folder(), 'path.txt'))) return null
  return readFileSync(file, 'utf8').trim().replace(/^v/, '')
}

/** Whether a runtime is installed and is one of the two supported versions. */
export const runtimeReady = () => [wantedVersion(), standIn.electron].includes(runtimeVersion() ?? '')

/** Installs Electron: the official download when it can be reached, otherwise the stand-in. */
export async function installRuntime() {
  if (officialCached() || await reachable()) {
    if (await timed(`Electron ${wantedVersion()}`, official)) return
    say('the official Electron could not be installed')
  }
  if (!standInFits()) {
    throw new SetupError(`Electron ${wantedVersion()} could not be downloaded, and there is no stand-in for ${process.platform} ${process.arch}. Set ELECTRON_MIRROR to a mirror that can be reached.`)
  }
  const target = await prepareStandIn()
  removeDist()
  const inside = relative(root, target)
  // Relative inside the project, so that the project folder can be moved.
  symlinkSync(inside.startsWith('..') || isAbsolute(inside) ? target : relative(folder(), target), dist())
  writeFileSync(join(folder(), 'path.txt'), executable)
  say(`Electron ${standIn.electron} stands in for ${wantedVersion()}: for development and tests only`)
}

function removeDist() {
  if (lstatSync(dist(), { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(dist())
  rmSync(dist(), { recursive: true, force: true })
}

const archive = () => `electron-v${wantedVersion()}-${process.platform}-${process.arch}.zip`

/** A HEAD request that follows redirects checks both the site and the host that stores the file. */
async function reachable() {
  const mirror = process.env['ELECTRON_MIRROR'] ?? process.env['npm_config_electron_mirror'] ?? 'https://github.com/electron/electron/releases/download/'
  try {
    const reply = await fetch(`${mirror}v${wantedVersion()}/${archive()}`, { method: 'HEAD', redirect: 'follow', signal: AbortSignal.timeout(probeMs) })
    if (!reply.ok) say(`Electron's download answers ${reply.status}`)
    return reply.ok
  }
  catch {
    say('Electron\'s download cannot be reached')
    return false
  }
}

/** Electron's installer caches its downloads, so a cached version can be installed offline. */
function officialCached() {
  const cache = process.env['electron_config_cache'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'electron')
  try {
    return readdirSync(cache).some(name => existsSync(join(cache, name, archive())))
  }
  catch {
    return false // no cache
  }
}

/** @returns {Promise<boolean>} */
async function official() {
  removeDist()
  const { code, output } = await run(process.execPath, [join(folder(), 'install.js')], { timeoutMs: downloadMs })
  if (code !== 0) say(output.trim().split('\n').at(0) ?? '')
  return code === 0 && runtimeVersion() === wantedVersion()
}

const checked = () => join(folder(), 'checked')
const inPlace = () => `${realpathSync(dist())} ${runtimeVersion()}`

/** Whether the installed runtime has started on this machine before. */
export const runtimeStarts = () => existsSync(checked()) && readFileSync(checked(), 'utf8') === inPlace()

/** Starts the runtime once, as Node, so that a missing library is found here and not later during use. */
export async function checkRuntime() {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  const { code, output } = await run(electronExecutable(), ['-p', 'process.versions.electron'], { env, timeoutMs: 20_000 })
  if (code !== 0 || output.trim() !== runtimeVersion()) throw new SetupError(`Electron ${runtimeVersion()} is in place but does not start:\n${output.trim()}`)
  writeFileSync(checked(), inPlace())
}
