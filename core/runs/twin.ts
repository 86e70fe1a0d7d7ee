import type { RunConfig } from '../config'
import { LabError } from '../errors'
import type { RunEvent, SettingsChange } from '../train/change'
import type { Course } from './position'
import { forkSettings } from './fork'
import { settingsIn } from './settings'

/** What a twin begins with: a run beside another one, with the same weights and batches, and one thing changed. */
export interface TwinStart {
  /** The step of the other run from which the twin goes its own way */
  readonly step: number
  /** The one thing */
  readonly change: SettingsChange
}

/**
 * Checks that a twin differs in one thing, and not in its batches: whatever differs later then comes from that thing alone.
 * @returns its beginning with nothing but that thing in its change
 * @throws LabError twin.one, twin.batches; ConfigError as `withChange`
 */
export function twinStart(run: Course, { step, change }: TwinStart): TwinStart {
  const { before, after } = forkSettings(run, { step, change })
  const things = thingsThatDiffer(before, after)
  if (things.some(name => name === 'batchSize' || name === 'orderSeed')) throw new LabError('twin.batches', 'a twin learns the same batches', {})
  if (things.length !== 1) throw new LabError('twin.one', `${things.length} things differ: ${things.join(', ')}`, { found: things.length })
  return { step, change: onlyNew(before, change) }
}

/** A change without what it leaves as it is. */
function onlyNew(before: RunConfig, { optimizer, ...rest }: SettingsChange): SettingsChange {
  const { optimizer: old } = before
  if (!optimizer || (optimizer.kind !== undefined && optimizer.kind !== old.kind)) return optimizer ? { optimizer } : rest
  const rates = Object.fromEntries(Object.entries(optimizer).filter(([name, value]) => (old as Readonly<Record<string, unknown>>)[name] !== value))
  return Object.keys(rates).length > 0 ? { optimizer: rates } : rest
}

/** An optimizer of another kind has rates of its own: they count as one thing with it. */
function thingsThatDiffer(before: RunConfig, after: RunConfig): readonly string[] {
  const known = new Map(settingsIn(before))
  const names = settingsIn(after).filter(([name, value]) => known.get(name) !== value).map(([name]) => name)
  const plain = names.filter(name => name !== 'layers' && !(names.includes('optimizer') && (name === 'learningRate' || name.startsWith('rate.'))))
  const ofLayers = after.network.layers.flatMap((layer, i) => {
    const old: object | undefined = before.network.layers[i]
    return Object.entries(layer).filter(([key, value]) => (old as Readonly<Record<string, unknown>> | undefined)?.[key] !== value).map(([key]) => `${i}.${key}`)
  })
  return [...plain, ...ofLayers]
}

/**
 * What a twin shares with the other run: the changes of the settings after its beginning, without what it has of its own, and
 * the images that were taught.
 * @param events of the other run
 */
export const sharedEvents = (events: readonly RunEvent[], { step: start, change: own }: TwinStart): readonly RunEvent[] =>
  events.filter(({ step }) => step > start).flatMap((event) => {
    if (event.taught) return [event]
    const shared = withoutOwn(event.change, own)
    return Object.keys(shared).length === 0 ? [] : [{ step: event.step, change: shared }]
  })

function withoutOwn({ optimizer, weightDecay, layers, ...batches }: SettingsChange, own: SettingsChange): SettingsChange {
  const rates = optimizer && withoutRates(optimizer, own.optimizer)
  const ofLayers = layers && Object.fromEntries(Object.entries(layers).map(([name, settings]) => {
    const kept = Object.entries(settings).filter(([setting]) => own.layers?.[name]?.[setting] === undefined)
    return [name, Object.fromEntries(kept)]
  }).filter(([, settings]) => Object.keys(settings as object).length > 0))
  return {
    ...batches,
    ...rates && Object.keys(rates).length > 0 && { optimizer: rates },
    ...weightDecay !== undefined && own.weightDecay === undefined && { weightDecay },
    ...ofLayers && Object.keys(ofLayers).length > 0 && { layers: ofLayers },
  }
}

/** Of an optimizer of a kind of its own, a twin shares nothing. */
function withoutRates(rates: NonNullable<SettingsChange['optimizer']>, own: SettingsChange['optimizer']): NonNullable<SettingsChange['optimizer']> {
  if (!own) return rates
  if (own.kind !== undefined) return {}
  return Object.fromEntries(Object.entries(rates).filter(([name]) => !Object.hasOwn(own, name)))
}
