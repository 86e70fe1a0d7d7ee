import { changeable, checkBatch, ConfigError, LabError, nearest, optimizerDefinition, optimizers, orderOf, plainText, planOf, type RunConfig, type SettingsChange, withChange } from '@core'
import type { Arguments } from './flags'
import type { Terminal } from './terminal'
import { numberOf, wordOf, wrongValue } from './values'

/** Changes of a training's settings, with the settings after all of them. */
export interface Changes {
  readonly changes: readonly SettingsChange[]
  readonly config: RunConfig
}

/**
 * The changes that the values of `--set` stand for: `learning-rate=0.01`, `dropout1.rate=0.3`. Another optimizer comes first,
 * because the rates that may follow are its own; without a learning rate it has its usual one.
 * @param config the settings at work
 * @param input shape of the network's input, which names the layers
 * @throws LabError cli.value, cli.repeatedFlag; ConfigError naming the setting, what it accepts and what was found
 */
export function changesOf({ repeated }: Arguments, config: RunConfig, input: readonly number[], terminal: Terminal): Changes {
  const given = (repeated.get('set') ?? []).map(pair => splitPair(pair))
  const changes: SettingsChange[] = []
  const seen = new Set<string>()
  for (const pair of [...given.filter(isOptimizer), ...given.filter(pair => !isOptimizer(pair))]) {
    const change = changeOf(pair, config, input, terminal)
    const name = JSON.stringify(change, (_, value: unknown) => typeof value === 'object' ? value : 0)
    if (seen.has(name)) throw new LabError('cli.repeatedFlag', `${pair.name} was set twice`, { flag: `--set ${pair.name}` })
    seen.add(name)
    const whole = isOptimizer(pair) && !given.some(isLearningRate) ? withUsualRate(change, config) : change
    config = changed(config, whole, pair, input)
    changes.push(whole)
  }
  return { changes, config }
}

/** One value of the flag, as it was given and split at the equals sign. */
interface Pair { readonly given: string, readonly name: string, readonly value: string | null }

function splitPair(given: string): Pair {
  const { text } = plainText(given)
  const equals = text.indexOf('=')
  return equals < 0 ? { given, name: text.trim(), value: null } : { given, name: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() }
}

const isOptimizer = ({ name }: Pair): boolean => name.toLowerCase() === 'optimizer'
const isLearningRate = ({ name }: Pair): boolean => name.toLowerCase() === 'learning-rate'

/** Another kind of optimizer with its usual learning rate: 0.1 suits sgd and ruins a training with adam. */
function withUsualRate(change: SettingsChange, config: RunConfig): SettingsChange {
  const kind = optimizers.find(kind => kind === change.optimizer?.kind)
  return kind === undefined || kind === config.optimizer.kind ? change : { optimizer: { kind, learningRate: optimizerDefinition(kind).usualLearningRate } }
}

/** Names of the settings as the flag takes them, with their paths in a change. */
const namesOf = (config: RunConfig, input: readonly number[]): ReadonlyMap<string, string> => new Map(changeable(config, input).map(path => [nameOf(path), path]))

/** 'learning-rate' for 'optimizer.learningRate', 'optimizer' for its kind, 'dropout1.rate' for 'layers.dropout1.rate' */
function nameOf(path: string): string {
  if (path === 'optimizer.kind') return 'optimizer'
  return path.startsWith('layers.') ? path.slice('layers.'.length) : path.replace('optimizer.', '').replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

/** Names of what can change during a training, as the flag takes them. */
export const settableIn = (config: RunConfig, input: readonly number[]): readonly string[] => [...namesOf(config, input).keys()]

/** What changes from some settings to others: 'learning-rate 0.1 → 0.01', 'beta1 0.9' for a rate that is new. */
export function differencesOf(before: RunConfig, after: RunConfig, input: readonly number[]): readonly string[] {
  const [earlier, later] = [valuesOf(before, input), valuesOf(after, input)]
  return [...later].filter(([name, value]) => earlier.get(name) !== value)
    .map(([name, value]) => earlier.has(name) ? `${name} ${earlier.get(name)!} → ${value}` : `${name} ${value}`)
}

/** The settings that can change, by the names of {@link settableIn}. */
function valuesOf(config: RunConfig, input: readonly number[]): ReadonlyMap<string, string> {
  const layers = new Map(planOf({ input, ...config.network }).map(({ name, spec }) => [name, spec]))
  const tree: Readonly<Record<string, unknown>> = { ...config, orderSeed: orderOf(config), layers: Object.fromEntries(layers) }
  const valueAt = (path: string): unknown => path.split('.').reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>>)[key], tree)
  return new Map([...namesOf(config, input)].map(([name, path]) => [name, String(valueAt(path))]))
}

function changeOf({ given, name, value }: Pair, config: RunConfig, input: readonly number[], terminal: Terminal): SettingsChange {
  const names = namesOf(config, input)
  const known = [...names.keys()].find(known => known.toLowerCase() === name.toLowerCase())
  const allowed = [...names.keys()].join(', ')
  if (known === undefined) {
    const meant = nearest(name, [...names.keys()])
    throw wrongValue('set', terminal.text('wanted.setting', { allowed }), given, { suggestion: meant && `${meant}=${value ?? '…'}` })
  }
  if (value === null || value === '') throw wrongValue('set', terminal.text('wanted.setting', { allowed }), given, { suggestion: `${known}=…` })
  const [part = '', ...keys] = names.get(known)!.split('.')
  const parsed = known === 'optimizer' ? wordOf(value, optimizers) ?? value : numberOrText(value, part)
  return { [part]: keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), parsed) }
}

/** A number, or the text, which the check of the settings will refuse. */
function numberOrText(text: string, part: string): unknown {
  const value = numberOf(text, { whole: part === 'batchSize' || part === 'orderSeed' })
  return typeof value === 'number' ? value : text
}

/** The settings after a change. @throws ConfigError naming the flag */
function changed(config: RunConfig, change: SettingsChange, pair: Pair, input: readonly number[]): RunConfig {
  try {
    const next = withChange(config, change, input)
    checkBatch(next.network, next.batchSize)
    return next
  }
  catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    const { name, value } = pair
    const found = value ?? '–'
    const [reason, meant] = isOptimizer(pair) ? [undefined, nearest(found, optimizers)] : [numberOf(found), undefined]
    throw new ConfigError(cause.code, cause.message, { ...cause.details, flag: `--set ${name}`, found, ...meant !== undefined && { suggestion: `${name}=${meant}` } }, { cause: reason })
  }
}
