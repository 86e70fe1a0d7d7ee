import { activations, checkEnds, checkRunConfig, ConfigError, defaultConfig, inits, LabError, limits, nearest, optimizers, plainText, readNumber, type RunConfig } from '@core'
import type { Arguments } from './flags'
import type { Terminal } from './terminal'

/** Input shape and classes of MNIST's networks, to check flags before the dataset is read. */
export const mnistSizes = { id: 'mnist', rows: 28, columns: 28, classes: 10 } as const

const flagOf: Readonly<Record<string, string>> = {
  'config.layers': 'layers', 'config.parameters': 'layers', 'config.ends': 'layers', 'config.activation': 'activation', 'config.init': 'init',
  'config.optimizer': 'optimizer', 'config.learningRate': 'learning-rate', 'config.batchSize': 'batch-size', 'config.seed': 'seed', 'config.dataset': 'dataset',
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
function wordOf<T extends string>(text: string, allowed: readonly T[]): T | undefined {
  const typed = plainText(text).text.trim().toLowerCase()
  return allowed.find(word => word.toLowerCase() === typed)
}

/** Splits a list of sizes at commas, spaces or semicolons; brackets are optional. */
const sizesOf = (text: string): readonly string[] => plainText(text).text.trim().replace(/^\[(.*)\]$/, '$1').trim().split(/ *[,;] *| +/)

/**
 * The settings of the flags, with defaults for the others.
 * @throws LabError cli.value naming the flag, what it accepts and what was found
 */
export function configOfFlags({ flags }: Arguments, terminal: Terminal): RunConfig {
  const causes = new Map<string, LabError>()
  const read = (name: string, text: string, whole: boolean): unknown => {
    const value = numberOf(text, { whole })
    if (typeof value === 'number') return value
    causes.set(name, value)
    return text // checkRunConfig reports it
  }
  const number = (name: string, fallback: number, whole = true): unknown => flags.has(name) ? read(name, flags.get(name)!, whole) : fallback
  const word = (name: string, allowed: readonly string[]): string | undefined => wordOf(flags.get(name) ?? '', allowed) ?? flags.get(name) // checkRunConfig reports an unknown one
  const layers = flags.get('layers')
  try {
    const config = checkRunConfig({
      dataset: word('dataset', [mnistSizes.id]) ?? defaultConfig.dataset,
      layers: layers === undefined ? defaultConfig.layers : sizesOf(layers).map(size => read('layers', size, true)),
      activation: word('activation', activations) ?? defaultConfig.activation,
      init: word('init', inits) ?? defaultConfig.init,
      optimizer: word('optimizer', optimizers) ?? defaultConfig.optimizer,
      learningRate: number('learning-rate', defaultConfig.learningRate, false),
      batchSize: number('batch-size', defaultConfig.batchSize),
      seed: number('seed', defaultConfig.seed),
    })
    checkEnds(config, mnistSizes)
    return config
  }
  catch (cause) {
    const flag = cause instanceof ConfigError ? flagOf[cause.code] : undefined
    if (!(cause instanceof ConfigError) || flag === undefined) throw cause
    const given = flags.get(flag) ?? ''
    const found = String(cause.details['found'] ?? given).replace(/^"(.*)"$/, '$1')
    const among = flag === 'layers' && !found.startsWith('[') && found !== given // one size in the list is invalid, not the whole list
    const allowed = cause.details['allowed']
    throw wrongValue(flag, terminal.text(`wanted.${cause.code.slice('config.'.length)}`, cause.details), among ? `${found} (${given})` : given, {
      cause: among ? undefined : causes.get(flag), suggestion: typeof allowed === 'string' ? nearest(given, allowed.split(', ')) : flag === 'layers' ? withCommas(given) : undefined,
    })
  }
}

/** Corrects 784-50-10 and 784x50x10 to the flag's notation. */
function withCommas(given: string): string | undefined {
  const sizes = plainText(given).text.split(/ *(?:->|[-x*→>]) */i)
  return sizes.length > 1 && sizes.every(size => /^\d+$/.test(size)) ? sizes.join(',') : undefined
}

/** The value of an integer flag. @throws LabError cli.value */
export function countOf({ flags }: Arguments, name: string, { min = 1, max, fallback }: { min?: number, max: number, fallback: number }, terminal: Terminal): number {
  const given = flags.get(name)
  if (given === undefined) return fallback
  const value = numberOf(given, { whole: true })
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw wrongValue(name, terminal.text('wanted.count', { min, max }), given, { cause: value })
}

/** The value of a flag with a fixed set of keywords. @throws LabError cli.value */
export function choiceOf<T extends string>({ flags }: Arguments, name: string, allowed: readonly T[], fallback: T): T {
  const given = flags.get(name) ?? fallback
  const choice = wordOf(given, allowed)
  if (choice === undefined) throw wrongValue(name, allowed.join(', '), given, { suggestion: nearest(given, allowed) })
  return choice
}

/** @param why cause: why it is invalid; suggestion: what was probably meant */
export const wrongValue = (name: string, wanted: string, found: string, { cause, suggestion }: { cause?: unknown, suggestion?: string | undefined } = {}): LabError =>
  new LabError('cli.value', `--${name}: wanted ${wanted}, found ${found}`, { flag: `--${name}`, wanted, found, ...suggestion === undefined ? {} : { suggestion } }, { cause })

/**
 * Number of mini-batches: from `--iterations`, or from `--epochs` over the training images.
 * @throws LabError cli.value, cli.conflict
 */
export function iterationsOf(args: Arguments, { batchSize }: RunConfig, terminal: Terminal): number {
  if (args.flags.has('iterations') && args.flags.has('epochs'))
    throw new LabError('cli.conflict', '--iterations and --epochs exclude each other', { flag: '--iterations', found: '--epochs' })
  if (!args.flags.has('epochs')) return countOf(args, 'iterations', { max: limits.iterations, fallback: 10_000 }, terminal)
  const stepsPerEpoch = Math.ceil(60_000 / batchSize)
  return countOf(args, 'epochs', { max: Math.floor(limits.iterations / stepsPerEpoch), fallback: 1 }, terminal) * stepsPerEpoch
}
