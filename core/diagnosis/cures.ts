import type { Init, LayerSpec, RunConfig } from '../config'
import { layerDefinition } from '../layers/registry'
import { optimizerDefinition } from '../optim/registry'
import type { SettingsChange } from '../train/change'
import type { Evidence } from './evidence'
import type { Cure } from './finding'

/** A new run with other settings and the same seeds. */
export const newRun = (config: RunConfig, changes: Partial<RunConfig> = {}): Cure => ({ kind: 'new', config: { ...config, ...changes } })

export const inThisRun = (change: SettingsChange): Cure => ({ kind: 'change', change })

/** A new run with another learning rate. */
export const withRate = (config: RunConfig, learningRate: number): Cure => newRun(config, { optimizer: { ...config.optimizer, learningRate } })

/** Rows of a mini-batch for which the optimizers' usual rates are meant */
const usualBatch = 100

/**
 * A learning rate with which a network like the default one learns: the optimizer's usual one, less for small mini-batches, whose
 * gradients are noisier, and for a squared error, whose gradients grow with the outputs.
 */
export function usualRate({ optimizer: { kind }, batchSize, network: { loss } }: RunConfig): number {
  const noise = Math.sqrt(Math.min(1, batchSize / usualBatch))
  const adaptive = kind === 'adam' || kind === 'rmsprop' || kind === 'adagrad'
  return plain(optimizerDefinition(kind).usualLearningRate * noise * (loss === 'identityWithLoss' && !adaptive ? 0.1 : 1))
}

/** A smaller learning rate: the usual one, or a tenth of the present one. */
export const smallerRate = (config: RunConfig): number => plain(Math.min(usualRate(config), config.optimizer.learningRate / 10))

/** A rate with one digit, as one would type it. */
const plain = (rate: number): number => Number(rate.toPrecision(1))

/** The spread of initial weights that keeps the size of the numbers from layer to layer: He's for ReLU, Xavier's for the others. */
export const suitedInit = ({ layers }: Pick<Evidence, 'layers'>): Init => layers.some(({ definition: { units } }) => units && 'fires' in units) ? 'he' : 'xavier'

/** The network with ReLU instead of every activation that saturates. */
export const withRelu = ({ network }: RunConfig): RunConfig['network'] => ({ ...network, layers: network.layers.map((spec): LayerSpec => isSaturating(spec) ? { kind: 'relu' } : spec) })

function isSaturating({ kind }: LayerSpec): boolean {
  const { units } = layerDefinition(kind)
  return units !== undefined && 'saturated' in units
}
