import { defaultConfig, type RunConfig } from '../config'
import { type ErrorCode, FormatError, type LabError, ownError } from '../errors'
import { checkRunConfig } from '../formats/run-config'
import { JsonReader, type Refuse } from '../formats/json-reader'
import { foundText } from '../found'
import type { LayerRegistry } from '../layers/registry'
import { excerpt } from '../typed/excerpt'
import { object, onlyKnown, parse, type Reading, same } from './reading'

const recipeKind = 'backprop-lab-recipe'
const recipeVersion = 1
/** Far more than the largest recipe */
export const maxRecipeCharacters = 100_000

/** A recipe as JSON: everything that determines a run. */
export const writeRecipe = (config: RunConfig): string => JSON.stringify({ kind: recipeKind, formatVersion: recipeVersion, config }, null, 2)

/** Whether a text, or its beginning, is meant to be a recipe, sound or not: it says so in its first field. */
export const isRecipe = (start: string): boolean => new RegExp(`^[^{]*\\{\\s*"kind"\\s*:\\s*"${recipeKind}"`).test(start)

type Fail = (code: ErrorCode, details: Readonly<Record<string, string | number>>) => FormatError

/** Value of a text; one that is no JSON is named by its line where it was to be an object, and else returned as it is. */
function parsed(text: string, fail: Fail): unknown {
  try { return JSON.parse(text) }
  catch {
    if (!text.trimStart().startsWith('{')) return text
    if (endsEarly(text)) throw fail('recipe.cut', { line: text.trimEnd().split('\n').length })
    const wrong: Refuse = (wanted, found) => fail('recipe.syntax', { line: reader.line, wanted, found })
    const reader: JsonReader = new JsonReader(text, key => wrong('1', excerpt(key)))
    reader.skip(wrong)
    reader.end(wrong)
    throw wrong('JSON', '–')
  }
}

/** Whether brackets or a string are still open at the end of a JSON text. */
function endsEarly(text: string): boolean {
  let [depth, inString] = [0, false]
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!
    if (inString && sign === '\\') at++
    else if (sign === '"') inString = !inString
    else if (!inString && '{['.includes(sign)) depth++
    else if (!inString && '}]'.includes(sign)) depth--
  }
  return depth > 0 || inString
}

/**
 * Everything that is wrong with a recipe: what `readRecipeText` says first, then what is wrong with each other setting alone.
 * @returns none for a sound one
 */
export function recipeFaults(text: string, file: string, registry?: LayerRegistry): readonly LabError[] {
  const first = faultOf(() => readRecipeText(text, file, registry))
  if (!first) return []
  const given = isRecipe(text) ? parse(text) : null
  const config = typeof given === 'object' && given !== null ? (given as { readonly config?: unknown }).config : null
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return [first]
  const usual = checkRunConfig(defaultConfig, registry)
  const names = [...new Set([...Object.keys(usual), ...Object.keys(config)])]
  const each = names.map(name => faultOf(() => readRecipeText(writeRecipe({ ...usual, [name]: (config as Readonly<Record<string, unknown>>)[name] as never }), file, registry)))
  return [first, ...each.filter(fault => fault !== null).filter(({ message }) => message !== first.message)]
}

function faultOf(work: () => unknown): LabError | null {
  try { work() }
  catch (cause) { return ownError(cause) }
  return null
}

/**
 * Reads a recipe. Each field is checked, and unknown ones are refused.
 * @param file its name, for the message
 * @throws FormatError recipe.*; ConfigError config.*, network.* naming the field, what was wanted and what was found
 */
export function readRecipeText(text: string, file: string, registry?: LayerRegistry): RunConfig {
  const fail: Fail = (code, details) => new FormatError(code, `${file}: ${JSON.stringify(details)}`, { file, ...details })
  const shown = (value: unknown): string => excerpt(foundText(value)) || '–'
  const reading: Reading = {
    file, version: '', registry,
    invalid: (field, wanted, found) => fail('recipe.content', { field: excerpt(field), wanted, found: shown(found) }),
    unknown: field => fail('recipe.unknown', { field: excerpt(field) }),
    unusable: cause => fail('recipe.content', { field: '', wanted: '', found: cause.message }),
  }
  if (text.length > maxRecipeCharacters) throw fail('recipe.foreign', { wanted: recipeKind, found: `${text.length}` })
  const given = parsed(text, fail)
  const { kind, formatVersion } = typeof given === 'object' && given !== null ? given as Readonly<Record<string, unknown>> : {}
  if (kind !== recipeKind) throw fail('recipe.foreign', { wanted: recipeKind, found: shown(kind ?? text) })
  if (formatVersion !== recipeVersion) throw fail('recipe.version', { wanted: String(recipeVersion), found: shown(formatVersion) })
  onlyKnown(object(given, 'recipe', reading), ['kind', 'formatVersion', 'config'], 'recipe', reading)
  const settings = object((given as { readonly config?: unknown }).config, 'config', reading)
  const config = checkRunConfig(settings, registry)
  same(settings, config, 'config', reading)
  return config
}
