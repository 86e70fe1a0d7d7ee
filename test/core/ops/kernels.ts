import type { KernelBytes } from '@core'
import { kernelBytes, wideBytes } from '../../fixtures/fast-ops'

export { kernelBytes, wideBytes }
/** Only the plain ones: what a machine without relaxed SIMD takes. */
export const plainOnly: KernelBytes = { ...kernelBytes, relaxed: new Uint8Array([0]) }
