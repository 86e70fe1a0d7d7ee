import { refuseStandIn } from './lib/package.mjs'
import { runtimeVersion, wantedVersion } from './lib/runtime.mjs'

/** Whoever calls electron-builder by hand meets the same refusal. */
export default function beforePack() {
  refuseStandIn({ test: process.env['LAB_TEST_BUILD'] === '1', found: runtimeVersion(), wanted: wantedVersion() })
}
