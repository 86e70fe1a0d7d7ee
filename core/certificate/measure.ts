import { type Dataset } from '../data/dataset'
import { fillImages, fillTarget } from '../data/images'
import { buildModel } from '../network/model'
import { initialize } from '../network/params'
import { createReferenceOps } from '../ops/reference'
import { defaultConfig, type RunConfig } from '../config'
import type { Engine } from '../train/engine'
import { defaultH, gradientCheckSteps, type GradientCheckProgress, type ParamCheck } from '../train/gradient-check'
import { architectureOn } from '../train/fit'
import { Trainer } from '../train/trainer'
import { certificateSeeds, type Measured } from './certificate'

/** The run of lesson 24 (and the network of lesson 25): the lab's default settings. */
const configFor = (hidden: number, { info }: Dataset): RunConfig => ({ ...defaultConfig, network: { ...defaultConfig.network, layers: [{ kind: 'affine', units: hidden }, { kind: 'relu' }, { kind: 'affine', units: info.classes.length }] } })
const checkedImages = 3

/** Progress of the long measurements. */
export interface MeasureProgress {
  /** First the gradient check, then one training per seed */
  readonly stage: 'gradients' | 'training'
  /** Seed of the current training */
  readonly seed: number | null
  readonly done: number
  readonly total: number
  /** Results so far */
  readonly measured: Measured
}

/** Size of the measurements; defaults: those of the lessons. */
export interface MeasureSize {
  /** Per training */
  readonly iterations?: number
  /** Units of the hidden layer */
  readonly hidden?: number
}

/**
 * Runs the long measurements step by step: lesson 25's gradient check, then lesson 24's five trainings.
 * @param engine for the trainings; the check always runs on the float64 reference
 */
export function* measureSteps(dataset: Dataset, engine: Pick<Engine, 'ops' | 'prepareFor'>, { iterations = 10_000, hidden = 50 }: MeasureSize = {}): Generator<MeasureProgress, Measured> {
  const config = configFor(hidden, dataset)
  const checks = yield* withProgress(imageGradientCheck(dataset, { config, images: checkedImages }), ({ done, total }) => ({ stage: 'gradients', seed: null, done, total, measured: {} }))
  const accuracies: number[] = []
  for (const seed of certificateSeeds)
    accuracies.push(yield* withProgress(train({ ...config, seed }, dataset, engine, iterations), done => ({ stage: 'training', seed, done, total: iterations, measured: { checks, accuracies } })))
  return { checks, accuracies }
}

/** Maps the progress of a generator; closing it closes the inner generator, too. */
function* withProgress<At, Result>(steps: Generator<At, Result>, progressOf: (at: At) => MeasureProgress): Generator<MeasureProgress, Result> {
  try {
    for (;;) {
      const next = steps.next()
      if (next.done) return next.value
      yield progressOf(next.value)
    }
  }
  finally { steps.return(undefined as never) }
}

export interface ImageCheckOptions {
  readonly config: RunConfig
  /** The first `images` training images. */
  readonly images: number
  readonly h?: number
}

/** Compares backpropagation with numeric gradients on the first images of a dataset, in float64, one element per step. */
export function imageGradientCheck({ info, train }: Pick<Dataset, 'info' | 'train'>, { config, images, h = defaultH }: ImageCheckOptions): Generator<GradientCheckProgress, ParamCheck[]> {
  const model = buildModel(architectureOn(config.network, info), { rows: images, precision: 'float64' })
  initialize(model, config.init, config.seed)
  const indices = Array.from({ length: images }, (_, i) => i)
  fillImages(model.input.value, train, indices, 0, images)
  fillTarget(model.target.value, train, indices, 0, images)
  return gradientCheckSteps(model, createReferenceOps('float64'), { h })
}

/** Trains one network and yields the number of steps done. @returns its accuracy on all test images */
function* train(config: RunConfig, dataset: Dataset, engine: Pick<Engine, 'ops' | 'prepareFor'>, iterations: number): Generator<number, number> {
  const trainer = new Trainer(config, dataset, { ops: engine.ops })
  engine.prepareFor(trainer.work)
  try {
    while (trainer.step < iterations && !trainer.divergence) {
      trainer.learn()
      yield trainer.step
    }
    const evaluator = trainer.createEvaluator()
    try {
      evaluator.begin({ test: Infinity })
      for (;;) {
        const evaluation = evaluator.advance()
        if (evaluation) return evaluation.test.accuracy
        yield trainer.step
      }
    }
    finally { evaluator.dispose() }
  }
  finally { trainer.dispose() }
}
