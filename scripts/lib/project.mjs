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

/** Loads what `npm ci` installed; nothing at the top of a script may need it. */
export const require = createRequire(import.meta.url)

/**
 * The program of an installed package, to be run by node.
 * @param {string} name
 */
export function binary(name) {
  const file = require.resolve(`${name}/package.json`)
  return join(dirname(file), readJson(file).bin[name])
}

/** Something that a person can put right: shown as its sentence, without a stack. */
export class SetupError extends Error {
  /** @param {string} message what was wanted, what was found, what to do */
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
 * A digest of a file of any size, in hex.
 * @param {'sha256' | 'sha512'} algorithm
 * @param {string} file
 */
export async function digestFile(algorithm, file) {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/**
 * Turns "permission denied" on one of our files into a sentence: most often root made it and somebody else comes later.
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
