import { type Backend, type BackendOptions, buildModel, createBackend, type Dataset, type EvaluationSize, Evaluator, fillImages, predictedClass, type Model, Trainer, wholeSize } from '@core'
import { Losses, repeat, Watch } from './answer'
import { configOf, type Network } from './cases'
import type { Burst, Introduction, RecordRequest, Request, ThreadRequest, VisitRequest } from './child'
import { Gauge } from './gauge'
import { profile } from './profile'

/** The lab's side of every case: its own trainer, evaluator and model, used as in the app and the terminal. */
export class LabRunner {
  readonly about: Introduction
  private readonly backend: Backend
  private readonly gauge: Gauge
  private readonly trainers = new Map<string, Trainer>()
  private readonly evaluators = new Map<string, Evaluator>()
  private predictor: Model | undefined

  constructor(private readonly dataset: Dataset, private readonly options: BackendOptions) {
    this.backend = createBackend(options)
    const { name, threads } = this.backend.ops
    this.gauge = new Gauge(options)
    const { electron, node } = process.versions
    this.about = { name: electron ? 'Electron as Node' : 'Node', version: electron ?? node, kernel: name, threads }
  }

  dispose(): void {
    this.backend.dispose()
    this.gauge.dispose()
  }

  work(request: Exclude<Request, ThreadRequest | RecordRequest | VisitRequest>): Burst {
    switch (request.work) {
      case 'train': return this.train(request.network, request.seconds, request.steps)
      case 'predict': return this.predict(request.network, request.seconds)
      case 'evaluate': return this.evaluate(request.network, request.seconds)
      case 'loop': return this.loop(request.network, request.iterations)
      case 'product': return this.gauge.product(request.product, request.seconds)
      case 'peak': return this.gauge.peak(request.seconds)
      case 'profile': return profile(request.network, { dataset: this.dataset, options: this.options, seconds: request.seconds })
    }
  }

  private train(network: Network, seconds: number, steps?: number): Burst {
    const trainer = this.trainer(network)
    const losses = new Losses()
    const burst = repeat({ seconds, ...steps === undefined ? {} : { steps }, each: network.batchSize }, () => losses.add(trainer.learn()))
    return { ...burst, loss: losses.mean }
  }

  private predict(network: Network, seconds: number): Burst {
    const { dataset: { test }, backend: { ops } } = this
    const model = this.predictor ??= this.modelOfOne(network)
    const index = new Uint32Array(1)
    return repeat({ seconds, each: 1 }, () => {
      index[0] = (index[0]! + 1) % test.count
      fillImages(model.input.value, test, index, 0, 1)
      model.predict(ops)
      predictedClass(model.out.value)
    })
  }

  private evaluate(network: Network, seconds: number): Burst {
    const evaluator = this.evaluator(network)
    const { count } = this.dataset.test
    let accuracy = NaN
    const burst = repeat({ seconds, each: count }, () => { accuracy = evaluated(evaluator, { test: Infinity }) })
    return { ...burst, accuracy }
  }

  private loop(network: Network, iterations: number): Burst {
    const trainer = this.trainer(network)
    const evaluator = this.evaluator(network)
    const losses = new Losses()
    trainer.rewind()
    const watch = new Watch()
    let accuracy = NaN
    for (let i = 0; i < iterations; i++) {
      losses.add(trainer.learn())
      if (i % trainer.stepsPerEpoch === 0) accuracy = evaluated(evaluator, wholeSize)
    }
    return { count: iterations * network.batchSize, steps: iterations, ...watch.read(), loss: losses.mean, accuracy }
  }

  private trainer(network: Network): Trainer {
    return kept(this.trainers, network, () => new Trainer(configOf(network), this.dataset, { ops: this.backend.ops }))
  }

  private evaluator(network: Network): Evaluator {
    return kept(this.evaluators, network, () => this.trainer(network).createEvaluator())
  }

  private modelOfOne(network: Network): Model {
    const { ops } = this.backend
    const { model: shared } = this.trainer(network)
    return buildModel(shared.architecture, { rows: 1, arena: ops.arena(), shared })
  }
}

/** Accuracy on the test images. */
function evaluated(evaluator: Evaluator, size: EvaluationSize): number {
  evaluator.begin(size)
  for (;;) {
    const evaluation = evaluator.advance()
    if (evaluation) return evaluation.test.accuracy
  }
}

function kept<T>(all: Map<string, T>, network: Network, make: () => T): T {
  const key = JSON.stringify(network)
  const known = all.get(key) ?? make()
  all.set(key, known)
  return known
}
