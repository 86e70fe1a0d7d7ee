import { activations, architectureOn, checkBatch, checkEnds, checkNetwork, checkPerceptron, checkPerceptronEnds, checkRunConfig, ConfigError, type DatasetInfo, defaultConfig, expand, inits, inputSize, LabError, learnedCount, limits, lossDefinition, losses, type LossName, mnist, nearest, type NetworkSpec, optimizerDefinition, optimizers, type OptimizerSpec, ownError, parseLayers, plainText, type Position, readNumber, type RunConfig, sizesOf, startPosition, stepAtEpoch } from '@core'
import type { CommandEnvironment } from './command'
import type { Arguments } from './flags'
import type { Terminal } from './terminal'

const flagOf: Readonly<Record<string, string>> = {
  'config.layers': 'layers', 'config.parameters': 'layers', 'config.ends': 'layers', 'config.activation': 'activation', 'config.init': 'init',
  'config.optimizer': 'optimizer', 'config.learningRate': 'learning-rate', 'config.batchSize': 'batch-size', 'config.seed': 'seed',
  'config.weightDecay': 'weight-decay', 'config.orderSeed': 'order-seed', 'config.validation': 'validation', 'config.rate': 'momentum', 'network.batchSize': 'batch-size',
}

/** The value of a numeric flag, or the reason why it is invalid. */
export function numberOf(text: string, { whole = false }: { whole?: boolean } = {}): number | LabError {
  try { return readNumber(text, { whole }) }
  catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    return cause
  }
}

/** The keyword that a flag's text stands for: in letters of any case, full-width ones too. */
export function wordOf<T extends string>(text: string, allowed: readonly T[]): T | undefined {
  const typed = plainText(text).text.trim().toLowerCase()
  return allowed.find(word => word.toLowerCase() === typed)
}

/** Splits a list of sizes at commas, spaces or semicolons; brackets are optional. */
const splitSizes = (text: string): readonly string[] => plainText(text).text.trim().replace(/^\[(.*)\]$/, '$1').trim().split(/ *[,;] *| +/)

/**
 * The settings of the flags, with defaults for the others.
 * @param dataset to learn, which decides the numbers of inputs and classes
 * @throws LabError cli.value naming the flag, what it accepts and what was found
 */
export function configOfFlags({ flags }: Arguments, dataset: DatasetInfo, terminal: Terminal): RunConfig {
  const causes = new Map<string, LabError>()
  const read = (name: string, text: string, whole: boolean): unknown => {
    const value = numberOf(text, { whole })
    if (typeof value === 'number') return value
    causes.set(name, value)
    return text // checkRunConfig reports it
  }
  const number = (name: string, fallback: number, whole = true): unknown => flags.has(name) ? read(name, flags.get(name)!, whole) : fallback
  const word = (name: string, allowed: readonly string[]): string | undefined => wordOf(flags.get(name) ?? '', allowed) ?? flags.get(name) // checkRunConfig reports an unknown one
  try {
    const kind = word('optimizer', optimizers) ?? defaultConfig.optimizer.kind
    const config = checkRunConfig({
      dataset: dataset.id,
      network: networkOfFlags(flags, dataset, (size: string) => read('layers', size, true)),
      init: word('init', inits) ?? defaultConfig.init,
      optimizer: {
        kind, learningRate: number('learning-rate', usualRateOf(kind), false),
        ...flags.has('momentum') && { momentum: number('momentum', 0, false) },
      },
      weightDecay: number('weight-decay', defaultConfig.weightDecay, false),
      batchSize: number('batch-size', defaultConfig.batchSize),
      seed: number('seed', defaultConfig.seed),
      ...flags.has('order-seed') && { orderSeed: number('order-seed', 0) },
      validation: number('validation', defaultConfig.validation, false),
    })
    checkEnds(config.network, dataset)
    checkBatch(config.network, config.batchSize)
    checkMomentum(flags, config.optimizer)
    return config
  }
  catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    const flag = cause.code === 'config.parameters' && flags.has('network') ? 'network' : flagOf[cause.code]
    if (cause.code.startsWith('network.')) throw new ConfigError(cause.code, cause.message, { ...cause.details, flag: `--${flag ?? 'network'}` }, { cause })
    if (flag === undefined) throw cause
    const given = flags.get(flag) ?? ''
    const found = String(cause.details['found'] ?? given).replace(/^"(.*)"$/, '$1')
    const among = flag === 'layers' && !found.startsWith('[') && found !== given // one size in the list is invalid, not the whole list
    const allowed = cause.details['allowed']
    throw wrongValue(flag, terminal.text(`wanted.${cause.code.slice('config.'.length)}`, cause.details), among ? `${found} (${given})` : given, {
      cause: among ? undefined : causes.get(flag), suggestion: typeof allowed === 'string' ? nearest(given, allowed.split(', ')) : flag === 'layers' ? withCommas(given) : undefined,
    })
  }
}

/** The usual learning rate of an optimizer; of one that does not exist, which the check will name, the default. */
function usualRateOf(word: string): number {
  const kind = optimizers.find(kind => kind === word)
  return kind === undefined ? defaultConfig.optimizer.learningRate : optimizerDefinition(kind).usualLearningRate
}

