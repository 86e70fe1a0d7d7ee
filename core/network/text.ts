import { type LayerSpec, limits } from '../config'
import { ConfigError, ownError } from '../errors'
import { cut } from '../found'
import { layerDefinition, layerKinds, type LayerRegistry } from '../layers/registry'
import { nearest } from '../nearest'
import { plainText, readNumber } from '../typed'
import { checkSetting } from './check'

/** Prints a chain of layers: 'affine 100, relu, dropout 0.2, affine 10'. */
export function printLayers(layers: readonly LayerSpec[], registry: LayerRegistry = layerKinds): string {
  return layers.map(spec => [spec.kind, ...layerDefinition(spec.kind, registry).settings.map(({ name }) => String(spec[name]))].join(' ')).join(', ')
}

/**
 * Reads what {@link printLayers} prints: kinds in any case, also as separate words (`batch normalization`) or with their numbers in
 * brackets (`dropout(0.2)`), full-width signs too; layers end at a comma, a semicolon or a new line.
 * @throws ConfigError network.text or network.* with the layer's position and `at`, its first character counted from 1
 */
export function parseLayers(source: string, registry: LayerRegistry = layerKinds): readonly LayerSpec[] {
  const { text, place } = plainText(source)
  const parts = text.split(/[,;\n]/)
  let from = 0
  return parts.map((part, i) => {
    const at = place(from + part.length - part.trimStart().length) + 1
    from += part.length + 1
    if (i === limits.layers) throw new ConfigError('network.layers', `a network has 1 to ${limits.layers} layers`, { found: parts.length, max: limits.layers, at })
    try { return parseLayer(part.trim(), registry) }
    catch (cause) {
      const { code, message, details } = ownError(cause)
      throw new ConfigError(code, `layer ${i + 1}: ${message}`, { ...details, layer: i + 1, at }, { cause })
    }
  })
}

function parseLayer(text: string, registry: LayerRegistry): LayerSpec {
  const kinds = [...registry.keys()]
  const [word, numbers] = splitLayer(text, kinds)
  if (word === '') throw new ConfigError('network.text', 'a layer is missing', { found: '–', wanted: kinds.join(', ') })
  const kind = kinds.find(kind => isSameWord(kind, word))
  if (kind === undefined) {
    const suggestion = nearest(word, kinds)
    throw new ConfigError('network.kind', `unknown layer ${cut(word)}`, { found: cut(word), allowed: kinds.join(', '), ...suggestion !== undefined && { suggestion } })
  }
  const { settings } = layerDefinition(kind, registry)
  if (numbers.length > settings.length) throw new ConfigError('network.text', `${kind} takes ${settings.length} numbers`, { found: cut(text), wanted: [kind, ...settings.map(({ name }) => name)].join(' ') })
  return { kind, ...Object.fromEntries(settings.map((setting, i) => [setting.name, checkSetting(setting, numberIn(numbers[i], setting.whole), kind)])) }
}

/** Splits a layer into its kind, which may be typed as several words, and its numbers. */
function splitLayer(text: string, kinds: readonly string[]): readonly [kind: string, numbers: readonly string[]] {
  const words = text.replace(/^([^\s(]+)\s*\((.*)\)$/, '$1 $2').trim().split(/\s+/)
  const count = [2, 3].find(count => words.length >= count && kinds.some(kind => isSameWord(kind, words.slice(0, count).join('')))) ?? 1
  return [words.slice(0, count).join(' '), words.slice(count)]
}

/** Whether a word names a kind: in any case, with hyphens or underscores between its words or without. */
const isSameWord = (kind: string, word: string): boolean => kind.toLowerCase() === word.replace(/[\s_-]/g, '').toLowerCase()

/** Reads a number. @returns the text itself when it is not a number, so that the setting's check can name it */
function numberIn(text: string | undefined, whole: boolean): unknown {
  if (text === undefined) return undefined
  try { return readNumber(text, { whole }) }
  catch (cause) {
    ownError(cause)
    return text
  }
}
