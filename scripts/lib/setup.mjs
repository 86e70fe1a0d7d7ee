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
 * Does what is not done yet; when everything is there it only looks, which costs a few hundredths of a second.
 * @param {object} needs
 * @param {boolean} needs.window Electron and what it needs of the system
 * @param {boolean} [needs.virtual] a display of our own, by default where there is none
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
 * Says at once, and not in the middle, that somebody else made what is about to be written.
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
 * What root makes in somebody's folder belongs to that person: the next run is theirs.
 * @param {readonly string[]} names
 */
export function handOver(names) {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return
  const { uid, gid } = statSync(root)
  const paths = names.map(name => at(name)).filter(existsSync)
  if (uid !== 0 && paths.length > 0) spawnSync('chown', ['-R', '--no-dereference', `${uid}:${gid}`, ...paths])
}
