import { setFlagsFromString } from 'node:v8'
import type { KernelBytes } from '@core'
import { relaxed, simd, wide } from 'virtual:kernels'
import { compiler, versionOf } from './compiler'

// What every program of the lab's computes with: the app's threads, the terminal, the bench.

const decoded = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(base64, 'base64'))

// Node 20 keeps relaxed SIMD behind a flag of V8's; later ones have it, and no flag of that name.
if (versionOf(process.versions.v8) < 11.04) setFlagsFromString('--experimental-wasm-relaxed-simd')

const bytes = { simd: decoded(simd), relaxed: decoded(relaxed), wide: decoded(wide) }

/**
 * The compiled modules, for `createBackend`.
 * @param compiling one Int32 that all threads of the process share which compile; left out where only one does
 */
export function kernelBytesWith(compiling?: Int32Array<SharedArrayBuffer>): KernelBytes {
  const compile = compiler(process, compiling)
  return { ...bytes, ...compile ? { compile } : {} }
}

/** The same for a process in which one thread compiles. */
export const kernelBytes: KernelBytes = kernelBytesWith()
