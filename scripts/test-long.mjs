import './lib/node-version.mjs'
import { main } from './lib/main.mjs'
import { at } from './lib/project.mjs'
import { followNpm, run, stopWithChildren } from './lib/run.mjs'
import { setUp } from './lib/setup.mjs'
import { filesOf, sentence, vitest } from './lib/stages.mjs'

// Runs the long tests: the lessons' numbers and known recipes' accuracies at full size, fuzzed readers, digits on all backgrounds, kills, a soak test, twenty starts
// under load, and then mutation testing. Arguments go to vitest, for example a part of a file's name.
const args = process.argv.slice(2)

followNpm()
stopWithChildren({ patienceMs: 5000 })
await main(async () => {
  await setUp({ window: true, virtual: process.platform === 'linux' })
  const files = args.length > 0 ? [] : filesOf('test/long', '.long.ts')
  const sum = await vitest('long', { args: ['--config', 'vitest.long.config.ts', ...args], files, env: { LAB_E2E_TARGET: 'build' }, timeoutMs: 3_600_000 })
  process.stdout.write(`${sentence(sum)}\n`)
  const mutants = args.length > 0 ? { code: 0 } : await run(process.execPath, [at('scripts', 'mutants.mjs'), '--seed', `${Date.now() % 1e6}`], { output: 'inherit', timeoutMs: 3 * 3_600_000 })
  return sum.failed > 0 || mutants.code !== 0 ? 1 : 0
})
