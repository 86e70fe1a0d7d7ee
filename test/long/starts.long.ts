import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { NodeKernels } from '../e2e/node-kernels'

const busyProcesses: ChildProcess[] = []
afterEach(() => { for (const burner of busyProcesses.splice(0)) burner.kill('SIGKILL') })

test('the trial chooses the same kernels at each of twenty starts, whatever else the machine does', async () => {
  const taken: string[] = []
  for (let i = 0; i < 20; i++) {
    if (i === 5) for (let k = 0; k < 3 * availableParallelism(); k++) busyProcesses.push(spawn(process.execPath, ['-e', 'for (let x = 0;;) x += Math.sqrt(x + 1)'], { stdio: 'ignore' }))
    const kernels = await NodeKernels.start()
    taken.push(kernels.backend)
    await kernels.stop()
  }
  expect(new Set(taken).size, taken.join(' ')).toBe(1)
})
