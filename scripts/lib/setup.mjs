import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { build, buildReady } from './build.mjs'
import { hasDisplay } from './display.mjs'
import { withLock } from './lock.mjs'
import { makeMnist, mnistReady } from './mnist.mjs'
import { installPackages, packagesReady } from './packages.mjs'
import { asSetupError, at, root } from './project.mjs'
import { checkRuntime, electronExecutable, installRuntime, runtimeReady, runtimeStarts } from './runtime.mjs'
import { completeSystem, isComplete, missingOnSystem } from './system.mjs'

/** @typedef {{ ready: () => boolean | Promise<boolean>, make: () => Promise<void> }} Step */

/** @type {Step} */
const packages = { ready: packagesReady, make: installPackages }
/** @type {Step} */
const mnist = { ready: mnistReady, make: makeMnist }
/** @type {Step} */
const built = { ready: buildReady, make: build }

/** @param {{ virtual: boolean }} display @returns {Step[]} */
function window({ virtual }) {
  const missing = () => missingOnSystem(electronExecutable(), { display: virtual })
  return [
    { ready: runtimeReady, make: installRuntime },
    { ready: () => isComplete(missing()), make: () => completeSystem(missing()) },
    { ready: runtimeStarts, make: checkRuntime },
  ]
}

/**
 * Runs the steps that are not done yet. When all are done, checking takes a few hundredths of a second.
 * @param {object} needs
 * @param {boolean} needs.window install Electron and the system libraries that it needs
 * @param {boolean} [needs.virtual] use a virtual display, by default when there is no real one
 * @param {boolean} [needs.build]
 */
export async function setUp({ window: opens, virtual = !hasDisplay(), build: builds = true }) {
  const steps = [packages, mnist, ...opens ? window({ virtual }) : [], ...builds ? [built] : []]
  let worked = false
  try {
    for (const { ready, make } of steps) {
      if (await ready()) continue
      worked = true
      await withLock(async () => {
        if (!await ready()) await make()
      })
    }
  }
  catch (error) {
    throw asSetupError(error)
  }
  finally {
    if (worked) handOver(['node_modules', '.cache', 'build', 'out'])
  }
}

/**
 * Fails early, rather than in the middle, when a path to be written belongs to another user.
 * @param {readonly string[]} names
 */
export function mustBeWritable(names) {
  for (const path of [root, ...names.map(name => at(name))].filter(existsSync)) {
    try {
      accessSync(path, constants.W_OK)
    }
    catch (error) {
      throw asSetupError(error)
    }
  }
}

/**
 * When root ran the script, gives the created files to the owner of the project folder, who may run it next.
 * @param {readonly string[]} names
 */
export function handOver(names) {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return
  const { uid, gid } = statSync(root)
  const paths = names.map(name => at(name)).filter(existsSync)
  if (uid !== 0 && paths.length > 0) spawnSync('chown', ['-R', '--no-dereference', `${uid}:${gid}`, ...paths])
}
