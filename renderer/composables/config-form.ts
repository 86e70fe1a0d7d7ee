import { type Activation, checkArchitecture, checkRunConfig, ConfigError, defaultConfig, type Init, limits, type OptimizerName, type RunConfig } from '@core'

/** The form as it is typed: numbers stay texts until they are checked, so that nothing typed is lost. */
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

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A number where it is one (full-width digits too), else the text itself: the check then shows what it found. */
export function typed(text: string): number | string {
  const plain = text.normalize('NFKC').replace('−', '-').trim()
  return number.test(plain) ? Number(plain) : text.trim()
}

/**
 * Checks what was typed, field by field, with the core's own rules.
 * @param base what the form does not show: dataset, inputs and outputs
 * @returns the configuration, or why each wrong field cannot be used
 */
export function readForm(form: ConfigForm, base: RunConfig): { config: RunConfig | null, errors: FormErrors } {
  const errors: Partial<Record<FieldName, ConfigError>> = {}
  const { activation, init, optimizer } = form
  const attempt = (name: FieldName, check: () => unknown) => {
    try { check() }
    catch (cause) {
      if (!(cause instanceof ConfigError)) throw cause
      errors[name] = cause
    }
  }
  const hidden = form.hidden.map(typed)
  const numbers = { learningRate: typed(form.learningRate), batchSize: typed(form.batchSize), seed: typed(form.seed) }
  // A layer alone can be too large only by its size; the sum of all is the whole network's matter.
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