/** The network of `--network` and `--loss`, or of `--layers` and `--activation`. @throws ConfigError, LabError cli.conflict */
function networkOfFlags(flags: ReadonlyMap<string, string>, dataset: DatasetInfo, read: (size: string) => unknown): NetworkSpec {
  const text = flags.get('network')
  const loss = lossOfFlags(flags)
  if (text !== undefined) {
    const short = ['layers', 'activation'].find(name => flags.has(name))
    if (short !== undefined) throw new LabError('cli.conflict', `--network with --${short}`, { flag: '--network', found: `--${short}` })
    return checkNetwork({ layers: parseLayers(text), loss })
  }
  const sizes = flags.get('layers')
  const given = flags.get('activation')
  const perceptron = checkPerceptron({
    layers: sizes === undefined ? defaultLayers(dataset) : splitSizes(sizes).map(read),
    activation: given === undefined ? 'relu' : wordOf(given, activations) ?? given, // checkPerceptron reports an unknown one
  })
  checkPerceptronEnds(perceptron, dataset)
  return { layers: expand(perceptron).layers, loss }
}

/** @throws LabError cli.needs when the optimizer has no momentum */
function checkMomentum(flags: ReadonlyMap<string, string>, { kind }: OptimizerSpec): void {
  if (flags.has('momentum') && !optimizerDefinition(kind).rates.some(({ name }) => name === 'momentum'))
    throw new LabError('cli.needs', `--momentum with --optimizer ${kind}`, { flag: '--momentum', wanted: '--optimizer momentum' })
}

/** 'softmax' or 'identity' */
function lossOfFlags(flags: ReadonlyMap<string, string>): LossName {
  const given = flags.get('loss')
  if (given === undefined) return defaultConfig.network.loss
  const words = losses.map(loss => lossDefinition(loss).word)
  const word = wordOf(given, words)
  const loss = losses.find(loss => lossDefinition(loss).word === word)
  if (loss === undefined) throw wrongValue('loss', words.join(', '), given, { suggestion: /squared|mse/i.test(given) ? lossDefinition('identityWithLoss').word : nearest(given, words) })
  return loss
}

/** The default network's hidden layers between a dataset's inputs and classes. */
const defaultLayers = (dataset: DatasetInfo): readonly number[] => [inputSize(dataset), ...sizesOf(architectureOn(defaultConfig.network, dataset)).slice(1, -1), dataset.classes.length]

/** The dataset of `--dataset`: an id or a name. @throws LabError dataset.unknown, dataset.vanished, dataset.changed */
export async function datasetOfFlags({ flags }: Arguments, { datasets }: CommandEnvironment): Promise<DatasetInfo> {
  try { return await datasets.find(plainText(flags.get('dataset') ?? mnist.id).text.trim()) }
  catch (cause) {
    const { code, message, details } = ownError(cause)
    throw new LabError(code, message, { ...details, flag: '--dataset' })
  }
}

/** Corrects 784-50-10 and 784x50x10 to the flag's notation. */
function withCommas(given: string): string | undefined {
  const sizes = plainText(given).text.split(/ *(?:->|[-x*→>]) */i)
  return sizes.length > 1 && sizes.every(size => /^\d+$/.test(size)) ? sizes.join(',') : undefined
}

/** The value of an integer flag. @throws LabError cli.value */
export function countOf({ flags }: Pick<Arguments, 'flags'>, name: string, { min = 1, max, fallback }: { min?: number, max: number, fallback: number }, terminal: Terminal): number {
  const given = flags.get(name)
  if (given === undefined) return fallback
  const value = numberOf(given, { whole: true })
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw wrongValue(name, terminal.text('wanted.count', { min, max }), given, { cause: value })
}

/** The value of a flag with a fixed set of keywords. @throws LabError cli.value */
export function choiceOf<T extends string>({ flags }: Pick<Arguments, 'flags'>, name: string, allowed: readonly T[], fallback: T): T {
  const given = flags.get(name) ?? fallback
  const choice = wordOf(given, allowed)
  if (choice === undefined) throw wrongValue(name, allowed.join(', '), given, { suggestion: nearest(given, allowed) })
  return choice
}

/** @param why cause: why it is invalid; suggestion: what was probably meant */
export const wrongValue = (name: string, wanted: string, found: string, { cause, suggestion }: { cause?: unknown, suggestion?: string | undefined } = {}): LabError =>
  new LabError('cli.value', `--${name}: wanted ${wanted}, found ${found}`, { flag: `--${name}`, wanted, found, ...suggestion === undefined ? {} : { suggestion } }, { cause })

/** Where a training stands when it is to learn for a number of mini-batches or epochs in all. */
export interface TrainingStand {
  readonly config: RunConfig
  readonly dataset: Pick<DatasetInfo, 'counts'>
  /** Left out: the beginning */
  readonly position?: Position
  /** Mini-batches in all without a flag */
  readonly iterations: number
}

/**
 * Number of mini-batches in all: from `--iterations`, or from `--epochs` over the images that are learned from.
 * @throws LabError cli.value, cli.conflict
 */
export function iterationsOf(args: Arguments, { config: { batchSize, validation }, dataset: { counts: { train } }, position = startPosition, iterations }: TrainingStand, terminal: Terminal): number {
  if (args.flags.has('iterations') && args.flags.has('epochs'))
    throw new LabError('cli.conflict', '--iterations and --epochs exclude each other', { flag: '--iterations', found: '--epochs' })
  if (!args.flags.has('epochs')) return countOf(args, 'iterations', { max: limits.iterations, fallback: iterations }, terminal)
  const size = { count: learnedCount(train, validation), batchSize }
  const epochs = countOf(args, 'epochs', { max: Math.floor(limits.iterations / stepAtEpoch(startPosition, 1, size)), fallback: 1 }, terminal)
  return stepAtEpoch(position, epochs, size)
}
