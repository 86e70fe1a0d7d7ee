import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AdamRates, MomentumRates, OptimizerName, RmspropRates } from '@core'

export type Numbers = readonly number[]
/** Output of test/fixtures/golden/ops/generate.py: PyTorch in float64 */
const golden = <T>(name: string): T => JSON.parse(readFileSync(resolve(import.meta.dirname, `../../fixtures/golden/ops/${name}.json`), 'utf8')) as T

export const tanh = golden<Readonly<Record<'x' | 'dy' | 'y' | 'dx', Numbers>>>('tanh')
/** A mini-batch, and the running statistics after it */
interface Batch extends Readonly<Record<'x' | 'dy' | 'y' | 'dx' | 'dgamma' | 'dbeta' | 'runningMean' | 'runningVariance', Numbers>> { readonly rows: number, readonly training: boolean }
/** Batch normalization with ε 1e-5 and momentum 0.1 */
export const normalization = golden<{ readonly columns: number, readonly gamma: Numbers, readonly beta: Numbers, readonly batches: readonly Batch[] }>('batch-normalization')
interface Masked extends Readonly<Record<'x' | 'dy' | 'y' | 'dx', Numbers>> { readonly rate: number, readonly key: number, readonly rows: number, readonly columns: number }
export const dropout = golden<{ readonly cases: readonly Masked[], readonly counts: readonly { readonly rate: number, readonly key: number, readonly size: number, readonly kept: number }[] }>('dropout')
export type Rates = MomentumRates & RmspropRates & AdamRates
/** Ten steps of each optimizer with weight decay; Adam's is decoupled: AdamW */
export const decayed = golden<{ readonly decay: number, readonly before: Numbers, readonly gradients: readonly Numbers[], readonly runs: Readonly<Record<OptimizerName, { readonly rates: Rates, readonly after: Numbers }>> }>('weight-decay')
