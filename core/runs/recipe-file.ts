import type { RunConfig } from '../config'
import { type ErrorCode, FormatError } from '../errors'
import { checkRunConfig } from '../formats/run-config'
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

/**
 * Reads a recipe. Each field is checked, and unknown ones are refused.
 * @param file its name, for the message
 * @throws FormatError recipe.*; ConfigError config.*, network.* naming the field, what was wanted and what was found
 */
export function readRecipeText(text: string, file: string, registry?: LayerRegistry): RunConfig {
  const fail = (code: ErrorCode, details: Readonly<Record<string, string>>): FormatError => new FormatError(code, `${file}: ${JSON.stringify(details)}`, { file, ...details })
  const shown = (value: unknown): string => excerpt(foundText(value)) || '–'
  const reading: Reading = {
    file, version: '', registry,
    invalid: (field, wanted, found) => fail('recipe.content', { field: excerpt(field), wanted, found: shown(found) }),
    unknown: field => fail('recipe.unknown', { field: excerpt(field) }),
    unusable: cause => fail('recipe.content', { field: '', wanted: '', found: cause.message }),
  }
  if (text.length > maxRecipeCharacters) throw fail('recipe.foreign', { wanted: recipeKind, found: `${text.length}` })
  const given = parse(text)
  const { kind, formatVersion } = typeof given === 'object' && given !== null ? given as Readonly<Record<string, unknown>> : {}
  if (kind !== recipeKind) throw fail('recipe.foreign', { wanted: recipeKind, found: shown(kind ?? text) })
  if (formatVersion !== recipeVersion) throw fail('recipe.version', { wanted: String(recipeVersion), found: shown(formatVersion) })
  onlyKnown(object(given, 'recipe', reading), ['kind', 'formatVersion', 'config'], 'recipe', reading)
  const settings = object((given as { readonly config?: unknown }).config, 'config', reading)
  const config = checkRunConfig(settings, registry)
  same(settings, config, 'config', reading)
  return config
}
