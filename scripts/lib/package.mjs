import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { timed } from './log.mjs'
import { at, binary, SetupError } from './project.mjs'
import { mustRun } from './run.mjs'
import { runtimeVersion, wantedVersion } from './runtime.mjs'

/**
 * Refuses the stand-in except in test builds: an old Electron without updates must never be released.
 * @param {{ test: boolean, found: string | null, wanted: string }} build
 */
export function refuseStandIn({ test, found, wanted }) {
  if (!test && found !== wanted) {
    throw new SetupError(`A release needs Electron ${wanted}; the runtime here is ${found}, which is for development and tests only. "npm run package -- --test" packs it for a test.`)
  }
}

/**
 * The packs of Chromium's own texts that the app's languages need; all others are left out.
 * @param {string} [folder] has the list of languages and a folder for each
 */
export function chromiumLanguages(folder = at('electron', 'contract', 'locales')) {
  // The list is TypeScript, which Node 20 does not load.
  const [, list = ''] = /\blocales = \[([^\]]+)\]/.exec(readFileSync(join(folder, 'list.ts'), 'utf8')) ?? []
  const tags = Array.from(list.matchAll(/'([^']+)'/g), ([, tag]) => tag ?? '')
  if (!tags.length) throw new SetupError(`No language was found in ${join(folder, 'list.ts')}.`)
  return tags.map((tag) => {
    const { chromium } = /** @type {{ chromium?: string }} */ (JSON.parse(readFileSync(join(folder, tag, 'language.json'), 'utf8')))
    if (!chromium) throw new SetupError(`${tag}/language.json names no language pack of Chromium.`)
    return chromium
  })
}

/**
 * The arguments of electron-builder.
 * @param {{ test: boolean, args?: readonly string[] }} options
 */
export function builderArguments({ test, args = [] }) {
  const inspect = test ? ['--config.electronFuses.enableNodeCliInspectArguments=true'] : []
  return ['--publish', 'never', ...inspect, ...chromiumLanguages().map(name => `--config.electronLanguages=${name}`), ...args]
}

/**
 * Packs out/ and the runtime into dist/.
 * @param {object} options
 * @param {boolean} options.test a test build, which may use the stand-in and which Playwright can drive
 * @param {readonly string[]} [options.args] arguments for electron-builder
 */
export async function packLab({ test, args = [] }) {
  refuseStandIn({ test, found: runtimeVersion(), wanted: wantedVersion() })
  const env = { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false', LAB_TEST_BUILD: test ? '1' : '0' }
  await timed('packing the lab', () => mustRun('electron-builder', process.execPath, [binary('electron-builder'), ...builderArguments({ test, args })], { env, timeoutMs: 300_000 }))
}
