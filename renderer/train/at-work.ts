import { inputSize, layerDefinition, optimizerDefinition, type OptimizerSpec, planOf, printLayers, readNumber, type SettingsChange } from '@core'
import { type ConfigForm, type FieldName, type FormBase, type FormErrors, toForm } from './config-form'
import { hasSameKinds, isFixed, type LayerRow, placeOf, settingsOf, textIn } from './layer-rows'

/** The fields whose typed value is not in use yet, with the value in use as text. */
export type Pending = Readonly<Partial<Record<FieldName, string>>>

const plainFields = ['learningRate', 'weightDecay', 'batchSize', 'seed', 'orderSeed', 'validation', 'loss', 'init', 'optimizer'] as const

/** Compares a form with the run's settings. Layers are compared one by one as long as their kinds are the same, else as a whole. */
export function pendingOf(form: ConfigForm, base: FormBase): Pending {
  const atWork = toForm(base)
  const pending: Partial<Record<FieldName, string>> = {}
  const compare = (name: FieldName, typed: string, working: string) => { if (!isSame(typed, working)) pending[name] = working }
  compare('dataset', base.dataset.id, base.config.dataset)
  for (const name of plainFields) compare(name, form[name], atWork[name])
  const { optimizer } = form
  if (optimizer === atWork.optimizer) for (const { name } of optimizerDefinition(optimizer).rates) compare(`rate.${name}`, form.rates[`${optimizer}.${name}`]!, atWork.rates[`${optimizer}.${name}`]!)
  if (form.layersText === null && hasSameKinds(form.layers, base.config.network.layers)) {
    for (const [row, spec] of pairsOf(form.layers, base))
      for (const setting of settingsOf(row)) if (!isFixed(form.layers, row, setting)) compare(placeOf(row, setting), textIn(row, setting), String(spec[setting.name]))
  }
  else pending.layers = printLayers(base.config.network.layers)
  return pending
}

/** Typed numbers are the same when they have the same value: 0.10 and 0.1. */
export function isSame(typed: string, working: string): boolean {
  if (typed.trim() === working) return true
  try { return readNumber(typed, { whole: false }) === Number(working) && working !== '' }
  catch { return false }
}

const pairsOf = (rows: readonly LayerRow[], { config }: FormBase) => rows.map((row, i) => [row, config.network.layers[i]!] as const)

/** What a run can take over as it goes on, and the fields that it comes from. */
export interface LiveChange { readonly change: SettingsChange, readonly fields: readonly FieldName[] }

/**
 * The pending values that a run can take over as it goes on; null if nothing is pending or a value is invalid.
 * @param pending of {@link pendingOf}
 */
export function liveChange(form: ConfigForm, base: FormBase, pending: Pending, errors: FormErrors): LiveChange | null {
  const { optimizer: kind } = form
  const number = (text: string) => readNumber(text, { whole: false })
  const rateNames = optimizerDefinition(kind).rates.map(({ name }) => name)
  const ofOptimizer: readonly FieldName[] = ['optimizer', 'learningRate', ...rateNames.map((name): FieldName => `rate.${name}`)]
  const ofLayers = liveSettings(form, base).filter(({ place }) => pending[place] !== undefined)
  const changed = [...ofOptimizer, 'batchSize', 'weightDecay', 'orderSeed', ...ofLayers.map(({ place }) => place)] satisfies readonly FieldName[]
  const isNew = (name: FieldName) => pending[name] !== undefined && !(name === 'orderSeed' && form.orderSeed.trim() === '')
  const fields = changed.filter(isNew)
  if (!fields.length || changed.some(name => errors[name])) return null
  const rates = (): Partial<OptimizerSpec> => ({ kind, learningRate: number(form.learningRate), ...Object.fromEntries(rateNames.map(name => [name, number(form.rates[`${kind}.${name}`]!)])) })
  const change = {
    ...ofOptimizer.some(isNew) && { optimizer: rates() },
    ...(['batchSize', 'weightDecay', 'orderSeed'] as const).reduce((all, name) => isNew(name) ? { ...all, [name]: number(form[name]) } : all, {}),
    ...ofLayers.length && { layers: Object.fromEntries(ofLayers.map(({ layer, row }) => [layer, Object.fromEntries(ofLayers.filter(other => other.row === row).map(({ setting }) => [setting.name, number(textIn(row, setting))]))])) },
  }
  return { change, fields }
}

/** The settings of layers that may change during a run, with the layers' names in the run. */
function liveSettings({ layers, layersText }: ConfigForm, { config: { network }, dataset }: FormBase) {
  if (layersText !== null || !hasSameKinds(layers, network.layers)) return []
  return planOf({ input: [inputSize(dataset)], layers: network.layers }).flatMap(({ name: layer }, i) => {
    const row = layers[i]!
    const { settings, live = [] } = layerDefinition(row.kind)
    return settings.filter(({ name }) => live.includes(name)).map(setting => ({ layer, row, setting, place: placeOf(row, setting) }))
  })
}
