import { atLayer, checkBatch, checkEnds, checkNetwork, checkOptimizer, checkRunConfig, checkSetting, ConfigError, type DatasetEnds, type DatasetInfo, defaultConfig, type Init, inputSize, type LabError, type LayerSpec, type LossName, outputOf, type OptimizerName, optimizerDefinition, optimizers, ownError, parseLayers, readNumber, type RunConfig, type Shape } from '@core'
import { isFixed, type LayerRow, placeOf, rowsOf, settingsOf, textIn } from './layer-rows'

/** The form as typed: numbers stay texts until they are checked, so that invalid input is kept. */
export interface ConfigForm {
  layers: readonly LayerRow[]
  /** Layers typed as text that cannot be read; null: `layers` is what was typed */
  layersText: string | null
  loss: LossName
  init: Init
  optimizer: OptimizerName
  learningRate: string
  /** The optimizers' other rates: { 'momentum.momentum': '0.9' } */
  rates: Record<string, string>
  weightDecay: string
  batchSize: string
  seed: string
  /** Empty: the seed determines the order, too */
  orderSeed: string
  validation: string
}

type PlainField = 'learningRate' | 'weightDecay' | 'batchSize' | 'seed' | 'orderSeed' | 'validation'
/** A place where an error or a mark is shown: a field, a layer by its row's id, a layer's setting, or the whole list of layers. */
export type FieldName = PlainField | 'dataset' | 'loss' | 'init' | 'optimizer' | 'layers' | 'layersText' | `rate.${string}` | `layer.${number}` | `layer.${number}.${string}`
export type FormErrors = Readonly<Partial<Record<FieldName, LabError>>>

/** What the form knows of a dataset. */
export type FormDataset = DatasetEnds & Pick<DatasetInfo, 'id'>

/** The settings that the form starts from, and the dataset that is chosen. */
export interface FormBase {
  readonly config: RunConfig
  readonly dataset: FormDataset
}

/** The form after its check. */
export interface CheckedForm {
  /** null while a value is invalid */
  readonly config: RunConfig | null
  readonly errors: FormErrors
  /** Shape behind each layer, for one image; null behind an invalid one */
  readonly shapes: readonly (Shape | null)[]
}

export function toForm({ config }: Pick<FormBase, 'config'>): ConfigForm {
  const { network, init, optimizer, orderSeed } = config
  return {
    layers: rowsOf(network.layers), layersText: null, loss: network.loss, init, optimizer: optimizer.kind,
    learningRate: String(optimizer.learningRate),
    rates: Object.fromEntries(optimizers.flatMap(kind => optimizerDefinition(kind).rates.map(({ name, usual }) => [`${kind}.${name}`, String(kind === optimizer.kind ? optimizer[name] ?? usual : usual)]))),
    weightDecay: String(config.weightDecay), batchSize: String(config.batchSize), validation: String(config.validation),
    seed: String(config.seed), orderSeed: orderSeed === undefined ? '' : String(orderSeed),
  }
}

const usualRate = (kind: OptimizerName) => String(optimizerDefinition(kind).usualLearningRate)

/** Chooses an optimizer; the learning rate becomes its usual one, unless another rate than the one in use was typed. @returns whether it did */
export function chooseOptimizer(form: ConfigForm, kind: OptimizerName, { optimizer: atWork }: Pick<RunConfig, 'optimizer'>): boolean {
  const { learningRate, optimizer } = form
  form.optimizer = kind
  if (learningRate !== usualRate(optimizer) && learningRate !== String(atWork.learningRate)) return false
  form.learningRate = usualRate(kind)
  return true
}

/** Whether the learning rate is the usual one of the optimizer. */
export const hasUsualRate = ({ optimizer, learningRate }: ConfigForm): boolean => learningRate === usualRate(optimizer)

/**
 * Validates every field by the core's own rules.
 * @param base settings that the form does not show, and the dataset
 * @returns the configuration, or the error of each invalid field
 */
