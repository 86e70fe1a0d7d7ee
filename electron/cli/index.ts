import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { lab } from './lab'
import { languageOf } from './language'
import { Terminal } from './terminal'

/** The bundle stands in out/main/. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const { env } = process

// Somebody who closes the pipe (`lab … | head -1`) has read enough.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EPIPE') throw cause
  })
}

const args = process.argv.slice(2)
const folder = env['npm_lifecycle_event'] === 'lab' && env['INIT_CWD'] ? env['INIT_CWD'] : process.cwd()
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

process.exitCode = await lab(args, {
  terminal: new Terminal(languageOf(args, env), process.stdout, process.stderr, folder),
  version,
  mnist: env['LAB_MNIST'] || join(root, 'build', 'mnist'),
})
