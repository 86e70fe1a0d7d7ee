import { loadMnist } from '@files'
import { answer, Losses, repeat, Watch } from '../answer'
import type { Network } from '../cases'
import type { Burst, Request } from '../child'
import { Digits, peerPackage } from './digits'

// TensorFlow.js on its WASM backend, using its core operations: `tfjs.mjs MNIST PEERS`. In Node it has one thread.

interface Value { readonly shape: readonly number[], dataSync(): Float32Array | Int32Array, dispose(): void }
type Weights = readonly (readonly [W: Value, b: Value])[]
/** The part of @tensorflow/tfjs that is used here. */
interface Tf {
  readonly version_core: string
  ready(): Promise<void>
  setBackend(name: string): Promise<boolean>
  tidy<T>(work: () => T): T
  tensor2d(values: Float32Array, shape: readonly number[]): Value
  tensor1d(values: Int32Array, type: 'int32'): Value
  randomNormal(shape: readonly number[], mean: number, deviation: number, type: 'float32', seed: number): Value
  zeros(shape: readonly number[]): Value
  variable(value: Value): Value
  matMul(a: Value, b: Value): Value
  add(a: Value, b: Value): Value
  relu(x: Value): Value
  argMax(x: Value, axis: number): Value
  oneHot(t: Value, classes: number): Value
  gather(x: Value, indices: Value): Value
  readonly losses: { softmaxCrossEntropy(t: Value, scores: Value): Value }
  readonly train: Readonly<Record<'sgd' | 'adam', (learningRate: number) => { minimize(work: () => Value, wanted: true): Value }>>
}

class TfjsRunner {
  private readonly models = new Map<string, { readonly weights: Weights, learn(): number }>()
  private readonly test: Value

  constructor(private readonly tf: Tf, private readonly digits: Digits) {
    this.test = tf.tensor2d(digits.test, [digits.dataset.test.count, 784])
  }

  work(request: Request): Burst {
    if (!('network' in request) || !(request.work === 'train' || request.work === 'predict' || request.work === 'evaluate' || request.work === 'loop')) throw new Error(`no ${request.work} here`)
    const { network } = request
    if (request.work === 'loop') return this.loop(network, request.iterations)
    const model = this.model(network)
    const { seconds } = request
    if (request.work === 'predict') {
      let at = 0
      return repeat({ seconds, each: 1 }, () => { this.classes(model.weights, this.digits.image('test', at = (at + 1) % 10_000)) })
    }
    if (request.work === 'evaluate') {
      let accuracy = NaN
      const burst = repeat({ seconds, each: 10_000 }, () => { accuracy = this.accuracy(model.weights) })
      return { ...burst, accuracy }
    }
    const losses = new Losses()
    const burst = repeat({ seconds, steps: request.steps ?? 1, each: network.batchSize }, () => losses.add(model.learn()))
    return { ...burst, loss: losses.mean }
  }

  private loop(network: Network, iterations: number): Burst {
    const { weights, learn } = this.create(network)
    const losses = new Losses()
    const watch = new Watch()
    let accuracy = NaN
    for (let i = 0; i < iterations; i++) {
      losses.add(learn())
      if (i % 600 !== 0) continue
      for (let at = 0; at < 60_000; at += 10_000) this.classes(weights, this.digits.train.subarray(784 * at, 784 * (at + 10_000)))
      accuracy = this.accuracy(weights)
    }
    return { count: iterations * network.batchSize, steps: iterations, ...watch.read(), loss: losses.mean, accuracy }
  }

  private model(network: Network): ReturnType<TfjsRunner['create']> {
    const key = JSON.stringify(network)
    const model = this.models.get(key) ?? this.create(network)
    this.models.set(key, model)
    return model
  }

  private create({ layers, batchSize, optimizer, learningRate }: Network) {
    const { tf, digits } = this
    const weights: Weights = layers.slice(1).map((M, i) => {
      const D = layers[i]!
      return [tf.variable(tf.randomNormal([D, M], 0, Math.sqrt(2 / D), 'float32', i + 1)), tf.variable(tf.zeros([M]))]
    })
    const steps = tf.train[optimizer](learningRate)
    const images = new Float32Array(batchSize * 784)
    const labels = new Int32Array(batchSize)
    const learn = (): number => tf.tidy(() => {
      for (let n = 0; n < batchSize; n++) {
        const index = digits.any()
        images.set(digits.image('train', index), 784 * n)
        labels[n] = digits.dataset.train.labels[index]!
      }
      const x = tf.tensor2d(images, [batchSize, 784])
      const t = tf.oneHot(tf.tensor1d(labels, 'int32'), 10)
      return steps.minimize(() => tf.losses.softmaxCrossEntropy(t, this.scores(weights, x)), true).dataSync()[0]!
    })
    return { weights, learn }
  }

  private scores(weights: Weights, x: Value): Value {
    const { tf } = this
    return weights.reduce((x, [W, b], i) => {
      const out = tf.add(tf.matMul(x, W), b)
      return i < weights.length - 1 ? tf.relu(out) : out
    }, x)
  }

  private classes(weights: Weights, images: Float32Array): ArrayLike<number> {
    const { tf } = this
    return tf.tidy(() => tf.argMax(this.scores(weights, tf.tensor2d(images, [images.length / 784, 784])), 1).dataSync())
  }

  private accuracy(weights: Weights): number {
    const { tf, digits: { dataset: { test: { labels } } } } = this
    const found = tf.tidy(() => tf.argMax(this.scores(weights, this.test), 1).dataSync())
    return labels.filter((label, n) => found[n] === label).length / labels.length
  }
}

const [folder = '', packages = ''] = process.argv.slice(2)
const tf = peerPackage(packages, '@tensorflow/tfjs') as Tf
peerPackage(packages, '@tensorflow/tfjs-backend-wasm')
await tf.setBackend('wasm')
await tf.ready()
const runner = new TfjsRunner(tf, new Digits(await loadMnist(folder)))
await answer({ name: 'tfjs-wasm', version: tf.version_core, kernel: 'XNNPACK', threads: 1 }, request => runner.work(request))
