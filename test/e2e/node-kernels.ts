import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'vite'
import { alias } from '../../alias.config'
import { kernels } from '../../kernels.config'

/** The app's kernels on the app's own engine, but outside of the app: Electron as Node. */
export class NodeKernels {
  private constructor(readonly backend: string, private readonly child: ChildProcess, private readonly lines: AsyncIterator<string>, private readonly folder: string) {}

  static async start(): Promise<NodeKernels> {
    const folder = await mkdtemp(join(tmpdir(), 'backprop-lab-kernels-'))
    await build({
      configFile: false, logLevel: 'error', resolve: { alias }, plugins: [kernels()], ssr: { noExternal: true },
      build: { ssr: resolve(import.meta.dirname, 'node-kernels-entry.ts'), outDir: folder, target: 'node20.18', rolldownOptions: { output: { entryFileNames: 'entry.mjs' } } },
    })
    const { default: electron } = await import('electron') as unknown as { default: string }
    const child = spawn(electron, [join(folder, 'entry.mjs')], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    return new NodeKernels((await lines.next()).value as string, child, lines, folder)
  }

  /** Peak rate of one thread, in operations per second. */
  async peakRate(forMs: number): Promise<number> {
    this.child.stdin!.write(`${forMs}\n`)
    return Number((await this.lines.next()).value)
  }

  async stop(): Promise<void> {
    this.child.kill()
    await rm(this.folder, { recursive: true, force: true })
  }
}
