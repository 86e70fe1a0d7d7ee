import './lib/node-version.mjs'
import { main } from './lib/main.mjs'
import { SetupError } from './lib/project.mjs'
import { followNpm, stopWithChildren } from './lib/run.mjs'
import { check } from './lib/stages.mjs'

// Reads malformed files of every format for the given time: npm run fuzz -- --seconds 600
const [flag, value = '60', ...more] = process.argv.slice(2)

followNpm()
stopWithChildren({ patienceMs: 5000 })
await main(async () => {
  if ((flag !== undefined && flag !== '--seconds') || !(Number(value) > 0) || more.length > 0) throw new SetupError('npm run fuzz -- --seconds N')
  process.env['LAB_FUZZ_SECONDS'] = value
  const { failed, problems } = await check('vitest', ['run', '--config', 'vitest.long.config.ts', 'test/long/fuzz.long.ts'], 1000 * Number(value) + 120_000)
  if (failed > 0) process.stderr.write(`${problems.join('\n')}\n`)
  return failed > 0 ? 1 : 0
})
