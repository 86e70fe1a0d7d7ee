import { checkRunConfig, type Dataset, type InitialWeights, type LossName, type Ops, optimizerSpec, type OptimizerName, parseLayers, Random, type RuleId, type RunConfig, savedTensors, Trainer } from '@core'
import { fashionData, mnistData, undivided, withShuffledLabels, withTrain } from './planted-datasets'

/** A run that is healthy, or has one planted fault. */
export interface DiagnosedRun {
  readonly name: string
  /** Rules that name its fault, decided before any result was seen; empty: it is healthy */
  readonly names: readonly RuleId[]
  /** Step from which the fault shows */
  readonly shows: number
  readonly steps: number
  build(seed: number, ops: Ops): Trainer
}

interface Settings {
  readonly network?: string
  readonly loss?: LossName
  readonly init?: RunConfig['init']
  readonly optimizer?: OptimizerName
  readonly rate?: number
  readonly batch?: number
  readonly decay?: number
}

/** Changes a weight at the start. @param path 'affine1.W' */
type Planted = (value: number, path: string, random: Random) => number

const configOf = (dataset: Dataset, seed: number, { network = 'affine 50, relu, affine 10', loss = 'softmaxWithLoss', init = 'he', optimizer = 'sgd', rate, batch = 100, decay = 0 }: Settings): RunConfig =>
  checkRunConfig({ version: 2, dataset: dataset.info.id, network: { layers: parseLayers(network), loss }, init, optimizer: optimizerSpec(optimizer, rate), weightDecay: decay, batchSize: batch, seed, validation: 0 })

function build(dataset: Dataset, seed: number, ops: Ops, settings: Settings, planted?: Planted): Trainer {
  const config = configOf(dataset, seed, settings)
  const trainer = new Trainer(config, dataset, { ops })
  if (!planted) return trainer
  const random = new Random(seed)
  const tensors = savedTensors(trainer.model).map(({ path, tensor: { data } }) => ({ path, data: Float32Array.from(data, value => planted(value, path, random)) }))
  trainer.dispose()
  const weights: InitialWeights = { step: 0, tensors, classes: dataset.info.classes }
  return new Trainer(config, dataset, { ops, weights })
}

const repeated = (layers: string, times: number): string => Array.from({ length: times }, () => layers).join(', ')
const isWeight = (path: string): boolean => path.endsWith('.W')

