import './lib/node-version.mjs'
import { hasDisplay } from './lib/display.mjs'
import { say, seconds } from './lib/log.mjs'
import { provideFashion } from './lib/fashion.mjs'
import { main } from './lib/main.mjs'
import { packLab } from './lib/package.mjs'
import { followNpm, stopWithChildren } from './lib/run.mjs'
import { electronExecutable } from './lib/runtime.mjs'
import { noSandboxBecause } from './lib/sandbox.mjs'
import { handOver, mustBeWritable, setUp } from './lib/setup.mjs'
import { check, filesOf, one, runStages, sentence, slowest, sumOf, vitest } from './lib/stages.mjs'

// Runs everything from set-up to the packaged app. The last line holds only the count of tests.

/** Folders that set-up and the stages write. */
const outputs = ['node_modules', '.cache', 'build', 'out', 'dist', 'test-results']

/** Tests that depend on packaging, and measurements: these run in the packaged app, all others in the build. */
const packagedTests = ['start', 'nothing-leaves', 'ways-out', 'smooth', 'smooth-graphs', 'smooth-compare', 'smooth-browse'].map(name => `test/e2e/${name}.e2e.ts`)

/** @param {'build' | 'packaged'} target */
const endToEnd = target => () => {
  const files = filesOf('test/e2e', '.e2e.ts').filter(file => packagedTests.includes(file) === (target === 'packaged'))
  return vitest(`e2e-${target}`, {
    args: ['--config', 'vitest.e2e.config.ts', ...files],
    files,
    env: { LAB_E2E_TARGET: target },
    timeoutMs: 900_000, // about three minutes on an idle machine
  })
}

async function prepare() {
  mustBeWritable([...outputs, 'node_modules/.tmp', 'out/main', 'dist/linux-unpacked'])
  // On Linux the windows always open on a virtual display, so that the tests do not disturb the user's desktop.
  await setUp({ window: true, virtual: process.platform === 'linux' || !hasDisplay(), build: false })
  await provideFashion()
  const noSandbox = noSandboxBecause(electronExecutable())
  if (noSandbox) say(`the end-to-end tests run without Chromium's sandbox: ${noSandbox}`)
}

const lintAndTypes = () => Promise.all([check('eslint', ['.', '--max-warnings', '0']), check('vue-tsc', ['--build'])]).then(sumOf)

/** Names of the stages' reports. */
const reports = ['unit', 'e2e-build', 'e2e-packaged']

const ready = ['set-up']
/** @type {import('./lib/stages.mjs').Stage[]} */
const stages = [
  { name: 'set-up', work: () => prepare().then(() => one()) },
  { name: 'unit tests', needs: ready, work: () => vitest('unit', { args: [], files: filesOf('test', '.spec.ts'), timeoutMs: 900_000 }) },
  { name: 'build', needs: ready, work: () => setUp({ window: false }).then(() => one()) },
  // Lint and types use the half of the time that the windows spend waiting.
  { name: 'end-to-end, built', needs: ['build'], work: endToEnd('build'), beside: { name: 'lint and types', needs: ready, work: lintAndTypes } },
  { name: 'package', needs: ['build'], work: () => packLab({ test: true, args: ['--linux', 'dir'] }).then(() => one()) },
  { name: 'end-to-end, packaged', needs: ['package'], work: endToEnd('packaged') },
]

await main(async () => {
  const start = performance.now()
  followNpm()
  stopWithChildren({ patienceMs: 5000 })
  const sum = await runStages(stages)
  handOver(outputs)
  for (const problem of sum.problems) say(problem)
  for (const { file, ms } of slowest(reports, 10)) say(`${seconds(ms).padStart(8)}  ${file}`)
  say(`npm test took ${seconds(performance.now() - start)}`)
  process.stdout.write(`${sentence(sum)}\n`)
  return sum.failed > 0 ? 1 : 0
})
