import type { KernelBytes } from '@core'
import { kernelBytes, wideBytes } from '../../fixtures/fast-ops'

export { kernelBytes, wideBytes }
/** Only the plain kernels, as on a machine without relaxed SIMD. */
export const plainOnly: KernelBytes = { ...kernelBytes, relaxed: new Uint8Array([0]) }
