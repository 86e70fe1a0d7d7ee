import { limits, type OptimizerName, type OptimizerSpec, optimizers } from '../config'
import { ConfigError } from '../errors'
import { foundText } from '../found'
import { isWithin, rangeText } from '../untrusted'
import { adagrad } from './adagrad'
import { adam } from './adam'
import { momentum } from './momentum'
import type { OptimizerDefinition } from './optimizer'
import { rmsprop } from './rmsprop'
import { sgd } from './sgd'

const definitions: Readonly<Record<OptimizerName, OptimizerDefinition>> = { sgd, momentum, adagrad, rmsprop, adam }

export const optimizerDefinition = (kind: OptimizerName): OptimizerDefinition => definitions[kind]

/** An optimizer with its usual rates. @param learningRate left out: the usual one */
export const optimizerSpec = (kind: OptimizerName, learningRate = definitions[kind].usualLearningRate): OptimizerSpec => checkOptimizer({ kind, learningRate })

/**
 * Checks an optimizer from a form, a flag or a file; rates that are left out are the usual ones, unknown fields are dropped.
 * @throws ConfigError config.optimizer, config.learningRate, config.rate
 */
export function checkOptimizer(value: unknown): OptimizerSpec {
  const given = typeof value === 'object' && value !== null ? value as Record<string, unknown> : { kind: value }
  const { kind, learningRate } = given
  if (!isOptimizer(kind)) throw new ConfigError('config.optimizer', `config.optimizer: one of ${optimizers.join(', ')}, found ${foundText(kind)}`, { found: foundText(kind), allowed: optimizers.join(', ') })
  if (typeof learningRate !== 'number' || !(learningRate > 0) || learningRate > limits.learningRate)
    throw new ConfigError('config.learningRate', `learning rate: above 0, at most ${limits.learningRate}, found ${foundText(learningRate)}`, { found: foundText(learningRate), max: limits.learningRate })
  const rates = definitions[kind].rates.map((range) => {
    const { name, usual } = range
    const rate = given[name] ?? usual
    if (isWithin(rate, range)) return [name, rate] as const
    const wanted = rangeText(range)
    throw new ConfigError('config.rate', `${name}: ${wanted}, found ${foundText(rate)}`, { rate: name, wanted, found: foundText(rate) })
  })
  return { kind, learningRate, ...Object.fromEntries(rates) }
}

const isOptimizer = (value: unknown): value is OptimizerName => (optimizers as readonly unknown[]).includes(value)
