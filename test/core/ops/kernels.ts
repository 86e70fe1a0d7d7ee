import { relaxed, simd } from 'virtual:kernels'
import type { KernelBytes } from '@core'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))

/** The compiled kernels, as the app's bundle carries them. */
export const kernelBytes: KernelBytes = { simd: bytes(simd), relaxed: bytes(relaxed) }
/** Only the plain ones: what a machine without relaxed SIMD takes. */
export const plainOnly: KernelBytes = { simd: bytes(simd), relaxed: new Uint8Array([0]) }
