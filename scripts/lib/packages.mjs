import { timed } from './log.mjs'
import { npm } from './npm.mjs'
import { at, readJson } from './project.mjs'

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} Locked */
/** @typedef {{ packages?: Record<string, Locked> } | null} Lockfile */

/**
 * Whether the installed packages, as recorded by npm, match the lockfile.
 * @param {Lockfile} wanted package-lock.json
 * @param {Lockfile} found node_modules/.package-lock.json, which npm writes at the end of an installation
 */
export function sameInstall(wanted, found) {
  if (!wanted?.packages || !found?.packages) return false
  const names = Object.keys(wanted.packages).filter(name => name !== '')
  return names.every((name) => {
    const [want, have] = [wanted.packages?.[name], found.packages?.[name]]
    if (!have) return want?.optional === true // a binary for another platform
    return have.version === want?.version && have.integrity === want?.integrity
  }) && Object.keys(found.packages).every(name => name in (wanted.packages ?? {}))
}

/** Whether the installed packages match the lockfile. */
export const packagesReady = () => sameInstall(readJson(at('package-lock.json')), readJson(at('node_modules', '.package-lock.json')))

/** Installs all packages regardless of NODE_ENV and npm's settings, since building the window needs the development packages. */
export async function installPackages() {
  const args = ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  await timed('packages (npm ci)', () => npm('npm ci', args))
}
