import { type Init, inits, isDatasetId, limits, type NetworkSpec, type RunConfig } from '../config'
import { ConfigError } from '../errors'
import { foundText } from '../found'
import type { LayerRegistry } from '../layers/registry'
import { checkNetwork } from '../network/check'
import { checkPerceptron, expand } from '../network/perceptron'
import { checkOptimizer } from '../optim/registry'
import { isWithin, record } from '../untrusted'

/**
 * Checks a whole configuration from a form, a flag or a file; unknown fields are dropped. Version 1, which knew a list of
 * sizes and one activation, is rewritten as version 2.
 * @param registry kinds of layers; left out: the registered ones
 * @throws ConfigError naming the field, the allowed values and the value found
 */
export function checkRunConfig(value: unknown, registry?: LayerRegistry): RunConfig {
  const given = record(value)
  checkVersion(given.version)
  const network = networkIn(given, registry)
  const optimizer = checkOptimizer(typeof given.optimizer === 'object' ? given.optimizer : { kind: given.optimizer, learningRate: given.learningRate })
  const { orderSeed } = given
  return {
    version: 2,
    dataset: checkDataset(given.dataset),
    network,
    init: checkInit(given.init),
    optimizer,
    weightDecay: within('config.weightDecay', 'weight decay', given.weightDecay ?? 0, limits.weightDecay),
    batchSize: count('config.batchSize', 'batch size', given.batchSize, 1, limits.batchSize),
    seed: count('config.seed', 'seed', given.seed, 0, limits.seed),
    ...orderSeed !== undefined && { orderSeed: count('config.orderSeed', 'order seed', orderSeed, 0, limits.seed) },
    validation: within('config.validation', 'validation', given.validation ?? 0, limits.validation),
  }
}

/** @throws ConfigError config.version */
function checkVersion(version: unknown): void {
  if (version !== undefined && version !== 1 && version !== 2)
    throw new ConfigError('config.version', `settings of version 1 or 2, found ${foundText(version)}`, { found: foundText(version), wanted: '1, 2' })
}

/** The network: written out in version 2, made from sizes and an activation in version 1, where the first size is the number of inputs. */
function networkIn({ network, layers, activation }: Record<string, unknown>, registry?: LayerRegistry): NetworkSpec {
  if (network !== undefined) return checkNetwork(network, registry)
  const { layers: chain, loss } = expand(checkPerceptron({ layers, activation }))
  return { layers: chain, loss }
}

function checkDataset(value: unknown): string {
  if (isDatasetId(value)) return value
  throw new ConfigError('config.dataset', `dataset: an id of lower-case letters, digits and hyphens, found ${foundText(value)}`, { found: foundText(value) })
}

function checkInit(value: unknown): Init {
  if ((inits as readonly unknown[]).includes(value)) return value as Init
  throw new ConfigError('config.init', `config.init: one of ${inits.join(', ')}, found ${foundText(value)}`, { found: foundText(value), allowed: inits.join(', ') })
}

function count(code: 'config.batchSize' | 'config.seed' | 'config.orderSeed', name: string, value: unknown, min: number, max: number): number {
  if (isWithin(value, { min, max }) && Number.isInteger(value)) return value
  throw new ConfigError(code, `${name}: a whole number from ${min} to ${max}, found ${foundText(value)}`, { found: foundText(value), max })
}

function within(code: 'config.weightDecay' | 'config.validation', name: string, value: unknown, max: number): number {
  if (isWithin(value, { min: 0, max })) return value
  throw new ConfigError(code, `${name}: from 0 to ${max}, found ${foundText(value)}`, { found: foundText(value), max })
}
