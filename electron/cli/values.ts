import { ConfigError, defaultConfig, LabError, limits, type RunConfig, checkEnds, checkRunConfig } from '@core'
import type { Arguments } from './flags'
import type { Terminal } from './terminal'

/** What MNIST's networks begin and end with: known before the dataset is read. */
export const mnistEnds = { id: 'mnist', rows: 28, columns: 28, classes: 10 } as const

const flagOf: Readonly<Record<string, string>> = {
  'config.layers': 'layers', 'config.parameters': 'layers', 'config.ends': 'layers', 'config.activation': 'activation', 'config.init': 'init',
  'config.optimizer': 'optimizer', 'config.learningRate': 'learning-rate', 'config.batchSize': 'batch-size', 'config.seed': 'seed', 'config.dataset': 'dataset',
}

/** A number as people write it, else the text itself: the check that follows names it. */
export const numberOf = (text: string): number | string => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text

/**
 * The settings that the flags give, over the default ones.
 * @throws LabError cli.value naming the flag, what it takes and what was found
 */
export function configOfFlags({ flags }: Arguments, terminal: Terminal): RunConfig {
  const number = (name: string, fallback: number): unknown => flags.has(name) ? numberOf(flags.get(name)!) : fallback
  try {
    const config = checkRunConfig({
      dataset: flags.get('dataset') ?? defaultConfig.dataset,
      layers: flags.get('layers')?.split(',').map(size => numberOf(size.trim())) ?? defaultConfig.layers,
      activation: flags.get('activation') ?? defaultConfig.activation,
      init: flags.get('init') ?? defaultConfig.init,
      optimizer: flags.get('optimizer') ?? defaultConfig.optimizer,
      learningRate: number('learning-rate', defaultConfig.learningRate),
      batchSize: number('batch-size', defaultConfig.batchSize),
      seed: number('seed', defaultConfig.seed),
    })
    checkEnds(config, mnistEnds)
    return config
  }
  catch (cause) {
    const flag = cause instanceof ConfigError ? flagOf[cause.code] : undefined
    if (!(cause instanceof ConfigError) || flag === undefined) throw cause
    const given = flags.get(flag) ?? ''
    const found = String(cause.details['found'] ?? given).replace(/^"(.*)"$/, '$1')
    const among = flag === 'layers' && !found.startsWith('[') && found !== given // one size among several, not the whole list
    throw wrongValue(flag, terminal.text(`wanted.${cause.code.slice('config.'.length)}`, cause.details), among ? `${found} (${given})` : given)
  }
}

/** A whole number. @throws LabError cli.value */
export function countOf({ flags }: Arguments, name: string, { min = 1, max, fallback }: { min?: number, max: number, fallback: number }, terminal: Terminal): number {
  const given = flags.get(name)
  if (given === undefined) return fallback
  const value = numberOf(given)
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw wrongValue(name, terminal.text('wanted.count', { min, max }), given)
}

/** One of a few words. @throws LabError cli.value */
export function choiceOf<T extends string>({ flags }: Arguments, name: string, allowed: readonly T[], fallback: T): T {
  const given = flags.get(name) ?? fallback
  const choice = allowed.find(word => word === given)
  if (choice === undefined) throw wrongValue(name, allowed.join(', '), given)
  return choice
}

export const wrongValue = (name: string, wanted: string, found: string): LabError =>
  new LabError('cli.value', `--${name}: wanted ${wanted}, found ${found}`, { flag: `--${name}`, wanted, found })

/**
 * How many mini-batches to learn: `--iterations`, or `--epochs` of the training images.
 * @throws LabError cli.value, cli.conflict
 */
export function iterationsOf(args: Arguments, { batchSize }: RunConfig, terminal: Terminal): number {
  if (args.flags.has('iterations') && args.flags.has('epochs'))
    throw new LabError('cli.conflict', '--iterations and --epochs exclude each other', { flag: '--iterations', found: '--epochs' })
  if (!args.flags.has('epochs')) return countOf(args, 'iterations', { max: limits.iterations, fallback: 10_000 }, terminal)
  const stepsPerEpoch = Math.ceil(60_000 / batchSize)
  return countOf(args, 'epochs', { max: Math.floor(limits.iterations / stepsPerEpoch), fallback: 1 }, terminal) * stepsPerEpoch
}
