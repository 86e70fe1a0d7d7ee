import { blockDefinition, type Cure, type Difference, differencesOf, type Finding, layerNumber, type RunConfig, warningLimits } from '@core'

/** How the words of a sentence are written in a language. */
export interface FindingFormats {
  /** 1,234 */
  readonly count: (value: number) => string
  /** Three significant digits */
  readonly short: (value: number) => string
  /** All digits of a setting */
  readonly plain: (value: number) => string
  /** 0.98 → 98% */
  readonly share: (value: number) => string
  /** He weights, ReLU → He weights and ReLU */
  readonly list: (parts: readonly string[]) => string
  /** Looks up one of the window's texts and fills in its words: 'terms.layer.affine' → 'Affine'; null if the key is unknown */
  readonly text: (key: string, words?: Readonly<Record<string, string>>) => string | null
}

/** The run that a finding is about. */
export interface FoundRun {
  readonly config: RunConfig
  /** Whether it began with the weights of a file */
  readonly fromFile: boolean
}

/** Facts that are not written with three significant digits. */
const written: Readonly<Record<string, Exclude<keyof FindingFormats, 'text' | 'list'>>> = {
  ...Object.fromEntries(['units', 'kept', 'dead', 'of', 'images', 'steps', 'classes', 'at', 'causeStep', 'leastStep', 'correct'].map(name => [name, 'count'])),
  ...Object.fromEntries(['rate', 'decay', 'causeRate', 'advised', 'usual', 'limit', 'largest'].map(name => [name, 'plain'])),
  ...Object.fromEntries(['share', 'recall', 'accuracy', 'chance', 'trainAccuracy', 'testAccuracy'].map(name => [name, 'share'])),
}
/** Facts that are the name of a block. */
const blocks: ReadonlySet<string> = new Set(['first', 'last', 'small', 'large'])

/** A block's name in a sentence: 'affine1' → 'Affine 1'. */
export function blockTitle(name: string, text: FindingFormats['text']): string {
  const kind = name.replace(/\d+$/, '')
  return `${text(`terms.layer.${kind}`) ?? blockDefinition(kind).title} ${layerNumber(name) || ''}`.trim()
}

/** A tensor's name in a sentence: 'affine1.dW' → 'Affine 1 dW'; '' is the loss. */
function tensorTitle(path: string, text: FindingFormats['text']): string {
  const [block = '', part = ''] = path.split('.')
  return block === '' ? text('diagnosis.lossItself') ?? '' : `${blockTitle(block, text)} ${part}`.trim()
}

/** What a new run has that the present one has not: 'learning rate 0.1', 'He weights', 'ReLU'. */
function differenceText(difference: Difference, { text, plain }: FindingFormats): string {
  switch (difference.what) {
    case 'rate': return text('diagnosis.do.newRate', { value: plain(difference.value) })!
    case 'decay': return text('diagnosis.do.newDecay', { value: plain(difference.value) })!
    case 'init': return text('diagnosis.do.newInit', { name: initTitle(difference.init, text) })!
    case 'kind': return blockTitle(difference.kind, text)
    case 'setting': return text('diagnosis.do.newSetting', { name: blockTitle(difference.kind, text), value: plain(difference.value) })!
    case 'weights': return text('diagnosis.do.weights')!
  }
}

/** What a cure changes, for the sentence that advises it: everything of a new run, or the names of the layers whose setting it changes. */
function changesText(cure: Cure, { config, fromFile }: FoundRun, formats: FindingFormats): string {
  if (cure.kind === 'new') return formats.list(differencesOf(config, cure.config, fromFile).map(difference => differenceText(difference, formats)))
  return formats.list(Object.keys(cure.change.layers ?? {}).map(name => blockTitle(name, formats.text)))
}

/** The text of the button that makes a cure's change: it names all that is changed. */
export function cureText(cure: Cure, run: FoundRun, formats: FindingFormats): string {
  const { text, plain } = formats
  const what = changesText(cure, run, formats)
  if (cure.kind === 'new') return text('diagnosis.do.new', { what })!
  const { optimizer, layers = {} } = cure.change
  const value = optimizer?.learningRate ?? Object.values(layers).flatMap(Object.values<number>)[0]
  return text(`diagnosis.do.${optimizer ? 'rate' : 'setting'}`, { name: what, value: plain(value!) })!
}

const initTitle = (init: string, text: FindingFormats['text']): string => text(`train.config.init${init.charAt(0).toUpperCase()}${init.slice(1)}`) ?? init

/** The words of the texts `diagnosis.<rule>.verdict`, `why` and `try`: the facts of a finding in the user's language, and what its cure changes. */
export function wordsOf({ rule, layer, step, at, facts, cure }: Pick<Finding, 'rule' | 'layer' | 'step' | 'at' | 'facts' | 'cure'>, run: FoundRun, formats: FindingFormats): Readonly<Record<string, string>> {
  const word = (name: string, fact: number | string): string => {
    if (typeof fact === 'number') return formats[rule === 'startVariance' && name === 'largest' ? 'short' : written[name] ?? 'short'](fact)
    if (blocks.has(name)) return blockTitle(fact, formats.text)
    return name === 'tensor' ? tensorTitle(fact, formats.text) : fact
  }
  return {
    ...usualStepWords(formats), ...silentWords(formats), step: formats.count(step), at: formats.count(at), ...layer === null ? {} : { layer: blockTitle(layer, formats.text) },
    ...cure && { change: changesText(cure, run, formats) },
    ...Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, word(name, fact)])),
  }
}

/** The usual ‖ΔW‖/‖W‖ of an update, for texts that say so. */
export const usualStepWords = ({ plain }: Pick<FindingFormats, 'plain'>): Readonly<Record<'usualLeast' | 'usualMost', string>> =>
  ({ usualLeast: plain(warningLimits.usualStep.least), usualMost: plain(warningLimits.usualStep.most) })

/** The share of images for which a dead unit gives 0, or of more, for texts that say so. */
export const silentWords = ({ share }: Pick<FindingFormats, 'share'>): Readonly<Record<'silent', string>> => ({ silent: share(1 - warningLimits.hardlyFires) })

const tryEndings = { none: 'tryNone', change: 'try', new: 'tryNew' } as const

/** Which text says what to try: that a finding follows from another one, or the rule's own for its kind of cure, or for none, if it has one. */
export function tryKey({ rule, cure, explainedBy }: Pick<Finding, 'rule' | 'cure' | 'explainedBy'>, text: FindingFormats['text']): string {
  if (explainedBy !== undefined) return 'diagnosis.explained'
  const own = `diagnosis.${rule}.${tryEndings[cure?.kind ?? 'none']}`
  return text(own) === null ? `diagnosis.${rule}.try` : own
}

/** Whether updates that were too large, at a step before, are known as the cause. */
const hasCause = ({ facts }: Pick<Finding, 'facts'>): boolean => Number(facts['causeStep'] ?? 0) > 0

/** Which text names the cause; null when none is known. */
export const causeKey = (finding: Pick<Finding, 'facts'>): string | null => hasCause(finding) ? 'diagnosis.cause' : null

/** Which text says since when; null where another sentence says it. */
export function sinceKey({ rule, step, at, facts }: Pick<Finding, 'rule' | 'step' | 'at' | 'facts'>): string | null {
  if (hasCause({ facts })) return null
  if (step === 0) return 'diagnosis.sinceStart'
  return rule === 'notFinite' || step === at ? null : 'diagnosis.since'
}
