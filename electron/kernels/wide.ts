import { setFlagsFromString } from 'node:v8'

/** 13.06 for V8 13.6: to be compared as a number */
export const versionOf = (v8: string): number => {
  const [major, minor] = v8.split('.').map(Number)
  return major! + minor! / 100
}

/** The versions of V8 that this was tried with, all kernels' bits compared: Electron 33, Node 24 and 26. */
const tried = { from: 13, to: 14.06 }
/** From here on the compiler that joins is the only one, and not behind a flag of its own. */
const oneCompiler = 13.02

/**
 * Compiles the wide module so that V8 joins its pairs of four lanes to registers of eight (AVX2). V8 does so behind a flag,
 * which is set for as long as this takes; its first, quick compiler, which would not, is left out.
 * @returns null where V8 has no such flag, or is one that nobody has tried
 */
export function compileWide(bytes: Uint8Array<ArrayBuffer>, { arch, versions }: Pick<NodeJS.Process, 'arch' | 'versions'>): WebAssembly.Module | null {
  const version = versionOf(versions.v8)
  if (arch !== 'x64' || version < tried.from || version > tried.to) return null
  // Functions are put into one another by what the quick compiler has counted: not without it.
  const flags = [...version < oneCompiler ? ['turboshaft-wasm'] : ['no-wasm-inlining'], 'experimental-wasm-revectorize', 'no-liftoff', 'no-wasm-lazy-compilation']
  for (const flag of flags) setFlagsFromString(`--${flag}`)
  try { return new WebAssembly.Module(bytes) }
  finally { for (const flag of flags.reverse()) setFlagsFromString(`--${opposite(flag)}`) }
}

const opposite = (flag: string): string => flag.startsWith('no-') ? flag.slice('no-'.length) : `no-${flag}`
