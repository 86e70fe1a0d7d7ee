import type { RunConfig } from '../config'
import { learnedCount, positionAfter, startPosition } from '../data/mini-batches'
import { isSameDataset } from '../data/dataset-mark'
import { printLayers } from '../network/text'
import { positionAfterChange, withChange } from '../train/change'
import type { Taught } from '../train/taught'
import { inputOf } from './input'
import type { Course } from './position'
import type { RunRecord } from './record'

/** A setting of a run: of its configuration, or where its weights come from and which kernels computed it. */
export type SettingName = 'dataset' | 'layers' | 'loss' | 'init' | 'optimizer' | 'learningRate' | `rate.${string}` | 'weightDecay' | 'batchSize' | 'seed' | 'orderSeed' | 'validation' | 'weights' | 'taught' | 'backend'

/** The value of a setting from a step on. */
export interface SettingSince { readonly step: number, readonly value: string | number }

/** A setting in which runs differ. */
export interface DifferingSetting {
  readonly name: SettingName
  /** For each run its values in the order of the steps from which they held; empty: the run has no such setting */
  readonly values: readonly (readonly SettingSince[])[]
}

export type RunWithSettings = Pick<RunRecord, 'config' | 'events' | 'dataset' | 'classes' | 'firstStep' | 'fromSeed' | 'backend'>

/** The settings in which runs differ, at their beginning or by changes on the way. */
export function differingSettings(runs: readonly RunWithSettings[]): readonly DifferingSetting[] {
  const histories = runs.map(run => historyOf(run, datasetName(run, runs)))
  const names = [...new Set(histories.flatMap(history => [...history.keys()]))].sort((a, b) => order(a) - order(b))
  return names
    .map(name => ({ name, values: histories.map(history => history.get(name) ?? []) }))
    .filter(({ values: [first, ...others] }) => others.some(other => JSON.stringify(other) !== JSON.stringify(first)))
}

const sequence: readonly string[] = ['dataset', 'weights', 'taught', 'layers', 'loss', 'init', 'optimizer', 'learningRate', 'rate', 'weightDecay', 'batchSize', 'seed', 'orderSeed', 'validation', 'backend']
const order = (name: SettingName): number => sequence.indexOf(name.split('.')[0]!)

/** The name of a run's dataset, with the beginning of its hash where another run's has the same name and other files. */
function datasetName({ dataset }: RunWithSettings, runs: readonly RunWithSettings[]): string {
  const isAmbiguous = runs.some(({ dataset: other }) => other.name === dataset.name && !isSameDataset(other, dataset))
  return isAmbiguous ? `${dataset.name} (${dataset.sha256.trainImages?.slice(0, 8) ?? ''})` : dataset.name
}

function historyOf({ config: beginning, events, dataset, classes, firstStep, fromSeed, backend }: RunWithSettings, name: string): ReadonlyMap<SettingName, readonly SettingSince[]> {
  const history = new Map<SettingName, SettingSince[]>()
  const take = (step: number, config: RunConfig): void => {
    for (const [setting, value] of settingsIn(config)) {
      const known = history.get(setting)
      if (!known) history.set(setting, [{ step, value }])
      else if (known.at(-1)!.step === step) known.splice(-1, 1, { step, value }) // several changes at one step
      else if (known.at(-1)!.value !== value) known.push({ step, value })
    }
  }
  let config = beginning
  take(firstStep, config)
  for (const { step, change } of events) {
    config = withChange(config, change, inputOf(dataset))
    take(step, config)
  }
  const taught = events.flatMap(({ step, taught }) => taught ? [{ step, value: taughtText(taught, classes) }] : [])
  if (taught.length > 0) history.set('taught', taught)
  for (const [setting, value] of [['dataset', name], ['weights', fromSeed ? 'seed' : 'file'], ['backend', backend]] as const) history.set(setting, [{ step: firstStep, value }])
  return history
}

/** '7 × 10' */
const taughtText = ({ label, times }: Taught, classes: readonly string[]): string => `${classes[label] ?? label} × ${times}`

/** Names and values of the settings that a configuration has. */
export const settingsIn = ({ network, init, optimizer: { kind, learningRate, ...rates }, weightDecay, batchSize, seed, orderSeed, validation }: RunConfig): readonly (readonly [SettingName, string | number])[] => [
  ['layers', printLayers(network.layers)], ['loss', network.loss], ['init', init], ['optimizer', kind], ['learningRate', learningRate],
  ...Object.entries(rates).map(([rate, value]) => [`rate.${rate}`, value] as const),
  ['weightDecay', weightDecay], ['batchSize', batchSize], ['seed', seed], ...orderSeed === undefined ? [] : [['orderSeed', orderSeed] as const], ['validation', validation],
]

/** A setting that was changed while the run went on. */
export interface SettingChange {
  /** Mini-batches learned before it */
  readonly step: number
  readonly name: SettingName
  /** Null: the run had no such setting */
  readonly before: string | number | null
  readonly after: string | number
}

/** The settings that were changed while a run went on, in the order of the changes. */
export function settingChanges({ config: beginning, events, dataset }: Course): readonly SettingChange[] {
  let config = beginning
  return events.flatMap(({ step, change }) => {
    const before = new Map(settingsIn(config))
    config = withChange(config, change, inputOf(dataset))
    return settingsIn(config).filter(([name, value]) => before.get(name) !== value).map(([name, after]) => ({ step, name, before: before.get(name) ?? null, after }))
  })
}

/**
 * Epochs learned at each of some steps, with the part of the one that has begun: 2.5.
 * @param steps in ascending order, none before the first one of the run
 */
export function epochsAt({ config: beginning, events, dataset, firstStep }: Course, steps: ArrayLike<number>): Float64Array {
  const count = learnedCount(dataset.counts.train, beginning.validation)
  let config = beginning
  let next = 0
  let position = positionAfter(startPosition, firstStep, { count, batchSize: config.batchSize })
  return Float64Array.from(steps, (step) => {
    for (; next < events.length && events[next]!.step <= step; next++) {
      const { step: at, change } = events[next]!
      const before = config
      config = withChange(config, change, inputOf(dataset))
      position = positionAfterChange(positionAfter(position, at - position.step, { count, batchSize: before.batchSize }), before, config)
    }
    const { epoch, seen } = positionAfter(position, step - position.step, { count, batchSize: config.batchSize })
    return epoch + seen / count
  })
}
