import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { killTree, start } from '../run.mjs'
import { at, SetupError } from '../project.mjs'
import { copyProject } from './copy.mjs'

/** @typedef {import('./rooms.mjs').Mutant} Mutant */
/** @typedef {import('./runner.mjs').Outcome} Outcome */
/** @typedef {{ verdict: 'killed' | 'survived' | 'timed out', by: string | null, ms: number }} Verdict */

const readyWithinMs = 120_000

/** A copy of the project and the process that runs its tests. */
export class Job {
  /** @type {import('node:child_process').ChildProcess | null} */
  #child = null
  /** @type {string[]} files that changed since the last run */
  #changed = []

  /** @param {string} root of the project */
  constructor(root) {
    this.copy = copyProject(root)
  }

  /**
   * Runs tests on the unchanged copy without stopping at a failure.
   * @param {readonly string[]} specs
   * @param {number} limitMs
   * @returns {Promise<Outcome>}
   */
  async baseline(specs, limitMs) {
    const outcome = await this.#run(specs, { bail: false, limitMs })
    return outcome ?? { failed: `not finished within ${limitMs / 1000} s`, files: [] }
  }

  /**
   * Applies the mutant to the copy, runs the tests up to the first failure and restores the file.
   * @param {Mutant} mutant
   * @param {readonly string[]} specs
   * @param {number} limitMs
   * @returns {Promise<Verdict>}
   */
  async judge(mutant, specs, limitMs) {
    const path = join(this.copy.root, mutant.file)
    const text = readFileSync(path, 'utf8')
    if (text.slice(mutant.start, mutant.end) !== mutant.old) throw new SetupError(`${mutant.file} is not as it was when the mutant was drawn.`)
    const began = performance.now()
    writeFileSync(path, text.slice(0, mutant.start) + mutant.new + text.slice(mutant.end))
    this.#changed.push(mutant.file)
    try {
      const outcome = await this.#run(specs, { bail: true, limitMs })
      const ms = performance.now() - began
      if (outcome === null) return { verdict: 'timed out', by: null, ms }
      return { verdict: outcome.failed === null ? 'survived' : 'killed', by: outcome.failed, ms }
    }
    finally {
      writeFileSync(path, text)
      this.#changed = [mutant.file]
    }
  }

  async close() {
    this.#stop()
    this.copy.remove()
  }

  /**
   * @param {readonly string[]} specs
   * @param {{ bail: boolean, limitMs: number }} options
   * @returns {Promise<Outcome | null>} null after a timeout
   */
  async #run(specs, { bail, limitMs }) {
    const child = this.#child ?? await this.#start()
    const changed = this.#changed
    this.#changed = []
    /** @type {Promise<Outcome | null>} */
    const answered = new Promise((resolve) => {
      const timer = setTimeout(() => { done(null) }, limitMs)
      const ended = () => { done({ failed: 'the process of the tests ended', files: [] }) }
      /** @param {Outcome | null} outcome */
      const done = (outcome) => {
        clearTimeout(timer)
        child.off('message', done).off('close', ended)
        if (outcome === null || child.exitCode !== null) this.#stop()
        resolve(outcome)
      }
      child.once('message', done).once('close', ended)
    })
    child.send({ specs, changed, bail })
    return await answered
  }

  async #start() {
    const child = start(process.execPath, [at('scripts', 'lib', 'mutants', 'runner.mjs'), this.copy.root], { cwd: this.copy.root, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let complaint = ''
    child.stderr?.setEncoding('utf8').on('data', (text) => { complaint = (complaint + text).slice(-4000) })
    this.#child = child
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => { reject(new SetupError(`vitest was not ready within ${readyWithinMs / 1000} s.`)) }, readyWithinMs)
      child.once('message', () => { clearTimeout(timer); resolve(null) })
      child.once('close', () => { clearTimeout(timer); reject(new SetupError(`vitest did not start in the copy.\n${complaint}`)) })
    })
    return child
  }

  #stop() {
    killTree(this.#child?.pid, 'SIGKILL')
    this.#child = null
  }
}
