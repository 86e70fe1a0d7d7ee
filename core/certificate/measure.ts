import type { Dataset } from '../data/dataset'
import { fillImages, fillLabels } from '../data/images'
import { buildModel } from '../network/model'
import { initParams } from '../network/params'
import { createReferenceOps } from '../ops/reference'
import { defaultConfig, type RunConfig } from '../config'
import type { Engine } from '../train/engine'
import { defaultH, gradientCheckSteps, type GradientCheckProgress, type ParamCheck } from '../train/gradient-check'
import { Trainer } from '../train/trainer'
import { certificateSeeds, type Measured } from './certificate'

/** Lesson 24's run, on lesson 25's network: the lab's default settings. */
const configFor = (hidden: number): RunConfig => ({ ...defaultConfig, layers: [784, hidden, 10] })
const checkedImages = 3

/** How far the long part of the certificate is. */
export interface MeasureProgress {
  /** The gradient check first, then one training for each seed */
  readonly part: 'gradients' | 'training'
  /** Of the training at work */
  readonly seed: number | null
  readonly done: number
  readonly total: number
  /** What is known so far */
  readonly measured: Measured
}

/** How much is measured; left out: what the lessons print. */
export interface MeasureSize {
  /** Of each training */
  readonly iterations?: number
  /** Units of the hidden layer */
  readonly hidden?: number
}

/**
 * Recomputes what takes long, a little at a time: lesson 25's gradient check, then lesson 24's five trainings.
 * @param engine its backend trains; the check is float64 and the reference's own
 */
export function* measureSteps(dataset: Dataset, engine: Pick<Engine, 'ops' | 'serve'>, { iterations = 10_000, hidden = 50 }: MeasureSize = {}): Generator<MeasureProgress, Measured> {
  const config = configFor(hidden)
  const checks = yield* told(imageGradientCheck(dataset, { config, images: checkedImages }), at => ({ part: 'gradients', seed: null, ...at, measured: {} }))
  const accuracies: number[] = []
  for (const seed of certificateSeeds)
    accuracies.push(yield* told(train({ ...config, seed }, dataset, engine, iterations), done => ({ part: 'training', seed, done, total: iterations, measured: { checks, accuracies } })))
  return { checks, accuracies }
}

/** Yields the same steps, each reported in another form; closing it closes the inner generator, too. */
function* told<At, Result>(steps: Generator<At, Result>, tell: (at: At) => MeasureProgress): Generator<MeasureProgress, Result> {
  try {
    for (;;) {
      const next = steps.next()
      if (next.done) return next.value
      yield tell(next.value)
    }
  }
  finally { steps.return(undefined as never) }
}

export interface ImageCheckOptions {
  readonly config: RunConfig
  /** The first training images, as many */
  readonly images: number
  readonly h?: number
}

/** Compares backpropagation with numeric gradients on a dataset's first images, in float64, one number at a time. */
export function imageGradientCheck({ train }: Dataset, { config, images, h = defaultH }: ImageCheckOptions): Generator<GradientCheckProgress, ParamCheck[]> {
  const model = buildModel(config, { rows: images, precision: 'float64' })
  initParams(model.params, config.init, config.seed)
  const indices = Array.from({ length: images }, (_, i) => i)
  fillImages(model.input.value, train, indices, 0, images)
  fillLabels(model.target.value, train, indices, 0, images)
  return gradientCheckSteps(model, createReferenceOps('float64'), h)
}

/** Trains one network, yielding its step. @returns its accuracy over all test images */
function* train(config: RunConfig, dataset: Dataset, engine: Pick<Engine, 'ops' | 'serve'>, iterations: number): Generator<number, number> {
  const trainer = new Trainer(config, dataset, { ops: engine.ops })
  engine.serve(trainer.work)
  try {
    while (trainer.step < iterations && !trainer.divergence) {
      trainer.learn()
      yield trainer.step
    }
    const evaluator = trainer.createEvaluator()
    try {
      evaluator.begin(trainer.step, { trainImages: 0, testImages: dataset.test.count })
      for (;;) {
        const accuracy = evaluator.advance()
        if (accuracy) return accuracy.testAccuracy
        yield trainer.step
      }
    }
    finally { evaluator.dispose() }
  }
  finally { trainer.dispose() }
}
