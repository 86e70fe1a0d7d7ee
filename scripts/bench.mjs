import './lib/node-version.mjs'
import { main } from './lib/main.mjs'
import { at, SetupError } from './lib/project.mjs'
import { followNpm, mustRun, stopWithChildren } from './lib/run.mjs'
import { setUp } from './lib/setup.mjs'
import { check } from './lib/stages.mjs'

// The figures of speed, as measured on this machine: frames and strokes in the real window, then training without one.
const training = ['train', '--layers', '784,50,10', '--batch-size', '100', '--learning-rate', '0.1', '--iterations', '3000', '--seed', '1', '--json']

followNpm()
stopWithChildren({ patienceMs: 5000 })
await main(async () => {
  await setUp({ window: true, virtual: process.platform === 'linux' })
  const { failed, problems } = await check('vitest', ['run', '--config', 'vitest.e2e.config.ts', 'test/e2e/smooth.e2e.ts'])
  if (failed > 0) throw new SetupError(`The window's figures are outside of their bars: ${problems.join(', ')}`)
  const { samplesPerSecond, seconds, backend, threads } = JSON.parse(await mustRun('lab train', process.execPath, [at('scripts', 'lab.mjs'), ...training]))
  console.log(`training 784-50-10 at batch 100: ${Math.round(samplesPerSecond)} samples/s over ${seconds.toFixed(1)} s (${backend}, ${threads} thread${threads === 1 ? '' : 's'})`)
})
