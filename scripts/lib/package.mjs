import { timed } from './log.mjs'
import { binary, SetupError } from './project.mjs'
import { mustRun } from './run.mjs'
import { isStandIn, runtimeVersion, wantedVersion } from './runtime.mjs'

/**
 * Packs out/ and the runtime into dist/.
 * @param {object} options
 * @param {boolean} options.test a build that may use the stand-in and that Playwright can drive
 * @param {readonly string[]} [options.args] electron-builder's own
 */
export async function packLab({ test, args = [] }) {
  if (!test && isStandIn()) {
    throw new SetupError(`A release needs Electron ${wantedVersion()}; the runtime here is ${runtimeVersion()}, which is for development and tests only. "npm run package -- --test" packs it for a test.`)
  }
  const env = { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false', LAB_TEST_BUILD: test ? '1' : '0' }
  const inspect = test ? ['--config.electronFuses.enableNodeCliInspectArguments=true'] : []
  await timed('packing the lab', () => mustRun('electron-builder', process.execPath, [binary('electron-builder'), '--publish', 'never', ...inspect, ...args], { env, timeoutMs: 300_000 }))
}
