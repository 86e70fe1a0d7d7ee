import { createInterface } from 'node:readline'
import { createBackend } from '@core'
import { kernelBytes } from '@kernels'

// The app's kernels in Electron as Node, for `node-kernels.ts`: prints the module that the trial chose, then measures once per input line.

const { ops, peakRate } = createBackend({ bytes: kernelBytes })
console.log(ops.name)
for await (const line of createInterface({ input: process.stdin })) console.log(peakRate(Number(line)))
