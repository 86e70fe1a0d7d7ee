import { SetupError } from './lib/project.mjs'
import { isStandIn, runtimeVersion, wantedVersion } from './lib/runtime.mjs'

/** An old Electron without updates must never reach anybody: only test builds take the stand-in. */
export default function beforePack() {
  if (process.env['LAB_TEST_BUILD'] !== '1' && isStandIn()) {
    throw new SetupError(`A release needs Electron ${wantedVersion()}; the runtime here is ${runtimeVersion()}, which is for development and tests only.`)
  }
}
