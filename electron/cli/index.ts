import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { isMainThread, workerData } from 'node:worker_threads'
import { compute, type ComputeStart } from '@core'
import { DatasetStore, fileError, ownFolder, readSettings, runLimitsOf, RunStore, runsFolder } from '@files'
import { lab } from './lab'
import { languageOf } from './language'
import { Terminal } from './terminal'

// This file is also the entry of the compute threads.
if (isMainThread) process.exitCode = await main()
else compute(workerData as ComputeStart)

async function main(): Promise<number> {
  const { env } = process
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..') // the bundle is in out/main/
  const args = process.argv.slice(2)
  const folder = env['npm_lifecycle_event'] === 'lab' && env['INIT_CWD'] ? env['INIT_CWD'] : process.cwd()
  const { version, productName } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string, productName: string }
  const terminal = new Terminal(languageOf(args, env), process.stdout, process.stderr, folder)

  // Ignore write errors of a closed terminal, so that the weights are still saved.
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EPIPE') return // the reader has closed the pipe (`lab … | head -1`)
    terminal.say(terminal.errorText(fileError(cause, 'stdout')))
    process.on('exit', () => { process.exitCode ||= 1 })
  })
  const own = ownFolder(productName, { env, platform: process.platform, home: homedir() })
  const datasets = new DatasetStore({ mnist: env['LAB_MNIST'] || join(root, 'build', 'mnist'), own })
  const limits = runLimitsOf(await readSettings(join(own, 'settings.json')))
  const runs = new RunStore(runsFolder(own), { limits: () => limits, onProblem: cause => terminal.say(terminal.errorText(cause)) })
  return await lab(args, { terminal, version, datasets, runs, entry: new URL(import.meta.url) })
}
