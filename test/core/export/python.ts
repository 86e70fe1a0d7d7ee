import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ExportFiles } from '@core'

/** A temporary folder with files, and a function that removes it. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'lab-export-'))

  /** Writes files into a folder in it. @returns its path */
  write(name: string, files: ExportFiles): string {
    for (const [file, content] of files) {
      const path = join(this.path, name, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content)
    }
    return join(this.path, name)
  }

  remove(): void { rmSync(this.path, { recursive: true, force: true }) }
}

export interface PythonCall {
  readonly python: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
}

/** Runs Python with one thread per process, so that several fit on a small machine. @throws Error with its stderr when it fails */
export function runPython({ python, args, cwd, env = {} }: PythonCall): string {
  const { status, stdout, stderr } = spawnSync(python, [...args], { cwd, encoding: 'utf8', timeout: 120_000, maxBuffer: 1e8, env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1', ...env } })
  if (status !== 0) throw new Error(`python ended with ${status}: ${stderr}`)
  return stdout
}

/** Starts Python and waits for its end. @throws Error with its stderr when it fails or takes longer than a minute */
export const startPython = ({ python, args, cwd, env = {} }: PythonCall): Promise<string> => new Promise((done, failed) => {
  const child = spawn(python, [...args], { cwd, timeout: 60_000, killSignal: 'SIGKILL', env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1', ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
  child.once('error', failed).once('close', (status) => { if (status === 0) done(stdout); else failed(new Error(`python ended with ${status}: ${stderr}`)) })
})

/** A port of this computer that nobody listens to. */
export const freePort = (): Promise<number> => new Promise((done, failed) => {
  const server = createServer()
  server.once('error', failed).listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    server.close(() => { done(port) })
  })
})
