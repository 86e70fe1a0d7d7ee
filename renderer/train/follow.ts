import type { RunConfig } from '@core'
import { isSame } from './at-work'
import { type ConfigForm, toForm } from './config-form'
import { type LayerRow, sameRows, settingsOf, textIn } from './layer-rows'

/** A value that was in use follows the settings; a typed one stays. */
const followText = (typed: string, before: string, now: string): string => isSame(typed, before) || isSame(typed, now) ? now : typed
const followChoice = <T>(chosen: T, before: T, now: T): T => chosen === before ? now : chosen

/**
 * The form after the run's settings were changed elsewhere: fields that showed the settings in use show the new ones, and
 * what was typed and is not applied yet stays.
 * @param before settings in use until now
 * @param now settings in use from now on
 */
export function followSettings(form: ConfigForm, before: RunConfig, now: RunConfig): ConfigForm {
  const [old, next] = [toForm({ config: before }), toForm({ config: now })]
  const text = (name: 'learningRate' | 'weightDecay' | 'batchSize' | 'seed' | 'orderSeed' | 'validation') => followText(form[name], old[name], next[name])
  return {
    layers: followLayers(form.layers, old.layers, next.layers), layersText: form.layersText,
    loss: followChoice(form.loss, old.loss, next.loss), init: followChoice(form.init, old.init, next.init),
    optimizer: followChoice(form.optimizer, old.optimizer, next.optimizer), learningRate: text('learningRate'),
    rates: Object.fromEntries(Object.entries(form.rates).map(([name, typed]) => [name, followText(typed, old.rates[name]!, next.rates[name]!)])),
    weightDecay: text('weightDecay'), batchSize: text('batchSize'), validation: text('validation'), seed: text('seed'), orderSeed: text('orderSeed'),
  }
}

/** Layer by layer as long as their number is the same in all three; else as a whole. */
function followLayers(typed: readonly LayerRow[], before: readonly LayerRow[], now: readonly LayerRow[]): readonly LayerRow[] {
  if (isUntouched(typed, before)) return sameRows(typed, now)
  if (typed.length !== before.length || typed.length !== now.length) return typed
  return typed.map((row, i) => followLayer(row, before[i]!, now[i]!))
}

function followLayer(typed: LayerRow, before: LayerRow, now: LayerRow): LayerRow {
  if (followChoice(typed.kind, before.kind, now.kind) !== now.kind) return typed
  if (typed.kind !== now.kind) return { ...now, id: typed.id }
  const texts = settingsOf(now).map((setting) => {
    const old = before.kind === now.kind ? textIn(before, setting) : textIn(now, setting)
    return [`${now.kind}.${setting.name}`, followText(textIn(typed, setting), old, textIn(now, setting))]
  })
  return { ...typed, texts: { ...typed.texts, ...Object.fromEntries(texts) as Record<string, string> } }
}

const isUntouched = (typed: readonly LayerRow[], before: readonly LayerRow[]): boolean => typed.length === before.length
  && typed.every((row, i) => row.kind === before[i]!.kind && settingsOf(row).every(setting => isSame(textIn(row, setting), textIn(before[i]!, setting))))
