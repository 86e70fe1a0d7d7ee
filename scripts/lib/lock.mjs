import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { say } from './log.mjs'
import { at, SetupError } from './project.mjs'
import { identity } from './run.mjs'

const waitMs = 15 * 60_000

/**
 * Lets one set-up run at a time: two terminals may start the lab in a fresh clone simultaneously.
 * @template T
 * @param {() => Promise<T>} work
 * @param {string} [file]
 * @returns {Promise<T>}
 */
export async function withLock(work, file = at('.cache', 'setup.lock')) {
  mkdirSync(dirname(file), { recursive: true })
  const until = performance.now() + waitMs
  let said = false
  while (!take(file)) {
    if (performance.now() > until) throw new SetupError(`Another set-up holds ${file} for more than ${waitMs / 60_000} minutes. Delete it if none runs.`)
    if (!said) say('another set-up is running here, waiting for it')
    said = true
    await wait(200)
  }
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  }
  finally {
    process.off('exit', release)
    release()
  }
}

/** @param {string} file @returns {boolean} */
function take(file) {
  try {
    writeFileSync(file, identity(process.pid) ?? '', { flag: 'wx' })
    return true
  }
  catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
  }
  if (!abandoned(file)) return false
  rmSync(file, { force: true })
  return take(file)
}

/** Whether the owner of a lock ended without releasing it. @param {string} file */
function abandoned(file) {
  try {
    const owner = readFileSync(file, 'utf8')
    if (!owner) return Date.now() - statSync(file).mtimeMs > 5000 // created but not yet written
    return identity(Number.parseInt(owner, 10)) !== owner
  }
  catch {
    return false // released in the meantime
  }
}
