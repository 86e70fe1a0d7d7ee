import { createInterface } from 'node:readline'
import { createBackend } from '@core'
import { kernelBytes } from '@kernels'

// The app's kernels in Electron as Node, for `node-kernels.ts`: says which module the trial took, then measures at each line.

const { ops, peakRate } = createBackend({ bytes: kernelBytes })
console.log(ops.name)
for await (const line of createInterface({ input: process.stdin })) console.log(peakRate(Number(line)))
