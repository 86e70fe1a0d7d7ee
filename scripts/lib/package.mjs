import { readdirSync, readFileSync } from 'node:fs'
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

/** The packs of Chromium's own texts that the app's languages need; all others are left out. */
export function chromiumLanguages() {
  const folder = at('electron', 'contract', 'locales')
  return readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => {
    const { chromium } = /** @type {{ chromium: string }} */ (JSON.parse(readFileSync(at('electron', 'contract', 'locales', name, 'language.json'), 'utf8')))
    return chromium
  })
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
  const inspect = test ? ['--config.electronFuses.enableNodeCliInspectArguments=true'] : []
  await timed('packing the lab', () => mustRun('electron-builder', process.execPath, [binary('electron-builder'), '--publish', 'never', ...inspect, ...chromiumLanguages().map(name => `--config.electronLanguages=${name}`), ...args], { env, timeoutMs: 300_000 }))
}
