import { type LayerSpec, limits, losses, type LossName, type NetworkSpec } from '../config'
import { ConfigError } from '../errors'
import { foundText } from '../found'
import type { LayerSetting } from '../layers/definition'
import { layerDefinition, layerKinds, type LayerRegistry } from '../layers/registry'
import { isWithin, rangeText, record } from '../untrusted'
import { at } from './shapes'

/**
 * Checks a network from a form, a flag or a file; unknown fields are dropped. Whether its layers fit together depends on the
 * input: see `planOf`.
 * @throws ConfigError network.* naming the layer's position, the setting, the allowed values and the value found
 */
export function checkNetwork(value: unknown, registry: LayerRegistry = layerKinds): NetworkSpec {
  const { layers, loss } = record(value)
  if (!Array.isArray(layers) || layers.length < 1 || layers.length > limits.layers)
    throw new ConfigError('network.layers', `a network has 1 to ${limits.layers} layers, found ${foundText(layers)}`, { found: Array.isArray(layers) ? layers.length : foundText(layers), max: limits.layers })
  return { layers: layers.map((layer: unknown, i) => at(i, () => checkLayer(layer, registry))), loss: checkLoss(loss) }
}

/** @throws ConfigError network.loss */
export function checkLoss(value: unknown): LossName {
  if ((losses as readonly unknown[]).includes(value)) return value as LossName
  throw new ConfigError('network.loss', `loss: one of ${losses.join(', ')}, found ${foundText(value)}`, { found: foundText(value), allowed: losses.join(', ') })
}

/** @throws ConfigError network.kind, network.setting */
export function checkLayer(value: unknown, registry: LayerRegistry = layerKinds): LayerSpec {
  const given = record(value)
  const { kind, settings } = layerDefinition(typeof given.kind === 'string' ? given.kind : foundText(given.kind), registry)
  return { kind, ...Object.fromEntries(settings.map(setting => [setting.name, checkSetting(setting, given[setting.name], kind)])) }
}

/** @throws ConfigError network.setting */
export function checkSetting(setting: LayerSetting, value: unknown, kind: string): number {
  const { name, whole, min, max } = setting
  if (isWithin(value, setting) && (!whole || Number.isInteger(value))) return value
  const wanted = whole ? `${min}, ${min + 1}, …, ${max}` : rangeText(setting)
  throw new ConfigError('network.setting', `${kind} ${name}: ${wanted}, found ${foundText(value)}`, { kind, setting: name, wanted, found: foundText(value) })
}
