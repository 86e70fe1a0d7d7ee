import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { alias } from '../../../alias.config'
import { compiler, relaxedFlagOf, versionOf } from '../../../electron/kernels/compiler'
import { kernels } from '../../../kernels.config'

const on = (v8: string, arch: NodeJS.Architecture = 'x64') => compiler({ arch, versions: { ...process.versions, v8 }, env: {}, execArgv: [] })
/** The smallest valid module */
const nothing = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

describe('V8’s flags stay unchanged', () => {
  test.each([['of Node 20, without the flag', '11.3.244.8-node.38'], ['of Electron 32, not tested', '12.8.374.38-electron.0'], ['after all tested ones', '14.7.10'], ['of the far future', '20.0.1']])('for a version %s', (_, v8) => {
    expect(on(v8)).toBeUndefined()
  })

  test('on another processor', () => {
    expect(on('13.0.245.19', 'arm64')).toBeUndefined()
  })
})

test('relaxed SIMD is enabled in Node 20 only: a later V8 has it, and reports the flag as unknown', () => {
  expect(['11.3.244.8-node.38', '11.4.183.2', '11.8.172.17-node.20', '13.6.233.10-node.28'].map(relaxedFlagOf)).toEqual(['--experimental-wasm-relaxed-simd', null, null, null])
})

describe('V8’s compiler flags are set', () => {
  test.each([['of Electron 33, the first tested one', '13.0.245.19-electron.0'], ['of Node 24', '13.6.233.10-node.28'], ['of Node 26, the last tested one', '14.6.202.33-node.18']])('for a version %s', (_, v8) => {
    expect(on(v8)).toBeTypeOf('function')
  })

  test('with versions compared as numbers: 13.10 comes after 13.9 and 13.2', () => {
    const ordered = ['11.3.244', '11.4.1', '12.8.374', '13.0.245', '13.2.1', '13.9.205', '13.10.1', '14.6.202']
    expect(ordered.map(versionOf).toSorted((a, b) => a - b)).toEqual(ordered.map(versionOf))
    expect(new Set(ordered.map(versionOf)).size).toBe(ordered.length)
  })

  const flagsOn = (v8: string, { electron, env = {} }: { electron?: string, env?: NodeJS.ProcessEnv } = {}) => {
    const set: string[] = []
    compiler({ arch: 'x64', versions: { ...process.versions, v8, ...electron && { electron } }, env, execArgv: [] }, undefined, flag => set.push(flag))!(nothing, false)
    expect(new Set(set).size).toBe(set.length) // each flag is set once and reset once
    return set.slice(0, set.length / 2)
  }

  test('without bounds checks in the app only, where nothing else handles memory faults', () => {
    const check = '--no-wasm-bounds-checks'
    expect(flagsOn('13.0.245.19', { electron: '33.2.1' })).toContain(check)
    expect(flagsOn('13.0.245.19', { electron: '33.2.1', env: { ELECTRON_RUN_AS_NODE: '1' } })).not.toContain(check)
    expect(flagsOn('13.0.245.19')).not.toContain(check)
  })

  test('with the joining compiler, by the flag of that version', () => {
    for (const [v8, flag, other] of [['13.0.245', '--turboshaft-wasm', '--no-wasm-inlining'], ['13.1.201', '--turboshaft-wasm', '--no-wasm-inlining'], ['13.2.152', '--no-wasm-inlining', '--turboshaft-wasm']] as const) {
      expect(flagsOn(v8)).toContain(flag)
      expect(flagsOn(v8)).not.toContain(other)
    }
  })
})

describe('V8’s flags, which apply to the whole process,', () => {
  const made = (given: { execArgv?: string[], env?: NodeJS.ProcessEnv } = {}, lock?: Int32Array<SharedArrayBuffer>) => {
    const set: string[] = []
    const compile = compiler({ arch: 'x64', versions: { ...process.versions, v8: '13.6.233' }, env: {}, execArgv: [], ...given }, lock, flag => set.push(flag))!
    return { compile, set }
  }

  test('are restored once a module is compiled', () => {
    const { compile, set } = made()
    compile(nothing, true)
    expect(set).toEqual([
      '--no-wasm-inlining', '--no-liftoff', '--no-wasm-lazy-compilation', '--experimental-wasm-revectorize',
      '--no-experimental-wasm-revectorize', '--wasm-lazy-compilation', '--liftoff', '--wasm-inlining',
    ])
  })

  // they were set to the opposite instead of the value at the process's start
  test('stay as the process was started', () => {
    const { compile, set } = made({ execArgv: ['--no-liftoff'], env: { NODE_OPTIONS: '--max-old-space-size=500 --no_wasm_inlining' } })
    compile(nothing, false)
    expect(set.slice(3)).toEqual(['--wasm-lazy-compilation'])
  })

  test('are restored when a module cannot be compiled', () => {
    const lock = new Int32Array(new SharedArrayBuffer(4))
    const { compile, set } = made({}, lock)
    expect(() => compile(nothing.subarray(0, 5), false)).toThrow(WebAssembly.CompileError)
    expect([set.length, lock[0]]).toEqual([6, 0])
  })

  // one thread set them while another was compiling, and reset them during that compilation
  test('are set by one thread at a time', async () => {
    const shared = new Int32Array(new SharedArrayBuffer(8))
    const [lock, over] = [shared.subarray(0, 1), shared.subarray(1)]
    Atomics.store(lock, 0, 1) // another thread compiles for a while
    const other = new Worker('const { workerData: shared } = require(\'node:worker_threads\'); setTimeout(() => { shared[1] = 1; Atomics.store(shared, 0, 0); Atomics.notify(shared, 0) }, 300)', { eval: true, workerData: shared })
    const wasOver: number[] = []
    const compile = compiler({ arch: 'x64', versions: { ...process.versions, v8: '13.6.233' }, env: {}, execArgv: [] }, lock, () => wasOver.push(over[0]!))!
    compile(nothing, false)
    expect([wasOver, lock[0]]).toEqual([[1, 1, 1, 1, 1, 1], 0])
    await other.terminate()
  })
})