/** Every run, healthy ones first. */
export async function diagnosedRuns(): Promise<readonly DiagnosedRun[]> {
  const mnist = await mnistData()
  const fashion = fashionData(mnist)
  const healthy = (name: string, settings: Settings, { steps = 3000, dataset = mnist }: { steps?: number, dataset?: Dataset } = {}): DiagnosedRun =>
    ({ name, names: [], shows: 0, steps, build: (seed, ops) => build(dataset, seed, ops, settings) })
  const planted = (name: string, names: readonly RuleId[], settings: Settings, { steps = 1500, shows = 0, dataset = () => mnist, weights }: { steps?: number, shows?: number, dataset?: (seed: number) => Dataset, weights?: Planted } = {}): DiagnosedRun =>
    ({ name, names, shows, steps, build: (seed, ops) => build(dataset(seed), seed, ops, settings, weights) })
  // A large rate is named by its updates while they happen. A few steps later they are small again, since the damage is done: then what it
  // left behind is named, dead units or saturation, with the rate as their cause. Steps 1 to 10 are observed, so the cause comes first.
  const tooLarge: readonly RuleId[] = ['stepTooLarge', 'exploding', 'notFinite', 'deadUnits', 'saturation']
  const undividedMnist = undivided(mnist)
  const withoutFour = withTrain(mnist, label => label !== 4)
  const fewFours = withTrain(mnist, (label, before) => label !== 4 || before < 20)
  const fiveHundred = withTrain(mnist, (_, before) => before < 50)
  return [
    healthy('784-50-10 relu, σ 0.01', { init: 'small' }),
    healthy('784-50-10 relu, Xavier', { init: 'xavier' }),
    healthy('784-50-10 relu, He', {}, { steps: 10_000 }),
    healthy('784-50-10 relu, He, lr 0.5', { rate: 0.5 }, { steps: 10_000 }),
    healthy('784-50-10 sigmoid, σ 0.01', { network: 'affine 50, sigmoid, affine 10', init: 'small' }),
    healthy('784-50-10 sigmoid, Xavier', { network: 'affine 50, sigmoid, affine 10', init: 'xavier' }),
    healthy('784-50-10 tanh, Xavier', { network: 'affine 50, tanh, affine 10', init: 'xavier' }),
    healthy('784-50-10 momentum', { optimizer: 'momentum' }),
    healthy('784-50-10 AdaGrad', { optimizer: 'adagrad' }),
    healthy('784-50-10 RMSProp', { optimizer: 'rmsprop' }),
    healthy('784-50-10 Adam', { optimizer: 'adam' }),
    healthy('784-50-10 Adam, σ 0.01', { optimizer: 'adam', init: 'small' }),
    healthy('784-50-10, weight decay 1e-4', { decay: 1e-4 }),
    healthy('784-100-BN-ReLU-dropout', { network: 'affine 100, batchNormalization, relu, dropout 0.2, affine 10', optimizer: 'adam' }),
    healthy('784-512-512 Adam', { network: 'affine 512, relu, affine 512, relu, affine 10', optimizer: 'adam' }, { steps: 1200 }),
    healthy('five hidden of 50, He', { network: `${repeated('affine 50, relu', 5)}, affine 10` }),
    healthy('eight hidden of 100, He, Adam', { network: `${repeated('affine 100, relu', 8)}, affine 10`, optimizer: 'adam' }, { steps: 2000 }),
    healthy('784-50-10, identity, Adam', { loss: 'identityWithLoss', optimizer: 'adam' }),
    healthy('784-50-10, batch 10', { batch: 10, rate: 0.05 }, { steps: 6000 }),
    ...fashion
      ? [
          healthy('Fashion 784-50-10, He', {}, { dataset: fashion }),
          healthy('Fashion 784-100-10, Adam', { network: 'affine 100, relu, affine 10', optimizer: 'adam' }, { dataset: fashion }),
        ]
      : [],
    planted('four sigmoid layers, σ 0.01', ['vanishing', 'startVariance'], { network: `${repeated('affine 50, sigmoid', 4)}, affine 10`, init: 'small' }),
    planted('five sigmoid layers, σ 0.01', ['vanishing', 'startVariance'], { network: `${repeated('affine 100, sigmoid', 5)}, affine 10`, init: 'small' }),
    planted('eight sigmoid layers, Xavier', ['vanishing', 'startVariance'], { network: `${repeated('affine 50, sigmoid', 8)}, affine 10`, init: 'xavier' }),
    planted('five ReLU layers, σ 0.01', ['vanishing', 'startVariance'], { network: `${repeated('affine 100, relu', 5)}, affine 10`, init: 'small' }),
    planted('lr 3', tooLarge, { rate: 3 }),
    planted('lr 10', tooLarge, { rate: 10 }),
    planted('lr 30', tooLarge, { rate: 30 }),
    planted('sigmoid, lr 30', tooLarge, { network: 'affine 50, sigmoid, affine 10', init: 'xavier', rate: 30 }),
    planted('momentum, lr 1', tooLarge, { optimizer: 'momentum', rate: 1 }),
    planted('Adam, lr 0.3', tooLarge, { optimizer: 'adam', rate: 0.3 }),
    planted('identity, lr 5', tooLarge, { loss: 'identityWithLoss', rate: 5 }),
    planted('batch 1, lr 1', tooLarge, { batch: 1, rate: 1 }),
    planted('weight decay 1', ['tooMuchDecay'], { decay: 1 }),
    planted('momentum, weight decay 1', ['tooMuchDecay'], { optimizer: 'momentum', decay: 1 }),
    planted('three sigmoid layers, σ 0.01', ['vanishing', 'startVariance'], { network: `${repeated('affine 50, sigmoid', 3)}, affine 10`, init: 'small' }),
    planted('lr 1e-5', ['stepTooSmall'], { rate: 1e-5 }),
    planted('Adam, lr 1e-7', ['stepTooSmall'], { optimizer: 'adam', rate: 1e-7 }),
    planted('zero weights', ['equalUnits'], {}, { weights: () => 0 }),
    planted('all weights equal', ['equalUnits'], {}, { weights: (_, path) => isWeight(path) ? 0.05 : 0 }),
    planted('shuffled labels', ['guessing'], {}, { steps: 2000, shows: 600, dataset: seed => withShuffledLabels(mnist, seed) }),
    planted('no image of a 4', ['missingClass'], {}, { dataset: () => withoutFour }),
    planted('twenty images of a 4', ['sleepingClass'], {}, { steps: 2000, dataset: () => fewFours }),
    planted('biases −10', ['deadUnits'], {}, { weights: (value, path) => path === 'affine1.b' ? -10 : value }),
    planted('inputs not divided by 255', ['inputScale'], {}, { dataset: () => undividedMnist }),
    planted('weights ten times as large', ['startLoss', 'startVariance'], {}, { weights: (value, path) => isWeight(path) ? 10 * value : value }),
    planted('saturated tanh', ['saturation'], { network: `${repeated('affine 100, tanh', 3)}, affine 10`, init: 'xavier' }, { weights: (value, path, random) => isWeight(path) ? random.normal() : value }),
    planted('saturated sigmoid', ['saturation'], { network: `${repeated('affine 100, sigmoid', 2)}, affine 10`, init: 'xavier' }, { weights: (value, path, random) => isWeight(path) ? 2 * random.normal() : value }),
    planted('dropout 0.95', ['tooMuchDropout'], { network: 'affine 100, relu, dropout 0.95, affine 10' }),
    planted('dropout 0.95 twice', ['tooMuchDropout'], { network: `${repeated('affine 50, relu, dropout 0.95', 2)}, affine 10` }),
    planted('500 images, batch 10, 60 epochs', ['overfitting'], { batch: 10 }, { steps: 3000, shows: 500, dataset: () => fiveHundred }),
    planted('500 images, batch 100, 60 epochs', ['overfitting'], { rate: 0.5 }, { steps: 300, dataset: () => fiveHundred }),
    planted('500 images, 784-512-512 Adam, 60 epochs', ['overfitting'], { network: 'affine 512, relu, affine 512, relu, affine 10', optimizer: 'adam' }, { steps: 300, dataset: () => fiveHundred }),
  ]
}
