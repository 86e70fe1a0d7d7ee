import { activations, type Architecture, type LayerSpec, limits, type LossName, type Perceptron } from '../config'
import { ConfigError } from '../errors'
import { foundText } from '../found'
import { sizeOfShape } from '../layers/definition'
import { checkParameters } from './shapes'

/**
 * The chain that a perceptron's sizes stand for: affine layers with the activation between them.
 * @param sizes of its layers, from input to output
 */
export function expand({ layers: [inputs, ...units], activation }: Perceptron, loss: LossName = 'softmaxWithLoss'): Architecture {
  const layers = units.flatMap((M, i): readonly LayerSpec[] => i < units.length - 1 ? [{ kind: 'affine', units: M }, { kind: activation }] : [{ kind: 'affine', units: M }])
  return { input: [inputs!], layers, loss }
}

/**
 * Checks a perceptron from a form, a flag or a file.
 * @throws ConfigError naming the field, the allowed values and the value found
 */
export function checkPerceptron({ layers, activation }: { layers?: unknown, activation?: unknown }): Perceptron {
  const bounds = { max: limits.units, maxLayers: limits.hiddenLayers }
  if (!Array.isArray(layers) || layers.length < 2 || layers.length > limits.hiddenLayers + 2)
    throw new ConfigError('config.layers', `layers: 2 to ${limits.hiddenLayers + 2} sizes, found ${foundText(layers)}`, { found: foundText(layers), ...bounds })
  for (const [i, units] of (layers as unknown[]).entries()) {
    if (!Number.isInteger(units) || (units as number) < 1 || (units as number) > (i === 0 ? limits.inputs : limits.units))
      throw new ConfigError('config.layers', `layers: whole numbers from 1 to ${limits.units}, found ${foundText(units)}`, { found: foundText(units), ...bounds })
  }
  if (!(activations as readonly unknown[]).includes(activation))
    throw new ConfigError('config.activation', `config.activation: one of ${activations.join(', ')}, found ${foundText(activation)}`, { found: foundText(activation), allowed: activations.join(', ') })
  const perceptron = { layers: [...layers as number[]], activation: activation as Perceptron['activation'] }
  checkParameters(expand(perceptron))
  return perceptron
}

/** Sizes along a network, for a short name: its inputs, then the units of every affine layer: [784, 50, 10]. */
export const sizesOf = ({ input, layers }: Pick<Architecture, 'input' | 'layers'>): readonly number[] =>
  [sizeOfShape(input), ...layers.flatMap(({ kind, units }) => kind === 'affine' ? [Number(units)] : [])]

/** The short form of a network, if it has one: for forms and names. */
export function perceptronOf(architecture: Architecture): Perceptron | null {
  const { layers, loss } = architecture
  const activation = layers.find(({ kind }) => kind !== 'affine')?.kind ?? activations[0]
  if (loss !== 'softmaxWithLoss' || !isActivation(activation)) return null
  const short: Perceptron = { layers: sizesOf(architecture), activation }
  return short.layers.length > 1 && JSON.stringify(expand(short).layers) === JSON.stringify(layers) ? short : null
}

const isActivation = (kind: string): kind is Perceptron['activation'] => (activations as readonly string[]).includes(kind)