test('a waiting thread is woken as soon as the module is compiled', async () => {
  const shared = new Int32Array(new SharedArrayBuffer(8))
  const [lock, waits] = [shared.subarray(0, 1), shared.subarray(1)]
  const other = new Worker('const { parentPort, workerData: shared } = require(\'node:worker_threads\'); Atomics.wait(shared, 0, 0, 5000); shared[1] = 1; Atomics.notify(shared, 1); parentPort.postMessage(Atomics.wait(shared, 0, 1, 5000))', { eval: true, workerData: shared })
  const woken = once(other, 'message')
  const compile = compiler({ arch: 'x64', versions: { ...process.versions, v8: '13.6.233' }, env: {}, execArgv: [] }, lock, () => {
    Atomics.notify(lock, 0)
    Atomics.wait(waits, 0, 0, 5000)
    if (waits[0] === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20) // until it waits
  })!
  compile(nothing, false)
  expect((await woken)[0]).not.toBe('timed-out')
  await other.terminate()
})

// A thread that main ended during compilation never releases the lock: the next one would have waited forever.
test('a thread that waits for a dead one starts after ten seconds, and not before', () => {
  const lock = new Int32Array(new SharedArrayBuffer(4))
  Atomics.store(lock, 0, 1)
  const set: string[] = []
  const compile = compiler({ arch: 'x64', versions: { ...process.versions, v8: '13.6.233' }, env: {}, execArgv: [] }, lock, flag => set.push(flag))!
  const times = [0, 9_900, 9_999, 10_000]
  const now = vi.spyOn(performance, 'now').mockImplementation(() => {
    expect(set).toEqual([]) // it still waits
    return times.shift() ?? 10_000
  })
  try { compile(nothing, false) }
  finally { now.mockRestore() }
  expect([times, set.length, lock[0]]).toEqual([[], 6, 0])
})

// The lab's own runtime, in which the app's threads run.
describe('in Electron', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backprop-lab-wide-'))
    await build({
      configFile: false, logLevel: 'error', resolve: { alias }, plugins: [kernels()], ssr: { noExternal: true },
      build: { ssr: resolve(import.meta.dirname, 'compiler-entry.ts'), outDir: folder, target: 'node20.18', rolldownOptions: { output: { entryFileNames: 'entry.mjs' } } },
    })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  interface Found { readonly tried: boolean, readonly kind: string, readonly joined: readonly boolean[], readonly same: boolean, readonly weights: readonly (readonly [name: string, threads: number, hash: string])[] }

  // Whether eight lanes are faster depends on the processor: where they take two turns, the narrow module is as fast.
  test('the wide module gives the narrow module’s bits, is used where it is faster, asked once or twenty times, and trains the same weights with 1, 2 and 8 threads', async () => {
    const { default: electron } = await import('electron') as unknown as { default: string }
    const { stdout, stderr } = await promisify(execFile)(electron, [join(folder, 'entry.mjs')], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, timeout: 150_000 })
    expect(stderr).not.toMatch(/flag/i) // V8 reports an unknown flag there
    const { tried, kind, joined, same, weights } = JSON.parse(stdout) as Found
    expect(same).toBe(tried)
    expect(new Set(joined)).toEqual(new Set(tried ? [kind === 'wide'] : []))
    const name = tried ? 'wasm-wide-simd' : 'wasm-relaxed-simd'
    expect(weights.map(([name, threads]) => [name, threads])).toEqual([[name, 1], [name, 2], [name, 8], ['wasm-relaxed-simd', 1]])
    expect(new Set(weights.map(([,, hash]) => hash)).size).toBe(1)
  }, 180_000)
})
