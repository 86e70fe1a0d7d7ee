import { setFlagsFromString } from 'node:v8'
import type { KernelBytes } from '@core'

/** 13.06 for V8 13.6: to be compared as a number */
export const versionOf = (v8: string): number => {
  const [major, minor] = v8.split('.').map(Number)
  return major! + minor! / 100
}

/** Node 20 keeps relaxed SIMD behind a flag of V8's. @returns it; null for later versions, which have relaxed SIMD and no flag of that name */
export const relaxedFlagOf = (v8: string): string | null => versionOf(v8) < 11.04 ? '--experimental-wasm-relaxed-simd' : null

/** The versions of V8 that this was tried with, all kernels' bits compared: Electron 33, Node 24 and 26. */
const tried = { from: 13, to: 14.06 }
/** From here on the compiler that joins is the only one, and not behind a flag of its own. */
const oneCompiler = 13.02

/** The part of `process` that is asked. */
export type Runtime = Pick<NodeJS.Process, 'arch' | 'versions' | 'env' | 'execArgv'>

/**
 * How V8 is made to compile the kernels well, by flags that are set for as long as that takes:
 * - at once with the compiler that optimizes, not first with the quick one;
 * - joining pairs of four lanes to registers of eight (AVX2), where that is wanted;
 * - in the app without a check of its own before each access. Node has the processor notice an access outside of the
 *   memory; Electron’s app does not, and the checks make training 3.5 times as slow and joining impossible. The memory
 *   takes up all that 32 bits can reach (core/ops/backend.ts): an access outside of it ends the process, as it would in
 *   any native library, and touches nothing else’s.
 * V8's flags hold for the whole process, so that two threads must not compile at once: one would take the other's flags back.
 * @param lock one Int32, 0, shared by all threads of the process that compile; left out where only one does
 * @returns undefined where V8 has no such flags, or is one that nobody has tried
 */
export function compiler({ arch, versions, env, execArgv }: Runtime, lock = new Int32Array(new SharedArrayBuffer(4)), setFlag: (flag: string) => void = setFlagsFromString): KernelBytes['compile'] {
  const version = versionOf(versions.v8)
  if (arch !== 'x64' || version < tried.from || version > tried.to) return undefined
  const flags = [
    version < oneCompiler ? 'turboshaft-wasm' : 'no-wasm-inlining', // what is put into what, the quick compiler would have counted
    'no-liftoff', 'no-wasm-lazy-compilation', ...isApp(versions, env) ? ['no-wasm-bounds-checks'] : [],
  ]
  // What the process was started with stays as it was.
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

/** Compiling takes a fraction of a second. A thread that was ended while it compiled never lets go: then the next one begins all the same. */
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

/** Electron as an app, not as Node */
const isApp = (versions: NodeJS.ProcessVersions, env: NodeJS.ProcessEnv): boolean => versions['electron'] !== undefined && !env['ELECTRON_RUN_AS_NODE']
const opposite = (flag: string): string => flag.startsWith('no-') ? flag.slice('no-'.length) : `no-${flag}`
