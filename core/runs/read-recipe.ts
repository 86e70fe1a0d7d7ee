import type { RunConfig } from '../config'
import { type DatasetMark, inputSize } from '../data/dataset'
import { readDatasetMark } from '../data/dataset-mark'
import { LabError } from '../errors'
import { checkRunConfig } from '../formats/run-config'
import { planOf } from '../network/shapes'
import { type RunEvent, type SettingsChange, withChange } from '../train/change'
import { batchRows, checkBatch, checkEnds } from '../train/fit'
import { bytesOfHex, maxTaughtTimes, type Taught } from '../train/taught'
import type { Checkpoint } from './checkpoint'
import { inputOf } from './input'
import { count, list, object, onlyKnown, type Reading, same } from './reading'

/** A recipe without its initial tensors. */
export interface RecipeTexts extends Pick<Checkpoint, 'config' | 'events' | 'dataset' | 'classes' | 'goal'> {
  /** Step of the initial tensors; null: they are drawn from the seed */
  readonly firstStep: number | null
}

/** Reads a recipe that a file holds as JSON. @throws FormatError naming the field */
export function readRecipe(recipe: Readonly<Record<string, unknown>>, reading: Reading): RecipeTexts {
  onlyKnown(recipe, ['config', 'events', 'dataset', 'classes', 'first', 'goal'], 'recipe', reading)
  const { config: settings, events: changes, dataset: mark, classes: names, first, goal } = recipe
  const { registry } = reading
  const usable = <T>(work: () => T): T => {
    try { return work() }
    catch (cause) {
      if (!(cause instanceof LabError)) throw cause
      throw reading.unusable(cause)
    }
  }
  const given = object(settings, 'recipe.config', reading)
  const config = usable(() => checkRunConfig(given, registry))
  same(given, config, 'recipe.config', reading)
  const dataset = readDatasetMark(mark, object(mark, 'recipe.dataset', reading)['normalization'])
  if (!dataset) throw reading.invalid('recipe.dataset', 'id, name, shape, counts, sha256', mark)
  same(mark, dataset, 'recipe.dataset', reading)
  if (dataset.sha256.trainImages === undefined || dataset.sha256.trainLabels === undefined) throw reading.invalid('recipe.dataset.sha256', 'trainImages, trainLabels', dataset.sha256)
  if (dataset.id !== config.dataset) throw reading.invalid('recipe.config.dataset', dataset.id, config.dataset)
  const classes = list(names, 'recipe.classes', reading) as readonly string[]
  const unnamed = classes.findIndex(name => typeof name !== 'string')
  if (unnamed >= 0) throw reading.invalid(`recipe.classes[${unnamed}]`, '"…"', classes[unnamed])
  usable(() => {
    checkEnds(config.network, { ...dataset, classes }, registry)
    checkBatch(config.network, batchRows(config, dataset.counts.train), registry)
  })
  const firstStep = first === null ? null : count(object(first, 'recipe.first', reading)['step'], 'recipe.first.step', reading)
  if (firstStep !== null) same(first, { step: firstStep }, 'recipe.first', reading)
  const events = readEvents(list(changes, 'recipe.events', reading), { beginning: config, dataset, classes, usable }, reading)
  const planned = goal === null ? undefined : count(goal, 'recipe.goal', reading)
  return { config, events, dataset, classes, firstStep, ...planned !== undefined && { goal: planned } }
}

function readEvents(given: readonly unknown[], { beginning, dataset, classes, usable }: { readonly beginning: RunConfig, readonly dataset: DatasetMark, readonly classes: readonly string[], readonly usable: <T>(work: () => T) => T }, reading: Reading): readonly RunEvent[] {
  const { registry } = reading
  let config = beginning
  return given.map((value, i) => {
    const field = `recipe.events[${i}]`
    const event = object(value, field, reading)
    const change = object(event['change'], `${field}.change`, reading)
    for (const [name, settings] of Object.entries('layers' in change ? object(change['layers'], `${field}.change.layers`, reading) : {})) object(settings, `${field}.change.layers.${name}`, reading)
    const step = count(event['step'], `${field}.step`, reading)
    config = usable(() => {
      const next = withChange(config, change as SettingsChange, inputOf(dataset), registry)
      checkBatch(next.network, batchRows(next, dataset.counts.train), registry)
      return next
    })
    const { optimizer, batchSize, weightDecay, orderSeed } = config
    const layers = Object.fromEntries(planOf({ input: inputOf(dataset), ...config.network }, registry).map(({ name, spec }) => [name, spec]))
    const taught = 'taught' in event ? readTaught(object(event['taught'], `${field}.taught`, reading), `${field}.taught`, { dataset, classes }, reading) : null
    if (taught) onlyKnown(change, [], `${field}.change`, reading)
    same(event, { step, change: { optimizer, batchSize, weightDecay, orderSeed, layers }, ...taught && { taught } }, field, reading)
    return { step, change: change as SettingsChange, ...taught && { taught } }
  })
}

function readTaught({ pixels, label, times }: Readonly<Record<string, unknown>>, field: string, { dataset, classes }: { readonly dataset: DatasetMark, readonly classes: readonly string[] }, reading: Reading): Taught {
  const bytes = inputSize(dataset)
  if (typeof pixels !== 'string' || bytesOfHex(pixels)?.length !== bytes) throw reading.invalid(`${field}.pixels`, `"…", ${2 * bytes} × 0–9, a–f`, pixels)
  const within = (value: unknown, key: string, [min, max]: readonly [number, number]): number => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    throw reading.invalid(`${field}.${key}`, `${min}, …, ${max}`, value)
  }
  return { pixels, label: within(label, 'label', [0, classes.length - 1]), times: within(times, 'times', [1, maxTaughtTimes]) }
}
