import { type Activation, type Architecture, checkOptimizer, checkParameters, checkPerceptron, checkRunConfig, ConfigError, defaultConfig, expand, type Init, type LabError, limits, type NetworkSpec, type OptimizerName, ownError, perceptronOf, printLayers, readNumber, type RunConfig } from '@core'

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

/** The settings that the form starts from, with the input of their network. */
export interface FormBase {
  readonly config: RunConfig
  readonly input: readonly number[]
}

const perceptronIn = ({ config, input }: FormBase) => perceptronOf({ input, ...config.network })

export function toForm(base: FormBase): ConfigForm {
  const { config } = base
  const perceptron = perceptronIn(base)
  return {
    hidden: perceptron?.layers.slice(1, -1).map(String) ?? [],
    learningRate: String(config.optimizer.learningRate),
    batchSize: String(config.batchSize),
    seed: String(config.seed),
    activation: perceptron?.activation ?? 'relu',
    init: config.init,
    optimizer: config.optimizer.kind,
  }
}

/** The layers of a chain that is no perceptron, as text; null for a perceptron, whose hidden layers are fields. */
export const chainOf = (base: FormBase): string | null => perceptronIn(base) ? null : printLayers(base.config.network.layers)

/**
 * Validates every field by the core's own rules.
 * @param base settings that the form does not show: dataset, inputs and outputs
 * @returns the configuration, or the error of each invalid field
 */
export function readForm(form: ConfigForm, base: FormBase): { config: RunConfig | null, errors: FormErrors } {
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
  const [learningRate, batchSize, seed] = [read('learningRate', form.learningRate, false), read('batchSize', form.batchSize), read('seed', form.seed)]
  // A single layer can only exceed the limit of its own size; the total is checked for the whole network.
  hidden.forEach((units, i) => attempt(`hidden${i}`, () => checkPerceptron({ layers: [1, units, 1], activation })))
  attempt('learningRate', () => checkOptimizer({ kind: optimizer, learningRate }))
  attempt('batchSize', () => checkRunConfig({ ...defaultConfig, batchSize }))
  attempt('seed', () => checkRunConfig({ ...defaultConfig, seed }))
  if (Object.keys(errors).length) return { config: null, errors }
  let network: NetworkSpec | null = null
  attempt('layers', () => { network = networkOf(hidden as number[], activation, base) })
  if (!network) return { config: null, errors }
  const rates = optimizer === base.config.optimizer.kind ? base.config.optimizer : {}
  return { config: checkRunConfig({ ...base.config, network, init, optimizer: { ...rates, kind: optimizer, learningRate }, batchSize, seed }), errors }
}

/** @throws ConfigError config.parameters */
function networkOf(hidden: readonly number[], activation: Activation, { config, input }: FormBase): NetworkSpec {
  const { layers, loss } = config.network
  const given = perceptronIn({ config, input })
  if (!given) return config.network // a chain that the form does not show stays as it is
  const inputs = input.reduce((product, n) => product * n, 1)
  const architecture: Architecture = { ...expand({ layers: [inputs, ...hidden, Number(layers.at(-1)?.units)], activation }), input, loss }
  checkParameters(architecture)
  return { layers: architecture.layers, loss }
}

export const sameConfig = (a: RunConfig, b: RunConfig): boolean => JSON.stringify(a) === JSON.stringify(b)

export const canAddLayer = (form: ConfigForm): boolean => form.hidden.length < limits.hiddenLayers
