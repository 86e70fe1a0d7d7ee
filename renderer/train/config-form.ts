import { type Activation, checkArchitecture, checkRunConfig, ConfigError, defaultConfig, type Init, type LabError, limits, type OptimizerName, ownError, readNumber, type RunConfig } from '@core'

/** The form as typed: numbers stay texts until they are checked, so that invalid input is kept. */
export interface ConfigForm {
  hidden: string[]
  learningRate: string
  batchSize: string
  seed: string
  activation: Activation
  init: Init
  optimizer: OptimizerName
}

export type FieldName = 'learningRate' | 'batchSize' | 'seed' | 'layers' | `hidden${number}`
export type FormErrors = Readonly<Partial<Record<FieldName, ConfigError>>>

export const toForm = (config: RunConfig): ConfigForm => ({
  hidden: config.layers.slice(1, -1).map(String),
  learningRate: String(config.learningRate),
  batchSize: String(config.batchSize),
  seed: String(config.seed),
  activation: config.activation,
  init: config.init,
  optimizer: config.optimizer,
})

/**
 * Validates every field by the core's own rules.
 * @param base settings that the form does not show: dataset, inputs and outputs
 * @returns the configuration, or the error of each invalid field
 */
export function readForm(form: ConfigForm, base: RunConfig): { config: RunConfig | null, errors: FormErrors } {
  const errors: Partial<Record<FieldName, ConfigError>> = {}
  const { activation, init, optimizer } = form
  const attempt = (name: FieldName, check: () => unknown) => {
    try { check() }
    catch (cause) {
      if (!(cause instanceof ConfigError)) throw cause
      errors[name] = new ConfigError(cause.code, cause.message, cause.details, { cause: unreadable.get(name) })
    }
  }
  const unreadable = new Map<FieldName, LabError>()
  /** Parses a number; invalid text is returned as it is, so that the check reports it with the reason. */
  const read = (name: FieldName, text: string, whole = true): number | string => {
    try { return readNumber(text, { whole }) }
    catch (cause) {
      unreadable.set(name, ownError(cause))
      return text.trim()
    }
  }
  const hidden = form.hidden.map((text, i) => read(`hidden${i}`, text))
  const numbers = { learningRate: read('learningRate', form.learningRate, false), batchSize: read('batchSize', form.batchSize), seed: read('seed', form.seed) }
  // A single layer can only exceed the limit of its own size; the total is checked for the whole network.
  hidden.forEach((units, i) => attempt(`hidden${i}`, () => checkArchitecture({ layers: [1, units, 1], activation })))
  for (const name of ['learningRate', 'batchSize', 'seed'] as const)
    attempt(name, () => checkRunConfig({ ...defaultConfig, [name]: numbers[name] }))
  const whole = { ...base, ...numbers, activation, init, optimizer, layers: [base.layers[0], ...hidden, base.layers.at(-1)] }
  if (Object.keys(errors).length) return { config: null, errors }
  attempt('layers', () => checkRunConfig(whole))
  return { config: errors.layers ? null : checkRunConfig(whole), errors }
}

export const sameConfig = (a: RunConfig, b: RunConfig): boolean =>
  a.layers.join() === b.layers.join()
  && (['activation', 'init', 'optimizer', 'learningRate', 'batchSize', 'seed'] as const).every(key => a[key] === b[key])

export const canAddLayer = (form: ConfigForm): boolean => form.hidden.length < limits.hiddenLayers
