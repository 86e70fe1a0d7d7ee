import type { RunEntry } from '@contract'
import { defaultConfig } from '@core'
import { perceptron } from '../../fixtures/run-config'

export const idOf = (n: number): string => n.toString(16).padStart(32, '0')

/** A run of the list, at step 1,200 of 784-50-10. */
export const runEntry = (patch: Partial<RunEntry> = {}): RunEntry => ({
  id: idOf(1), name: 'First', note: '', pinned: false, created: new Date(2026, 10, 24, 3).getTime(), written: new Date(2026, 10, 24, 4).getTime(), parent: null,
  architecture: perceptron([784, 50, 10]), dataset: 'MNIST', step: 1200, epoch: 2, trainAccuracy: 0.951, testAccuracy: 0.943,
  config: defaultConfig, losses: { first: { step: 1, loss: 2.302 }, last: { step: 1200, loss: 0.1734 } }, taught: [],
  curve: [{ step: 1, loss: 2.302 }, { step: 600, loss: 0.5 }, { step: 1200, loss: 0.21 }], bytes: 3_200_000, lockedBy: null, problem: null, current: false, ...patch,
})
