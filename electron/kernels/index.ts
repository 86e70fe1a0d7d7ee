import { setFlagsFromString } from 'node:v8'
import type { KernelBytes } from '@core'
import { relaxed, simd, wide } from 'virtual:kernels'
import { compiler, relaxedFlagOf } from './compiler'

// The kernels for all programs: the app's threads, the terminal, the benchmark.

const decoded = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(base64, 'base64'))

const relaxedFlag = relaxedFlagOf(process.versions.v8)
if (relaxedFlag) setFlagsFromString(relaxedFlag)

const bytes = { simd: decoded(simd), relaxed: decoded(relaxed), wide: decoded(wide) }

/**
 * The compiled modules, for `createBackend`.
 * @param compiling one Int32, shared by all threads of the process that compile; omitted for a single thread
 */
export function kernelBytesWith(compiling?: Int32Array<SharedArrayBuffer>): KernelBytes {
  const compile = compiler(process, compiling)
  return { ...bytes, ...compile ? { compile } : {} }
}

/** The modules for a process in which a single thread compiles. */
export const kernelBytes: KernelBytes = kernelBytesWith()
