import './lib/node-version.mjs'
import { main } from './lib/main.mjs'
import { npm } from './lib/npm.mjs'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { at, binary, root, SetupError } from './lib/project.mjs'
import { followNpm, mustRun, run, stopWithChildren } from './lib/run.mjs'
import { electronExecutable } from './lib/runtime.mjs'
import { setUp } from './lib/setup.mjs'
import { check } from './lib/stages.mjs'

// Compares the core's speed with its peers on this machine. `--window` first measures the real window (frame times while
// training, time from stroke to reading) and training in the terminal. `--peers` first installs the JavaScript peers in a folder of their own. `--against FOLDER` also builds
// the bench of another checkout and compares with that alone. Other arguments go to the bench (test/bench/main.ts).
const args = process.argv.slice(2)
const training = ['train', '--layers', '784,50,10', '--batch-size', '100', '--learning-rate', '0.1', '--iterations', '3000', '--seed', '1', '--json']
const forBench = args.filter(arg => arg !== '--window' && arg !== '--peers')

async function measureWindow() {
  const { failed, problems } = await check('vitest', ['run', '--config', 'vitest.e2e.config.ts', 'test/e2e/smooth.e2e.ts'])
  if (failed > 0) throw new SetupError(`The window's figures are outside of their bars: ${problems.join(', ')}`)
  const { samplesPerSecond, seconds, backend, threads } = JSON.parse(await mustRun('lab train', process.execPath, [at('scripts', 'lab.mjs'), ...training]))
  console.log(`training 784-50-10 at batch 100: ${Math.round(samplesPerSecond)} samples/s over ${seconds.toFixed(1)} s (${backend}, ${threads} thread${threads === 1 ? '' : 's'})`)
}

/** Builds the bench of the checkout named by `--against` with that checkout's own tools. */
async function buildOther() {
  const index = args.indexOf('--against')
  if (index < 0) return
  const folder = resolve(process.env['INIT_CWD'] ?? '.', args[index + 1] ?? '')
  const [config, vite] = [join(folder, 'test', 'bench', 'vite.config.ts'), join(folder, 'node_modules', 'vite', 'bin', 'vite.js')]
  if (!args[index + 1] || !existsSync(config)) throw new SetupError(`--against wants the folder of another checkout; in ${folder} there is no bench.`)
  if (!existsSync(vite)) throw new SetupError(`${folder} has no packages yet: run npm run setup there first.`)
  await mustRun('the other bench’s build', process.execPath, [vite, 'build', '--config', config], { cwd: folder })
  forBench.splice(forBench.indexOf('--against') + 1, 1, folder)
}

followNpm()
stopWithChildren({ patienceMs: 5000 })
await main(async () => {
  const window = args.includes('--window')
  await setUp({ window: true, virtual: window && process.platform === 'linux', build: window })
  if (window) await measureWindow()
  if (args.includes('--peers')) await npm('npm ci of the peers', ['ci', '--ignore-scripts'], { cwd: at('test', 'bench', 'peers') })
  await mustRun('the bench’s build', process.execPath, [binary('vite'), 'build', '--config', at('test', 'bench', 'vite.config.ts')])
  await buildOther()
  const given = ['--electron', electronExecutable(), '--mnist', at('build', 'mnist'), '--project', root]
  const { code } = await run(process.execPath, [at('.cache', 'bench', 'main.mjs'), ...given, ...forBench], { output: 'inherit', timeoutMs: 3_600_000 })
  return code
})
