import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/**
 * A path inside the project.
 * @param {string[]} parts
 */
export const at = (...parts) => join(root, ...parts)

/** Loads installed packages. No script may need it at the top level, where `npm ci` may not have run yet. */
export const require = createRequire(import.meta.url)

/**
 * Path of an installed package's program, to be run by node.
 * @param {string} name
 */
export function binary(name) {
  const file = require.resolve(`${name}/package.json`)
  return join(dirname(file), readJson(file).bin[name])
}

/** An error that the user can fix; shown as its message without a stack. */
export class SetupError extends Error {
  /** @param {string} message what was expected, what was found, what to do */
  constructor(message) {
    super(message)
    this.name = 'SetupError'
  }
}

/**
 * @param {string} file
 * @returns {any} null when it is missing or is not JSON
 */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  }
  catch {
    return null
  }
}

/**
 * @param {'sha256' | 'sha512'} algorithm
 * @param {string | Uint8Array} bytes
 */
export const digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex')

/**
 * Digest of a file of any size, in hex.
 * @param {'sha256' | 'sha512'} algorithm
 * @param {string} file
 */
export async function digestFile(algorithm, file) {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/**
 * Explains "permission denied" on a file of the project: usually root created it and another user runs the lab later.
 * @param {unknown} error
 */
export function asSetupError(error) {
  const { code, path } = /** @type {NodeJS.ErrnoException} */ (error)
  if ((code === 'EACCES' || code === 'EPERM') && path) {
    return new SetupError(`${path} cannot be written by this user; somebody else made it. Give it back with: sudo chown -R "$(id -un)" '${root}'`)
  }
  if (code === 'ENOSPC') return new SetupError(`The disk is full (${path ?? root}).`)
  return error
}
