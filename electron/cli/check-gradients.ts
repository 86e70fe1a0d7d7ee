import { buildModel, createReferenceOps, type Dataset, defaultH, fillImages, fillLabels, gradientCheckSteps, initParams, type ParamCheck, type RunConfig } from '@core'
import { inSlices, type Interrupt } from './interrupt'
import { Progress } from './progress'
import type { Terminal } from './terminal'

/** How far the check came before it was interrupted. */
export interface Unfinished { readonly done: number, readonly total: number }

export interface CheckOptions {
  readonly config: RunConfig
  /** The first training images, as many */
  readonly samples: number
  readonly h?: number
  /** What the progress shows beside the count */
  readonly label: (path: string) => string
}

/** Compares backpropagation with numeric gradients in float64, with a progress bar. */
export async function checkGradients({ train }: Dataset, { config, samples, h = defaultH, label }: CheckOptions, interrupt: Interrupt, terminal: Terminal): Promise<readonly ParamCheck[] | Unfinished> {
  const model = buildModel(config, { rows: samples, precision: 'float64' })
  initParams(model.params, config.init, config.seed)
  const indices = Array.from({ length: samples }, (_, i) => i)
  fillImages(model.input.value, train, indices, 0, samples)
  fillLabels(model.target.value, train, indices, 0, samples)

  const steps = gradientCheckSteps(model, createReferenceOps('float64'), h)
  const progress = new Progress(terminal)
  let at = { path: '', done: 0, total: 1 }
  let checks: readonly ParamCheck[] | null = null
  await inSlices(interrupt, () => {
    const next = steps.next()
    if (next.done) checks = next.value
    else at = next.value
    return !next.done
  }, () => progress.update(at.done, at.total, () => [label(at.path)]))
  progress.end()
  return checks ?? at
}
