import { loadMnist } from '@files'
import { answer, Losses, Watch } from '../answer'
import type { Network } from '../cases'
import type { Burst, Request } from '../child'
import { Digits, peerPackage } from './digits'

// ConvNetJS, a JavaScript library of 2014 that many lessons still use: `convnet.mjs MNIST PEERS`. It learns one image at a time.

interface Volume { readonly w: Float64Array | number[] }
interface Layer { readonly layer_type: string, readonly filters?: readonly Volume[], readonly num_inputs: number }
interface Net { readonly layers: readonly Layer[], makeLayers(layers: readonly object[]): void, forward(x: Volume): Volume, getPrediction(): number }
interface ConvNet {
  readonly Net: new () => Net
  readonly Vol: new (sx: number, sy: number, depth: number, fill: number) => Volume
  readonly Trainer: new (net: Net, options: object) => { train(x: Volume, label: number): { readonly cost_loss: number } }
}

class ConvNetRunner {
  private readonly models = new Map<string, ReturnType<ConvNetRunner['create']>>()
  private readonly x: Volume
  constructor(private readonly convnet: ConvNet, private readonly digits: Digits) {
    this.x = new convnet.Vol(1, 1, 784, 0)
  }

  work(request: Request): Burst {
    if (!('network' in request) || request.work === 'profile' || request.work === 'thread') throw new Error(`no ${request.work} here`)
    const { network } = request
    const model = request.work === 'loop' ? this.create(network) : this.models.get(JSON.stringify(network)) ?? this.create(network)
    this.models.set(JSON.stringify(network), model)
    if (request.work === 'loop') return this.loop(model, request.iterations)
    const watch = new Watch(request.seconds)
    if (request.work === 'train') return this.train(model, watch, request.steps ?? 1)
    const { test } = this.digits.dataset
    let [done, right] = [0, 0]
    do {
      const index = done++ % test.count
      if (model.predict(this.digits.image('test', index)) === test.labels[index]) right++
    } while (!watch.up)
    return { count: done, steps: request.work === 'predict' ? done : done / test.count, ...watch.read(), accuracy: right / done }
  }

  private train({ learn, batchSize }: ReturnType<ConvNetRunner['create']>, watch: Watch, steps: number): Burst {
    const losses = new Losses()
    let done = 0
    do { losses.add(learn()); done++ } while (!watch.up || done < steps)
    return { count: done * batchSize, steps: done, ...watch.read(), loss: losses.mean }
  }

  private loop({ learn, predict, batchSize }: ReturnType<ConvNetRunner['create']>, iterations: number): Burst {
    const { digits } = this
    const losses = new Losses()
    const watch = new Watch()
    let accuracy = NaN
    for (let i = 0; i < iterations; i++) {
      losses.add(learn())
      if (i % 600 !== 0) continue
      for (let n = 0; n < 60_000; n++) predict(digits.image('train', n))
      accuracy = digits.dataset.test.labels.filter((label, n) => predict(digits.image('test', n)) === label).length / 10_000
    }
    return { count: iterations * batchSize, steps: iterations, ...watch.read(), loss: losses.mean, accuracy }
  }

  private create({ layers, batchSize, optimizer, learningRate }: Network) {
    const { convnet, digits, x } = this
    const net = new convnet.Net()
    net.makeLayers([
      { type: 'input', out_sx: 1, out_sy: 1, out_depth: layers[0] },
      ...layers.slice(1, -1).map(num_neurons => ({ type: 'fc', num_neurons, activation: 'relu', bias_pref: 0 })),
      { type: 'softmax', num_classes: layers.at(-1), bias_pref: 0 },
    ])
    // It initializes with a deviation of √(1/n); He's is √(2/n).
    for (const { filters = [] } of net.layers) for (const { w } of filters) for (let i = 0; i < w.length; i++) w[i]! *= Math.SQRT2
    const trainer = new convnet.Trainer(net, { method: optimizer, learning_rate: learningRate, batch_size: batchSize, momentum: 0, l2_decay: 0, beta1: 0.9, beta2: 0.999, eps: 1e-7 })
    const take = (image: Float32Array): Volume => {
      for (let d = 0; d < image.length; d++) x.w[d] = image[d]!
      return x
    }
    const learn = (): number => {
      let sum = 0
      for (let n = 0; n < batchSize; n++) {
        const index = digits.any()
        sum += trainer.train(take(digits.image('train', index)), digits.dataset.train.labels[index]!).cost_loss
      }
      return sum / batchSize
    }
    const predict = (image: Float32Array): number => {
      net.forward(take(image))
      return net.getPrediction()
    }
    return { learn, predict, batchSize }
  }
}

const [folder = '', packages = ''] = process.argv.slice(2)
const convnet = peerPackage(packages, 'convnetjs') as ConvNet
const { version } = peerPackage(packages, 'convnetjs/package.json') as { readonly version: string }
const runner = new ConvNetRunner(convnet, new Digits(await loadMnist(folder)))
await answer({ name: 'ConvNetJS', version, kernel: null, threads: 1 }, request => runner.work(request))
