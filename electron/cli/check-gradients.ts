import { type Dataset, imageGradientCheck, type ParamCheck, type RunConfig } from '@core'
import { runInterruptibly, type Interrupt } from './interrupt'
import { Progress } from './progress'
import type { Terminal } from './terminal'

/** Progress at the time of an interrupt. */
export interface Unfinished { readonly done: number, readonly total: number }

export interface CheckOptions {
  readonly config: RunConfig
  /** How many training images to use, starting with the first */
  readonly samples: number
  readonly h?: number
  /** The text beside the progress count */
  readonly label: (path: string) => string
}

/** Compares backpropagation with numerical gradients in float64, with a progress bar. */
export async function checkGradients(dataset: Dataset, { config, samples, h, label }: CheckOptions, interrupt: Interrupt, terminal: Terminal): Promise<readonly ParamCheck[] | Unfinished> {
  const steps = imageGradientCheck(dataset, { config, images: samples, ...h === undefined ? {} : { h } })
  const progress = new Progress(terminal)
  let at = { path: '', done: 0, total: 1 }
  let checks: readonly ParamCheck[] | null = null
  await runInterruptibly({ interrupt, now: terminal.now }, () => {
    const next = steps.next()
    if (next.done) checks = next.value
    else at = { path: next.value.latest.path, done: next.value.done, total: next.value.total }
    return !next.done
  }, () => progress.update(at.done, at.total, () => [label(at.path)]))
  progress.end()
  return checks ?? at
}
