import { type Arena, buildModel, configOf, type Dataset, initialize, inputSize, LabError, type Model, type Ops, predictedClass, readWeights, setTensors, type Trainer } from '@core'
import type { DrawSource, NamedWeights, Prediction } from '@contract'

/**
 * Classifies one drawn digit at a time, with activations of its own: training is not affected, and a prediction costs
 * one row.
 */
export class Predictor {
  private readonly models: Partial<Record<'sample' | 'untrained', Model>> = {}
  private run: { readonly trainer: Trainer, readonly model: Model, readonly arena: Arena } | null = null

  /** @param ops the backend of the runs, so that predictions can read their weights */
  constructor(private readonly sample: NamedWeights, private readonly dataset: Dataset, private readonly ops: Ops) {}

  /**
   * @param pixels one image, 0 (paper) to 1 (ink)
   * @param trainer owner of the weights for the source 'run'
   * @throws FormatError when the sample is damaged
   */
  predict(source: DrawSource, pixels: Float32Array, trainer: Trainer | null): Omit<Prediction, 'at'> {
    const wanted = inputSize(this.dataset.info)
    if (pixels.length !== wanted) throw new LabError('ipc.schema', `an image has ${wanted} pixels, found ${pixels.length}`, { found: pixels.length })
    const model = this.modelOf(source, trainer)
    model.input.value.data.set(pixels)
    model.predict(this.ops)
    return { source, label: predictedClass(model.out.value), probabilities: Float32Array.from(model.out.value.data) }
  }

  /** Frees the memory for a run that was replaced. */
  forgetRun(): void {
    this.run?.arena.dispose()
    this.run = null
  }

  private modelOf(source: DrawSource, trainer: Trainer | null): Model {
    if (source !== 'run') return this.models[source] ??= this.build(source)
    if (!trainer) throw new LabError('train.noRun', 'there is no run yet')
    if (this.run?.trainer === trainer) return this.run.model
    this.forgetRun()
    const arena = this.ops.arena()
    const model = arena.allOrNothing(() => buildModel(trainer.model.architecture, { rows: 1, arena, shared: trainer.model }))
    this.run = { trainer, model, arena }
    return model
  }

  /** 'untrained' is the sample's network before training. */
  private build(source: 'sample' | 'untrained'): Model {
    const weights = readWeights(this.sample.bytes, this.sample.name)
    const config = configOf(weights)
    const model = buildModel(weights.architecture, { rows: 1, arena: this.ops.arena() })
    if (source === 'untrained') initialize(model, config.init, config.seed)
    else setTensors(model, weights.tensors)
    return model
  }
}