export function readForm(form: ConfigForm, { config, dataset }: FormBase): CheckedForm {
  const reader = new FieldReader()
  const { errors } = reader
  const { init, loss, optimizer: kind } = form
  const { layers, shapes } = readLayers(form.layers, dataset, reader)
  const learningRate = reader.number('learningRate', form.learningRate, { whole: false })
  reader.attempt('learningRate', () => checkOptimizer({ kind, learningRate }))
  const rates = optimizerDefinition(kind).rates.map(({ name }) => [name, reader.number(`rate.${name}`, form.rates[`${kind}.${name}`]!, { whole: false })] as const)
  for (const [name, rate] of rates) reader.attempt(`rate.${name}`, () => checkOptimizer({ kind, learningRate: defaultConfig.optimizer.learningRate, [name]: rate }))
  const plain = Object.fromEntries(plainFields.filter(name => name !== 'orderSeed' || form.orderSeed.trim() !== '').map((name) => {
    const value = reader.number(name, form[name], { whole: name !== 'weightDecay' && name !== 'validation' })
    reader.attempt(name, () => checkRunConfig({ ...defaultConfig, [name]: value }))
    return [name, value]
  }))
  const { layersText } = form
  // Text that can be read has become the rows already.
  if (layersText !== null) reader.attempt('layersText', () => readLayersText(layersText, loss, dataset))
  if (layersText !== null || Object.keys(errors).some(name => name.startsWith('layer'))) return { config: null, errors, shapes }
  const network = reader.attempt('layers', () => checkNetwork({ layers, loss }))
  if (!network) return { config: null, errors, shapes }
  reader.attempt(({ code }) => code === 'network.outputs' ? `layer.${form.layers.at(-1)!.id}` : 'layers', () => checkEnds(network, dataset))
  if (!errors.batchSize) reader.attempt('batchSize', () => checkBatch(network, plain['batchSize'] as number))
  const valid = Object.keys(errors).length === 0
  return { config: valid ? checkRunConfig({ ...config, orderSeed: undefined, dataset: dataset.id, network, init, optimizer: { kind, learningRate, ...Object.fromEntries(rates) }, ...plain }) : null, errors, shapes }
}

/**
 * Reads layers typed as text.
 * @throws ConfigError network.* when it is no chain of layers from the dataset's images to its classes
 */
export function readLayersText(text: string, loss: LossName, dataset: DatasetEnds): readonly LayerSpec[] {
  const layers = parseLayers(text)
  checkEnds({ layers, loss }, dataset)
  return layers
}

const plainFields = ['weightDecay', 'batchSize', 'seed', 'orderSeed', 'validation'] as const

/** Checks each layer alone, and its place in the chain as far as the layers before it are valid. */
function readLayers(rows: readonly LayerRow[], dataset: DatasetEnds, reader: FieldReader): { layers: readonly LayerSpec[], shapes: readonly (Shape | null)[] } {
  const layers: LayerSpec[] = []
  const input: Shape = [inputSize(dataset)]
  let before: Shape | null = input
  const shapes = rows.map((row, i): Shape | null => {
    const places = settingsOf(row).map(setting => ({ setting, place: placeOf(row, setting) }))
    const values = places.map(({ setting, place }) => {
      const value = isFixed(rows, row, setting) ? dataset.classes.length : reader.number(place, textIn(row, setting), setting)
      reader.attempt(place, () => atLayer(i, () => checkSetting(setting, value, row.kind)))
      return [setting.name, value] as const
    })
    layers.push({ kind: row.kind, ...Object.fromEntries(values) })
    before = before && !places.some(({ place }) => reader.errors[place]) ? reader.attempt(`layer.${row.id}`, () => outputOf({ input, layers })) : null
    return before
  })
  return { layers, shapes }
}

/** Reads the fields of a form, and collects the error of each. */
class FieldReader {
  readonly errors: Partial<Record<FieldName, LabError>> = {}
  private readonly unreadable = new Map<FieldName, LabError>()

  /** Parses a number; invalid text is returned as it is, so that the check reports it with the reason. */
  number(name: FieldName, text: string, { whole }: { readonly whole: boolean }): number | string {
    try { return readNumber(text, { whole }) }
    catch (cause) {
      this.unreadable.set(name, ownError(cause))
      return text.trim()
    }
  }

  /** @returns the result, or null after an error, which is kept for its place */
  attempt<T>(place: FieldName | ((cause: ConfigError) => FieldName), check: () => T): T | null {
    try { return check() }
    catch (cause) {
      if (!(cause instanceof ConfigError)) throw cause
      const name = typeof place === 'function' ? place(cause) : place
      this.errors[name] = new ConfigError(cause.code, cause.message, cause.details, { cause: this.unreadable.get(name) })
      return null
    }
  }
}
