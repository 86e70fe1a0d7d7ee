import type { ProbeFrame } from '@contract'
import type { TensorStats } from '@core'

/** A probe's answer about step 1 of run 1, to a query that asked for nothing. */
export const probeFrame = (patch: Partial<ProbeFrame> = {}): ProbeFrame => ({
  runId: 1, step: 1, loss: 1, blocks: [], updates: [], tensors: [], images: [], details: [], batch: null, change: null, units: null, health: null, unitMap: null, price: { ms: 1, share: 0.01, everyMs: 100 }, ...patch,
})

/** Statistics of a tensor. @param path 'affine1.dW' */
export const tensorStats = (path: string, patch: Partial<TensorStats> = {}): TensorStats => ({
  path, shape: [2, 2], norm: 1, meanAbs: 0.5, min: -1, max: 1, zeroShare: 0, nonFinite: 0, histogram: { from: -1, to: 1, counts: Uint32Array.of(1, 4, 1) }, ...patch,
})
