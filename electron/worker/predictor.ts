import { type Arena, buildModel, configOf, initialize, LabError, lossDefinition, type Model, type Normalization, normalizeUnit, type Ops, predictedClass, readWeights, savedTensors, setTensors, type Trainer, unitRange } from '@core'
import type { DrawSource, NamedWeights, NetworkNumbers, Prediction, Walk } from '@contract'

/** A network for one image, and how its input is normalized. */
interface Reader {
  readonly model: Model
  readonly normalization: Normalization
}

/**
 * Classifies one drawing at a time, with activations of its own: training is not affected, and a prediction costs
 * one row.
 */
export class Predictor {
  private readonly readers: Partial<Record<'sample' | 'untrained', Reader>> = {}
  private run: Reader & { readonly trainer: Trainer, readonly arena: Arena } | null = null

  /** @param ops the backend of the runs, so that predictions can read their weights */
  constructor(private readonly sample: NamedWeights, private readonly ops: Ops) {}

  /**
   * @param pixels one image of the network's dataset, 0 (paper) to 1 (ink)
   * @param trainer owner of the weights for the source 'run'
   * @throws FormatError when the sample is damaged
   */
  predict(source: DrawSource, pixels: Float32Array, trainer: Trainer | null): Omit<Prediction, 'at'> {
    const { model, normalization } = this.readerOf(source, trainer)
    const { data, columns: wanted } = model.input.value
    if (pixels.length !== wanted) throw new LabError('ipc.schema', `an image has ${wanted} pixels, found ${pixels.length}`, { found: pixels.length })
    data.set(normalizeUnit(pixels, normalization))
    model.predict(this.ops)
    const { probabilities: areProbabilities } = lossDefinition(model.architecture.loss)
    return { source, label: predictedClass(model.out.value), outputs: Float32Array.from(model.out.value.data), areProbabilities }
  }

  /** The same prediction, with the output of each layer. */
  walk(source: DrawSource, pixels: Float32Array, trainer: Trainer | null): Omit<Walk, 'at'> {
    const prediction = this.predict(source, pixels, trainer)
    const { layers } = this.readerOf(source, trainer).model
    return { ...prediction, layers: layers.map(({ name, out }) => ({ name, out: Float32Array.from(out.data) })) }
  }

  /** The weights of a source, as they are now. */
  numbers(source: DrawSource, trainer: Trainer | null): Omit<NetworkNumbers, 'at'> {
    const { model, normalization } = this.readerOf(source, trainer)
    return { source, architecture: model.architecture, normalization, tensors: savedTensors(model).map(({ path, tensor }) => ({ path, data: Float32Array.from(tensor.data) })) }
  }

  /** Frees the memory for a run that was replaced. */
  forgetRun(): void {
    this.run?.arena.dispose()
    this.run = null
  }

  private readerOf(source: DrawSource, trainer: Trainer | null): Reader {
    if (source !== 'run') return this.readers[source] ??= this.build(source)
    if (!trainer) throw new LabError('train.noRun', 'there is no run yet')
    if (this.run?.trainer === trainer) return this.run
    this.forgetRun()
    const arena = this.ops.arena()
    const model = arena.allOrNothing(() => buildModel(trainer.model.architecture, { rows: 1, arena, shared: trainer.model }))
    this.run = { trainer, model, arena, normalization: trainer.dataset.info.normalization }
    return this.run
  }

  /** 'untrained' is the sample's network before training. */
  private build(source: 'sample' | 'untrained'): Reader {
    const weights = readWeights(this.sample.bytes, this.sample.name)
    const config = configOf(weights)
    const model = buildModel(weights.architecture, { rows: 1, arena: this.ops.arena() })
    if (source === 'untrained') initialize(model, config.init, config.seed)
    else setTensors(model, weights.tensors)
    return { model, normalization: weights.dataset?.normalization ?? unitRange }
  }
}
