import { setFlagsFromString } from 'node:v8'
import type { KernelBytes } from '@core'

/** 13.06 for V8 13.6: to be compared as a number */
export const versionOf = (v8: string): number => {
  const [major, minor] = v8.split('.').map(Number)
  return major! + minor! / 100
}

/** Node 20 keeps relaxed SIMD behind a flag of V8's. @returns it; null for later versions, which have relaxed SIMD and no flag of that name */
export const relaxedFlagOf = (v8: string): string | null => versionOf(v8) < 11.04 ? '--experimental-wasm-relaxed-simd' : null

/** The V8 versions that were tested, all kernels' bits compared: Electron 33, Node 24 and 26. */
const tried = { from: 13, to: 14.06 }
/** From this version on, the compiler that can join lanes is the only one and needs no flag. */
const oneCompiler = 13.02

/** The part of `process` that is used. */
export type Runtime = Pick<NodeJS.Process, 'arch' | 'versions' | 'env' | 'execArgv'>

/**
 * Compiles the kernels with V8 flags that are set only while it compiles:
 * - with the optimizing compiler at once, not with the baseline compiler (Liftoff) first;
 * - joining pairs of four lanes into registers of eight (AVX2), where that is wanted;
 * - in the app, without bounds checks. Node uses the processor's page protection to catch an access out of bounds;
 *   Electron’s app checks each access instead, which makes training 3.5 times as slow and joining impossible. The memory
 *   reserves the whole 32-bit address space (core/ops/backend.ts): an access out of bounds ends the process, as in any
 *   native library, and cannot touch other memory.
 * V8 flags apply to the whole process, so two threads must not compile at once: one would reset the other's flags.
 * @param lock one Int32, 0, shared by all threads of the process that compile; left out where only one does
 * @returns undefined where V8 has no such flags or is a version that was not tested
 */
export function compiler({ arch, versions, env, execArgv }: Runtime, lock = new Int32Array(new SharedArrayBuffer(4)), setFlag: (flag: string) => void = setFlagsFromString): KernelBytes['compile'] {
  const version = versionOf(versions.v8)
  if (arch !== 'x64' || version < tried.from || version > tried.to) return undefined
  const flags = [
    version < oneCompiler ? 'turboshaft-wasm' : 'no-wasm-inlining', // inlining decisions need Liftoff's call counts
    'no-liftoff', 'no-wasm-lazy-compilation', ...isApp(versions, env) ? ['no-wasm-bounds-checks'] : [],
  ]
  // Flags that the process was started with are not reset.
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

/** Compiling takes a fraction of a second. A thread that was terminated while compiling never releases the lock: after this time the next one proceeds. */
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

/** Electron run as an app, not as Node */
const isApp = (versions: NodeJS.ProcessVersions, env: NodeJS.ProcessEnv): boolean => versions['electron'] !== undefined && !env['ELECTRON_RUN_AS_NODE']
const opposite = (flag: string): string => flag.startsWith('no-') ? flag.slice('no-'.length) : `no-${flag}`
