import type { Init, LayerSpec, RunConfig } from '../config'
import { layerDefinition } from '../layers/registry'
import { optimizerDefinition } from '../optim/registry'
import type { SettingsChange } from '../train/change'
import type { Evidence } from './evidence'
import type { Cure } from './finding'

type NewRun = Extract<Cure, { readonly kind: 'new' }>

/** What a new run is advised from. */
type Advised = Pick<Evidence, 'config' | 'largestRate' | 'fromFile' | 'changed'>

/** What a new run has that the present one has not. */
export type Difference
  = | { readonly what: 'rate' | 'decay', readonly value: number }
    | { readonly what: 'init', readonly init: Init }
    /** A kind of layer that takes the place of another */
    | { readonly what: 'kind', readonly kind: string }
    /** A setting of the layers of a kind */
    | { readonly what: 'setting', readonly kind: string, readonly value: number }
    /** New weights from the seed instead of those of a file or of other settings */
    | { readonly what: 'weights' }

/**
 * What a new run would have that the present one has not, for the sentence and the button that name it.
 * @param fromFile whether the present run began with the weights of a file
 */
export function differencesOf(now: RunConfig, next: RunConfig, fromFile: boolean): readonly Difference[] {
  const found: Difference[] = []
  if (next.optimizer.learningRate !== now.optimizer.learningRate) found.push({ what: 'rate', value: next.optimizer.learningRate })
  if (next.weightDecay !== now.weightDecay) found.push({ what: 'decay', value: next.weightDecay })
  if (next.init !== now.init) found.push({ what: 'init', init: next.init })
  for (const [i, layer] of next.network.layers.entries()) {
    const before = now.network.layers[i]
    if (layer.kind !== before?.kind) found.push({ what: 'kind', kind: layer.kind })
    else for (const [name, value] of Object.entries(layer)) if (typeof value === 'number' && value !== before[name]) found.push({ what: 'setting', kind: layer.kind, value })
  }
  if (found.length === 0 || (fromFile && next.init === now.init)) found.push({ what: 'weights' })
  return [...new Map(found.map(difference => [JSON.stringify(difference), difference])).values()]
}

/** A new run has the present learning rate if it is within this factor of the usual one and no larger one has done damage. */
const usable = 5

/**
 * A new run with the same seeds, with other settings and a learning rate with which it learns.
 * @returns null when it would be the same run again
 */
export function newRun({ config, largestRate, fromFile, changed }: Advised, changes: Partial<RunConfig> = {}): NewRun | null {
  const { learningRate: rate } = config.optimizer
  const usual = usualRate(config)
  const keeps = rate <= usable * usual && rate >= usual / usable && rate === largestRate
  const cure = withRate({ ...config, ...changes }, keeps ? rate : usual)
  const isSame = !fromFile && !changed && differencesOf(config, cure.config, fromFile).every(({ what }) => what === 'weights')
  return isSame ? null : cure
}

/**
 * A new run that begins otherwise, in its network or initial weights.
 * @returns null when it would begin the same: another learning rate alone would not mend that
 */
export function newStart(evidence: Advised, changes: Partial<RunConfig>): NewRun | null {
  const { config, fromFile } = evidence
  const isSame = !fromFile && differencesOf(config, { ...config, ...changes }, fromFile).every(({ what }) => what === 'weights')
  return isSame ? null : newRun(evidence, changes)
}

export const inThisRun = (change: SettingsChange): Cure => ({ kind: 'change', change })

/** A new run with another learning rate. */
export const withRate = (config: RunConfig, learningRate: number): NewRun => ({ kind: 'new', config: { ...config, optimizer: { ...config.optimizer, learningRate } } })

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

/** The usual rate, if the largest one of the run was clearly larger; else a tenth of that. A rate that was set after the damage does not count. */
export function smallerRate({ config, largestRate }: Pick<Advised, 'config' | 'largestRate'>): number {
  const usual = usualRate(config)
  return largestRate >= 2 * usual ? usual : plain(largestRate / 10)
}

/** A rate with one digit, as one would type it. */
const plain = (rate: number): number => Number(rate.toPrecision(1))

/** The network with ReLU instead of every activation that saturates, with He's weights. */
export const withRelu = ({ network }: RunConfig): Pick<RunConfig, 'network' | 'init'> =>
  ({ network: { ...network, layers: network.layers.map((spec): LayerSpec => isSaturating(spec) ? { kind: 'relu' } : spec) }, init: 'he' })

/** Layers that saturate through which a gradient still passes with Xavier's weights */
const deepest = 3

/** A start with which the network learns: He's weights for ReLU, Xavier's for a few layers that saturate; many of them become ReLU. */
export function suitedStart(config: RunConfig): Partial<RunConfig> & { readonly init: Init } {
  const { layers } = config.network
  const saturating = layers.filter(isSaturating).length
  if (saturating > deepest) return withRelu(config)
  return { init: saturating > 0 && !layers.some(({ kind }) => fires(kind)) ? 'xavier' : 'he' }
}

const fires = (kind: LayerSpec['kind']): boolean => 'fires' in (layerDefinition(kind).units ?? {})
const isSaturating = ({ kind }: LayerSpec): boolean => 'saturated' in (layerDefinition(kind).units ?? {})
