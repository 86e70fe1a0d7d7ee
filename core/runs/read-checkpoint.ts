import { type ErrorCode, FormatError } from '../errors'
import { readTensor } from '../formats/safetensors'
import { readSafetensorsHeader, type SafetensorsHeader, safetensorsHeaderEnd } from '../formats/safetensors-header'
import { checkpointKind, describeWeights } from '../formats/locate-weights'
import { foundText } from '../found'
import type { LayerRegistry } from '../layers/registry'
import type { TensorNumbers } from '../network/params'
import { withChange } from '../train/change'
import type { Snapshot } from '../train/snapshot'
import { excerpt } from '../typed/excerpt'
import { type Checkpoint, checkpointVersion, checksumText, firstPrefix, layoutOf, recipeChecksum, type TensorShape } from './checkpoint'
import { crc32 } from '../formats/crc32'
import { inputOf } from './input'
import { stateAtStep } from './position'
import { readRecipe, type RecipeTexts } from './read-recipe'
import { count, object, onlyKnown, parse, type Reading, same } from './reading'

/**
 * Reads a checkpoint. Nothing in it is trusted: whatever a training could not have written is refused.
 * @param file its name, for the message
 * @param registry kinds of layers that it may have; left out: the registered ones
 * @throws FormatError safetensors.* for damaged bytes; checkpoint.* naming the field, the layer or the tensor
 */
export function readCheckpoint(bytes: Uint8Array, file: string, registry?: LayerRegistry): Checkpoint {
  const header = readSafetensorsHeader(bytes, file)
  const { metadata } = header
  const fail = (code: ErrorCode, wanted: string, found: string): FormatError => new FormatError(code, `${file}: ${code}: wanted ${wanted}, found ${found}`, { file, wanted, found: excerpt(found) || '–' })
  const version = metadata.get('version') ?? ''
  const reading: Reading = {
    file, version, registry,
    invalid: (field, wanted, found) => new FormatError('checkpoint.content', `${file}: ${field}: wanted ${wanted}, found ${foundText(found)}`, { file, field: excerpt(field), wanted, found: excerpt(foundText(found)) }),
    unusable: cause => new FormatError('checkpoint.recipe', `${file}: ${cause.message}`, { file, version: excerpt(version) || '–' }, { cause }),
    unknown: field => new FormatError('checkpoint.unknown', `${file}: unknown ${field}, written by version ${version}`, { file, found: excerpt(field), version: excerpt(version) || '–' }),
  }

  if (metadata.get('kind') !== checkpointKind) throw fail(isWeights(header, file) ? 'checkpoint.weights' : 'checkpoint.foreign', checkpointKind, metadata.get('kind') ?? [...header.tensors.keys()].slice(0, 6).join(', '))
  if (metadata.get('formatVersion') !== String(checkpointVersion)) throw fail('checkpoint.version', String(checkpointVersion), metadata.get('formatVersion') ?? '')
  const checksums = [['crc32', checksumText(crc32(bytes.subarray(safetensorsHeaderEnd(bytes, file))))], ['recipeCrc32', recipeChecksum(metadata)]] as const
  for (const [key, found] of checksums) if (metadata.get(key) !== found) throw fail('checkpoint.damaged', `${key} ${metadata.get(key) ?? '–'}`, found)

  const json = (key: string): Readonly<Record<string, unknown>> => object(parse(metadata.get(key) ?? ''), key, reading)
  const recipe = readRecipe(json('recipe'), reading)
  const { firstStep, ...rest } = recipe
  const state = readState(json('state'), recipe, reading)
  const layout = layoutOf(recipe, registry)
  const first = firstStep === null ? undefined : { step: firstStep, tensors: readTensors(bytes, header, layout.first, reading).map(({ path, data }) => ({ path: path.slice(firstPrefix.length), data })) }
  const names = new Set([...layout.state, ...first ? layout.first : []].map(({ path }) => path))
  const extra = [...header.tensors.keys()].find(name => !names.has(name))
  if (extra !== undefined) throw reading.unknown(extra)
  return { ...rest, ...first && { first }, snapshot: { ...state, tensors: readTensors(bytes, header, layout.state, reading) }, backend: metadata.get('backend') ?? '', version }
}

/** The state without its tensors. Its position must be the one that the recipe leads to. */
function readState(state: Readonly<Record<string, unknown>>, recipe: RecipeTexts, reading: Reading): Omit<Snapshot, 'tensors'> {
  onlyKnown(state, ['position', 'loss', 'optimizer', 'updates'], 'state', reading)
  const { position: at, loss, optimizer, updates } = state
  const given = object(at, 'state.position', reading)
  const step = count(given['step'], 'state.position.step', reading)
  const expected = stateAt(step, recipe, reading)
  for (const key of ['step', 'epoch', 'seen'] as const)
    if (given[key] !== expected.position[key]) throw reading.invalid(`state.position.${key}`, String(expected.position[key]), given[key])
  same(given, expected.position, 'state.position', reading)
  if (loss !== null && typeof loss !== 'number') throw reading.invalid('state.loss', '1.5, null', loss)
  if (optimizer !== expected.optimizer) throw reading.invalid('state.optimizer', expected.optimizer, optimizer)
  if (updates !== expected.updates) throw reading.invalid('state.updates', String(expected.updates), updates)
  return { position: expected.position, loss, optimizer: expected.optimizer, updates: expected.updates }
}

/** Position and count of updates that a recipe leads to. */
function stateAt(step: number, { config: beginning, events, dataset, firstStep }: RecipeTexts, reading: Reading): Pick<Snapshot, 'position' | 'optimizer' | 'updates'> {
  const begin = firstStep ?? 0
  let [config, before, updatesSince, taught] = [beginning, begin, begin, 0]
  for (const [i, event] of events.entries()) {
    if (event.step < before) throw reading.invalid(`recipe.events[${i}].step`, `≥ ${before}`, event.step)
    const next = withChange(config, event.change, inputOf(dataset), reading.registry)
    if (next.optimizer.kind !== config.optimizer.kind) [updatesSince, taught] = [event.step, 0] // another optimizer starts afresh
    taught += event.taught?.times ?? 0
    config = next
    before = event.step
  }
  if (step < before) throw reading.invalid('state.position.step', `≥ ${before}`, step)
  const { position } = stateAtStep({ config: beginning, events, dataset, firstStep: begin }, step, reading.registry)
  return { position, optimizer: config.optimizer.kind, updates: step - updatesSince + taught }
}

function readTensors(bytes: Uint8Array, { tensors }: SafetensorsHeader, wanted: readonly TensorShape[], reading: Reading): readonly (TensorNumbers & { readonly data: Float32Array })[] {
  return wanted.map(({ path, shape }) => {
    const place = tensors.get(path)
    const text = `F32 (${shape.join(', ')})`
    if (!place) throw reading.invalid(path, text, undefined)
    if (place.dtype !== 'F32' || place.shape.join() !== shape.join()) throw reading.invalid(path, text, `${place.dtype} (${place.shape.join(', ')})`)
    const { data } = readTensor(bytes, path, place, reading.file)
    const bad = path.startsWith('optimizer.') ? undefined : data.find(value => !Number.isFinite(value)) // an optimizer's mean of squares may overflow
    if (bad !== undefined) throw reading.invalid(path, '|x| < ∞', bad)
    return { path, data: data as Float32Array }
  })
}

function isWeights(header: SafetensorsHeader, file: string): boolean {
  try { return describeWeights(header, file).architecture.layers.length > 0 }
  catch { return false }
}
