import type { Architecture, OptimizerSpec, RunConfig } from '../config'
import type { Position } from '../data/mini-batches'
import { ConfigError } from '../errors'
import { checkRunConfig } from '../formats/run-config'
import { cut } from '../found'
import { layerDefinition, layerKinds, type LayerRegistry } from '../layers/registry'
import { planOf } from '../network/shapes'
import { checkOptimizer } from '../optim/registry'
import type { Taught } from './taught'

/** Settings that may change during a run; omitted ones stay as they are. */
export interface SettingsChange {
  /** Another kind, learning rate or other rates; a new kind has its usual rates and keeps the learning rate */
  readonly optimizer?: Readonly<Partial<OptimizerSpec>>
  readonly batchSize?: number
  readonly weightDecay?: number
  /** A new order of the images, which begins an epoch */
  readonly orderSeed?: number
  /** Settings of layers by the layer's name: `{ dropout1: { rate: 0.3 } }` */
  readonly layers?: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** A change of a run's settings, or an image that it was taught. */
export interface RunEvent {
  /** Mini-batches learned before it */
  readonly step: number
  /** Empty when an image was taught */
  readonly change: SettingsChange
  /** The image; left out: none. It changes the weights and the optimizer's state, not the position. Versions that do not know it refuse it as unknown */
  readonly taught?: Taught
}

/**
 * The settings after a change.
 * @param input shape of the network's input, which names the layers
 * @throws ConfigError network.unknownLayer, network.fixedSetting, and as for {@link checkRunConfig}
 */
export function withChange(config: RunConfig, { optimizer, layers = {}, ...rest }: SettingsChange, input: Architecture['input'], registry: LayerRegistry = layerKinds): RunConfig {
  const { kind, learningRate } = config.optimizer
  const rates = optimizer?.kind === undefined || optimizer.kind === kind ? config.optimizer : { learningRate }
  return checkRunConfig({
    ...config, ...rest,
    optimizer: checkOptimizer({ kind, ...rates, ...optimizer }),
    network: { ...config.network, layers: withLayers({ input, ...config.network }, layers, registry) },
  }, registry)
}

function withLayers(architecture: Architecture, changes: NonNullable<SettingsChange['layers']>, registry: LayerRegistry): Architecture['layers'] {
  const plan = planOf(architecture, registry)
  const names = plan.map(({ name }) => name)
  for (const [name, settings] of Object.entries(changes)) {
    const known = plan.find(layer => layer.name === name)
    if (!known) throw new ConfigError('network.unknownLayer', `no layer ${cut(name)}`, { found: cut(name), allowed: names.join(', ') })
    const { live = [] } = layerDefinition(known.spec.kind, registry)
    const fixed = Object.keys(settings).find(setting => !live.includes(setting))
    if (fixed !== undefined) throw new ConfigError('network.fixedSetting', `${name}: ${cut(fixed)} cannot change during a run`, { kind: known.spec.kind, found: cut(fixed), allowed: live.join(', ') || '–' })
  }
  return plan.map(({ name, spec }) => ({ ...spec, ...changes[name] }))
}

/** The settings after all events. @throws ConfigError as for {@link withChange} */
export const withEvents = (config: RunConfig, events: readonly RunEvent[], input: Architecture['input'], registry?: LayerRegistry): RunConfig =>
  events.reduce((now, { change }) => withChange(now, change, input, registry), config)

/** Seed of the order of the images. */
export const orderOf = ({ seed, orderSeed = seed }: RunConfig): number => orderSeed

/** The position after a change of the settings: a new order of the images begins an epoch. */
export const positionAfterChange = (position: Position, before: RunConfig, after: RunConfig): Position =>
  orderOf(after) !== orderOf(before) && position.seen > 0 ? { step: position.step, epoch: position.epoch + 1, seen: 0 } : position

/** Names of the settings that can change during a run, as `change` takes them: 'optimizer.learningRate', 'layers.dropout1.rate'. */
export function changeable(config: RunConfig, input: Architecture['input']): readonly string[] {
  const layers = planOf({ input, ...config.network }).flatMap(({ name, spec }) => (layerDefinition(spec.kind).live ?? []).map(setting => `layers.${name}.${setting}`))
  return [...Object.keys(config.optimizer).map(rate => `optimizer.${rate}`), 'batchSize', 'weightDecay', 'orderSeed', ...layers]
}

/** Whether another optimizer or weight decay needs other memory; a larger batch is checked separately. */
export const needsMemory = (before: RunConfig, { optimizer, weightDecay }: RunConfig): boolean =>
  optimizer.kind !== before.optimizer.kind || (weightDecay > 0) !== (before.weightDecay > 0)

/** Whether two configurations describe the same training. */
export const isSameConfig = (a: RunConfig, b: RunConfig, registry?: LayerRegistry): boolean => JSON.stringify(checkRunConfig(a, registry)) === JSON.stringify(checkRunConfig(b, registry))
