import type { LayerSpec } from '../config'
import { ConfigError, LabError } from '../errors'
import { layerDefinition, layerKinds, type LayerRegistry } from '../layers/registry'
import { nearest } from '../nearest'
import { plainText, readNumber } from '../typed'
import { limits } from '../config'
import { checkSetting } from './check'

/** Prints a chain of layers: 'affine 100, relu, dropout 0.2, affine 10'. */
export function printLayers(layers: readonly LayerSpec[], registry: LayerRegistry = layerKinds): string {
  return layers.map(spec => [spec.kind, ...layerDefinition(spec.kind, registry).settings.map(({ name }) => String(spec[name]))].join(' ')).join(', ')
}

/**
 * Reads what {@link printLayers} prints: kinds in any case, full-width signs too; layers end at a comma, a semicolon or a new line.
 * @throws ConfigError network.text or network.* with the layer's position and `at`, its first character counted from 1
 */
export function parseLayers(source: string, registry: LayerRegistry = layerKinds): readonly LayerSpec[] {
  const { text } = plainText(source)
  const layers: LayerSpec[] = []
  let from = 0
  for (const part of text.split(/[,;\n]/)) {
    const start = from + (part.length - part.trimStart().length)
    from += part.length + 1
    try { layers.push(parseLayer(part.trim(), registry)) }
    catch (cause) {
      if (!(cause instanceof LabError)) throw cause
      throw new ConfigError(cause.code, `layer ${layers.length + 1}: ${cause.message}`, { ...cause.details, layer: layers.length + 1, at: start + 1 }, { cause })
    }
    if (layers.length > limits.layers) throw new ConfigError('network.layers', `a network has 1 to ${limits.layers} layers`, { found: layers.length, max: limits.layers })
  }
  return layers
}

function parseLayer(text: string, registry: LayerRegistry): LayerSpec {
  const [word = '', ...numbers] = text.split(/\s+/)
  const kinds = [...registry.keys()]
  if (word === '') throw new ConfigError('network.text', 'a layer is missing', { found: '–', wanted: kinds.join(', ') })
  const kind = kinds.find(kind => kind.toLowerCase() === word.toLowerCase())
  if (kind === undefined) {
    const suggestion = nearest(word, kinds)
    throw new ConfigError('network.kind', `unknown layer ${word}`, { found: word, allowed: kinds.join(', '), ...suggestion !== undefined && { suggestion } })
  }
  const { settings } = layerDefinition(kind, registry)
  if (numbers.length > settings.length) throw new ConfigError('network.text', `${kind} takes ${settings.length} numbers`, { found: text, wanted: [kind, ...settings.map(({ name }) => name)].join(' ') })
  return { kind, ...Object.fromEntries(settings.map((setting, i) => [setting.name, checkSetting(setting, numberIn(numbers[i], setting.whole), kind)])) }
}

/** Reads a number. @returns the text itself when it is not a number, so that the setting's check can name it */
function numberIn(text: string | undefined, whole: boolean): unknown {
  if (text === undefined) return undefined
  try { return readNumber(text, { whole }) }
  catch { return text }
}
