import type { Block } from '@contract'
import { LabError, ownError, type Question, readNumber, type TensorFigure, tensorFigures } from '@core'
import { partIn, partOf } from '../../lib/block-parts'
import type { AskSubject } from '../../stores/asking'

/** What can be asked about a thing; `value` is that of one element, `died` is about one unit, `diedFirst` about all units of its layer. */
export type What = TensorFigure | 'value' | 'sign' | 'died' | 'diedFirst' | 'accuracy' | 'loss' | 'notFinite' | 'read'
export type Direction = 'above' | 'below'

/** A question as it is typed. */
export interface Draft {
  readonly what: What
  readonly direction: Direction
  readonly value: string
  /** Of a unit that died */
  readonly unit: string
  /** Of an accuracy null for all classes */
  readonly class: number | null
}

/** Whether a tensor is updated by the optimizer. @param blocks of the network */
function isTrained(path: string, blocks: readonly Block[]): boolean {
  const block = blocks.find(({ name }) => path.startsWith(`${name}.`))
  return block !== undefined && [partOf(block, 'weight'), partOf(block, 'bias')].includes(partIn(path))
}

/** What can be measured of a tensor. */
export const figuresOf = (path: string, blocks: readonly Block[]): readonly TensorFigure[] => tensorFigures.filter(figure => figure !== 'updateRatio' || isTrained(path, blocks))

/** What can be asked about a thing, the usual one first. */
export function whatsOf(subject: AskSubject, blocks: readonly Block[]): readonly What[] {
  switch (subject.of) {
    case 'tensor': return figuresOf(subject.path, blocks)
    case 'cell': return ['sign', 'value']
    case 'unit': return ['died', 'diedFirst']
    case 'accuracy': return ['accuracy']
    case 'loss': return ['loss', 'notFinite']
    case 'image': return ['read']
  }
}

/** Whether a question asks for a value. */
export const hasValue = (what: What): boolean => !['sign', 'died', 'diedFirst', 'notFinite', 'read'].includes(what)

/** Whether its value is typed as a percentage. */
export const isPercent = (what: What): boolean => what === 'accuracy' || what === 'zeroShare'

/** The draft to begin with: a loss is awaited to fall, everything else to rise. */
export const firstDraft = (subject: AskSubject, blocks: readonly Block[]): Draft => ({
  what: whatsOf(subject, blocks)[0]!, direction: subject.of === 'loss' ? 'below' : 'above',
  value: subject.of === 'accuracy' ? '90' : subject.of === 'loss' ? '0.1' : '', class: subject.of === 'image' || subject.of === 'accuracy' ? subject.class ?? null : null,
  unit: subject.of === 'unit' ? String(subject.unit) : '',
})

/**
 * @param units number of units of the layer that is asked about
 * @returns the question, or null while its value or its unit is missing or is no number; then with its error
 */
export function questionOf(subject: AskSubject, draft: Draft, units = Infinity): { readonly question: Question | null, readonly error?: LabError } {
  const isOfUnit = draft.what === 'died'
  if (!hasValue(draft.what) && !isOfUnit) return { question: plainQuestion(subject, draft) }
  if ((isOfUnit ? draft.unit : draft.value).trim() === '') return { question: null }
  try {
    if (isOfUnit) return { question: subject.of === 'unit' ? { ask: 'died', layer: subject.layer, unit: readUnit(draft.unit, units) } : null }
    const value = readNumber(draft.value) / (isPercent(draft.what) ? 100 : 1)
    return { question: passed(subjectOf(subject, draft), draft, value) }
  }
  catch (cause) { return { question: null, error: ownError(cause) } }
}

/** @throws LabError typed.*, past.unit when there is no such unit */
function readUnit(text: string, units: number): number {
  const unit = readNumber(text, { whole: true })
  if (!Number.isInteger(unit) || unit < 0 || unit >= units) throw new LabError('past.unit', `units are 0 to ${units - 1}, found ${unit}`, { found: text.trim(), last: units - 1 })
  return unit
}

/** The thing that is asked about: the accuracy on the chosen class, the typed unit. */
export function subjectOf(subject: AskSubject, { class: wanted, unit }: Pick<Draft, 'class' | 'unit'>): AskSubject {
  if (subject.of === 'accuracy') return { of: 'accuracy', split: subject.split, ...wanted !== null && { class: wanted } }
  if (subject.of !== 'unit') return subject
  try { return { ...subject, unit: readUnit(unit, Infinity) } }
  catch { return subject } // its field says what is wrong
}

function plainQuestion(subject: AskSubject, { what, class: wanted }: Draft): Question | null {
  if (what === 'notFinite') return { ask: 'notFinite' }
  if (subject.of === 'unit') return { ask: 'died', layer: subject.layer, unit: null }
  if (subject.of === 'image') return { ask: 'read', image: subject.image, class: wanted ?? 0 }
  return subject.of === 'cell' ? { ask: 'sign', quantity: subject } : null
}

function passed(subject: AskSubject, { what, direction }: Draft, value: number): Question | null {
  if (subject.of === 'tensor') return { ask: 'passed', quantity: { of: 'tensor', path: subject.path, figure: what as TensorFigure }, direction, value }
  return subject.of === 'cell' || subject.of === 'accuracy' || subject.of === 'loss' ? { ask: 'passed', quantity: subject, direction, value } : null
}
