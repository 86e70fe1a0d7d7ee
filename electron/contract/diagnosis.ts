import { blockDefinition, type Finding, layerNumber, warningLimits } from '@core'

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
  /** Looks up a name in the window's texts: 'terms.layer.affine' → 'Affine'; null if the key is unknown */
  readonly text: (key: string) => string | null
}

/** Facts that are not written with three significant digits. */
const written: Readonly<Record<string, Exclude<keyof FindingFormats, 'text'>>> = {
  ...Object.fromEntries(['units', 'kept', 'dead', 'of', 'images', 'steps', 'classes', 'at', 'causeStep', 'leastStep', 'correct'].map(name => [name, 'count'])),
  ...Object.fromEntries(['rate', 'decay', 'causeRate', 'advised', 'usual', 'limit', 'largest'].map(name => [name, 'plain'])),
  ...Object.fromEntries(['share', 'recall', 'accuracy', 'chance', 'trainAccuracy', 'testAccuracy', 'extreme'].map(name => [name, 'share'])),
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

/** The words of the texts `diagnosis.<rule>.verdict`, `why` and `try`: the facts of a finding in the user's language. */
export function wordsOf({ rule, layer, step, at, facts }: Pick<Finding, 'rule' | 'layer' | 'step' | 'at' | 'facts'>, formats: FindingFormats): Readonly<Record<string, string>> {
  const word = (name: string, fact: number | string): string => {
    if (typeof fact === 'number') return formats[rule === 'startVariance' && name === 'largest' ? 'short' : written[name] ?? 'short'](fact)
    if (blocks.has(name)) return blockTitle(fact, formats.text)
    if (name === 'tensor') return tensorTitle(fact, formats.text)
    if (name === 'kind') return formats.text(`terms.layer.${fact}`) ?? fact
    return name === 'advised' || name === 'init' ? formats.text(`train.config.init${fact.charAt(0).toUpperCase()}${fact.slice(1)}`) ?? fact : fact
  }
  return {
    ...usualStepWords(formats), step: formats.count(step), at: formats.count(at), ...layer === null ? {} : { layer: blockTitle(layer, formats.text) },
    ...Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, word(name, fact)])),
  }
}

/** The usual ‖ΔW‖/‖W‖ of an update, for texts that say so. */
export const usualStepWords = ({ plain }: Pick<FindingFormats, 'plain'>): Readonly<Record<'usualLeast' | 'usualMost', string>> =>
  ({ usualLeast: plain(warningLimits.usualStep.least), usualMost: plain(warningLimits.usualStep.most) })

const tryEndings = { none: 'tryNone', change: 'tryChange', new: 'tryNew' } as const

/** Which of a rule's texts says what to try: one for its kind of cure, or for none, if the rule has one. */
export function tryKey({ rule, cure }: Pick<Finding, 'rule' | 'cure'>, text: FindingFormats['text']): string {
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
