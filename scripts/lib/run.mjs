import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { root, SetupError } from './project.mjs'

/** @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, output?: 'inherit' | 'keep' }} RunOptions */
/** @typedef {{ code: number, timedOut: boolean, stdout: string, output: string }} Ended `output` holds both streams in order of arrival */

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set()

/**
 * All descendants of a process, the deepest last.
 * @param {number} pid
 * @returns {number[]}
 */
export function descendants(pid) {
  const pairs = existsSync('/proc/self/stat')
    ? readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(name => [Number(name), Number(statOf(name)[1])])
    : spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout.trim().split('\n').map(line => line.trim().split(/\s+/).map(Number))
  const below = [pid]
  for (const parent of below) below.push(...pairs.filter(pair => pair[1] === parent).map(pair => pair[0] ?? 0))
  return below.slice(1)
}

/** @param {number | string} pid @returns {string[]} state, ppid, …; empty when the process has ended */
function statOf(pid) {
  try { // "pid (name) state ppid …", where the name may contain any characters
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
  }
  catch {
    return []
  }
}

/**
 * Distinguishes a running process from a later one with the same process id, as far as the system allows.
 * @param {number} pid
 * @returns {string | null} null when the process is not running; a zombie counts as not running
 */
export function identity(pid) {
  try {
    process.kill(pid, 0)
  }
  catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return null // EPERM: it runs as another user
  }
  const stat = statOf(pid)
  const startTime = stat[19] ?? ''
  return stat[0] === 'Z' ? null : `${pid} ${startTime}`.trim()
}

/**
 * Signals a child process and all its descendants.
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} signal
 */
export function killTree(pid, signal) {
  if (!pid) return
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'])
    return
  }
  for (const each of [pid, ...descendants(pid)]) {
    try {
      process.kill(each, signal)
    }
    catch {
      // already ended, as intended
    }
  }
}

/**
 * Starts a child process that ends together with this process.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function start(command, args, options) {
  const child = spawn(command, args, { cwd: root, ...options })
  children.add(child)
  child.once('close', () => children.delete(child))
  child.once('error', () => children.delete(child))
  return child
}

/**
 * Runs a program to its end, or kills it after the timeout.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ended>}
 */
export async function run(command, args, { cwd = root, env = process.env, timeoutMs = 600_000, output = 'keep' } = {}) {
  const into = output === 'keep' ? 'pipe' : 'inherit'
  const child = start(command, args, { cwd, env, stdio: ['ignore', into, into] })
  let stdout = ''
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk) => { stdout += chunk; text += chunk })
  child.stderr?.setEncoding('utf8').on('data', (chunk) => { text += chunk })
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    killTree(child.pid, 'SIGKILL')
  }, timeoutMs)
  const code = await new Promise((resolve) => {
    child.once('error', (error) => { text += error.message; resolve(127) })
    child.once('close', (status, signal) => resolve(status ?? (signal ? 1 : 0)))
  })
  clearTimeout(timer)
  return { code, timedOut, stdout, output: stripVTControlCharacters(text) }
}

/**
 * Runs a program that must succeed, and returns what it printed.
 * @param {string} what subject of the error message
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export async function mustRun(what, command, args, options) {
  const { code, timedOut, stdout, output } = await run(command, args, options)
  if (timedOut) throw new SetupError(`${what} did not finish within ${(options?.timeoutMs ?? 600_000) / 1000} s.`)
  if (code !== 0) throw new SetupError(`${what} failed with exit code ${code}.\n${output.split('\n').slice(-40).join('\n').trim()}`.trim())
  return stdout
}

/**
 * Stops this process when npm has ended: the shell between npm and this process does not forward signals.
 * @param {NodeJS.ProcessEnv} [env]
 */
export function followNpm(env = process.env) {
  if (!env['npm_lifecycle_event'] || process.platform === 'win32') return
  const shell = existsSync(`/proc/${process.ppid}/comm`) && !readFileSync(`/proc/${process.ppid}/comm`, 'utf8').startsWith('npm')
  const parents = () => shell ? `${process.ppid} ${statOf(process.ppid)[1]}` : `${process.ppid}`
  const then = parents()
  setInterval(() => {
    if (parents() !== then) process.kill(process.pid, 'SIGTERM')
  }, 500).unref()
}

const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/**
 * On a stop signal, forwards it to the children, waits for them and exits.
 * @param {object} options
 * @param {number} options.patienceMs time that the children get before they are killed
 * @returns {() => void} restores the default handling of the signals
 */
export function stopWithChildren({ patienceMs }) {
  let stopping = false
  /** @param {NodeJS.Signals} signal */
  const stop = async (signal) => {
    if (stopping) return // npm may deliver one Ctrl-C twice
    stopping = true
    // A terminal signals its whole foreground group; a second signal would end Electron before it has saved.
    const alreadyTold = process.stdin.isTTY && signal !== 'SIGTERM'
    if (!alreadyTold) for (const child of children) child.kill(signal)
    const until = performance.now() + patienceMs
    while (children.size > 0 && performance.now() < until) await wait(50)
    for (const child of children) killTree(child.pid, 'SIGKILL')
    process.exit(codes[/** @type {keyof typeof codes} */ (signal)])
  }
  const signals = /** @type {NodeJS.Signals[]} */ (Object.keys(codes))
  for (const signal of signals) process.on(signal, stop)
  return () => {
    for (const signal of signals) process.off(signal, stop)
  }
}
