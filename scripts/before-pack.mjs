import { refuseStandIn } from './lib/package.mjs'
import { runtimeVersion, wantedVersion } from './lib/runtime.mjs'

/** Applies the same check when electron-builder is called directly. */
export default function beforePack() {
  refuseStandIn({ test: process.env['LAB_TEST_BUILD'] === '1', found: runtimeVersion(), wanted: wantedVersion() })
}
