import { setFlagsFromString } from 'node:v8'
import type { KernelBytes } from '@core'

/** V8 13.6 → 13.06, so that versions compare as numbers */
export const versionOf = (v8: string): number => {
  const [major, minor] = v8.split('.').map(Number)
  return major! + minor! / 100
}

/** The V8 flag for relaxed SIMD in Node 20; null in later versions, which enable it and lack the flag */
export const relaxedFlagOf = (v8: string): string | null => versionOf(v8) < 11.04 ? '--experimental-wasm-relaxed-simd' : null

/** Tested V8 versions, with all kernels' results bit-identical: Electron 33, Node 24 and 26. */
const tried = { from: 13, to: 14.06 }
/** From this version on, Turboshaft, which can join vectors, is the only optimizing compiler and needs no flag. */
const oneCompiler = 13.02

/** The members of `process` that are used. */
export type Runtime = Pick<NodeJS.Process, 'arch' | 'versions' | 'env' | 'execArgv'>

/**
 * Compiles the kernels with V8 flags that are set only during compilation:
 * - with the optimizing compiler directly, without the baseline compiler (Liftoff);
 * - joining pairs of 4-lane vectors into 8-lane AVX2 registers, where wanted;
 * - in the app, without bounds checks. Node catches out-of-bounds accesses by the processor's page protection;
 *   Electron's app checks each access instead, which makes training 3.5 times as slow and prevents joining. The memory
 *   reserves the whole 32-bit address space (core/ops/backend.ts): an out-of-bounds access ends the process, as in any
 *   native library, and cannot touch other memory.
 * V8 flags apply to the whole process, so two threads must not compile at once: one would reset the other's flags.
 * @param lock one Int32, initially 0, shared by all threads of the process that compile; omitted for a single thread
 * @returns undefined where V8 lacks these flags or its version is not tested
 */
export function compiler({ arch, versions, env, execArgv }: Runtime, lock = new Int32Array(new SharedArrayBuffer(4)), setFlag: (flag: string) => void = setFlagsFromString): KernelBytes['compile'] {
  const version = versionOf(versions.v8)
  if (arch !== 'x64' || version < tried.from || version > tried.to) return undefined
  const flags = [
    version < oneCompiler ? 'turboshaft-wasm' : 'no-wasm-inlining', // inlining decisions need Liftoff's call counts
    'no-liftoff', 'no-wasm-lazy-compilation', ...isApp(versions, env) ? ['no-wasm-bounds-checks'] : [],
  ]
  // Keep flags that the process was started with.
  const given = new Set([...execArgv, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)].map(flag => flag.replace(/^--/, '').replaceAll('_', '-')))
  return (bytes, join) => {
    const all = join ? [...flags, 'experimental-wasm-revectorize'] : flags
    acquire(lock)
    for (const flag of all) setFlag(`--${flag}`)
    try { return new WebAssembly.Module(bytes) }
    finally {
      for (const flag of all.filter(flag => !given.has(flag)).toReversed()) setFlag(`--${opposite(flag)}`)
      release(lock)
    }
  }
}

/** Compiling takes a fraction of a second. A thread that is terminated meanwhile never releases the lock, so after this time it is ignored. */
const patienceMs = 10_000

/** Waits until no other thread compiles. */
function acquire(lock: Int32Array): void {
  const until = performance.now() + patienceMs
  while (Atomics.compareExchange(lock, 0, 0, 1) !== 0) {
    const left = until - performance.now()
    if (left <= 0) return
    Atomics.wait(lock, 0, 1, left)
  }
}

function release(lock: Int32Array): void {
  Atomics.store(lock, 0, 0)
  Atomics.notify(lock, 0, 1)
}

/** Whether Electron runs as an app, not as Node */
const isApp = (versions: NodeJS.ProcessVersions, env: NodeJS.ProcessEnv): boolean => versions['electron'] !== undefined && !env['ELECTRON_RUN_AS_NODE']
const opposite = (flag: string): string => flag.startsWith('no-') ? flag.slice('no-'.length) : `no-${flag}`
