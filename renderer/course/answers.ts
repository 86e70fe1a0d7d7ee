import { excerpt, LabError, ownError, plainText, readNumber, suggestionOf, withSuggestion } from '@core'
import type { Answer, HintName, Posed, Question, Sign } from './types'

/**
 * Outcome of an answer: right, right but with too few digits, or wrong with the hint for a known mistake; null falls back
 * to the question's own hint.
 */
export type Verdict
  = | { readonly is: 'right' | 'imprecise' }
    | { readonly is: 'wrong', readonly hint: HintName | null }

/** Number of significant digits that are compared */
const digits = 3
/** Tolerance for an answer of 0, which has no significant digits */
const nearZero = 5e-4
/** Rounding in float64 may put 2.205 on either side of the tolerance. */
const rounding = 1e-9

/**
 * Parses a shape: 2, 3 · (2, 3) · [2,3] · 2x3 · 2 3 · (3,).
 * @throws LabError typed.shape
 */
export function readShape(text: string): readonly number[] {
  const bare = /^(?:\((.*)\)|\[(.*)\]|(.*))$/s.exec(plainText(text).text.trim())
  const inner = (bare?.[1] ?? bare?.[2] ?? bare?.[3] ?? '').trim().replace(/ *,$/, '')
  const sizes = inner.split(/ *[,x*] *| +/i)
  if (sizes.every(size => /^\d{1,6}$/.test(size)) && sizes.length <= 4) return sizes.map(Number)
  throw new LabError('typed.shape', `no shape: ${excerpt(text)}`, { found: excerpt(text.trim()) })
}

/** A typed answer. `adjusted`: a unit, a % or another addition was left out or converted, which the learner is told. */
export interface Typed { readonly answer: Answer, readonly adjusted: boolean }

/**
 * Parses a typed number, and takes the suggestion of the reader of numbers where there is one: “2.2 won” is 2.2.
 * @throws LabError typed.*
 */
function readWithUnit(text: string): Typed {
  try { return { answer: readNumber(text), adjusted: plainText(text).text.includes('%') } }
  catch (cause) {
    const error = ownError(cause)
    const meant = suggestionOf(error)
    if (!meant) throw error
    return { answer: readNumber(withSuggestion(text, meant)), adjusted: true }
  }
}

/**
 * Parses a typed answer.
 * @throws LabError typed.* when it is not of the question's kind
 */
export const readAnswer = (kind: Question['kind'], text: string): Typed =>
  kind === 'shape' ? { answer: readShape(text), adjusted: false } : readWithUnit(text)

/** Number of decimals that show three significant digits; negative for large numbers. */
const decimalsOf = (answer: number): number => digits - 1 - Math.floor(Math.log10(Math.abs(answer)))

/** Largest accepted difference: half a unit of the third significant digit. */
const toleranceOf = (answer: number): number => answer === 0 ? nearZero : 0.5 * 10 ** -decimalsOf(answer)

/** Whether two answers are equal; numbers within a tolerance relative to the second. */
export function sameAnswer(given: Answer, wanted: Answer, tolerance?: number): boolean {
  if (typeof given === 'number' && typeof wanted === 'number')
    return Math.abs(given - wanted) <= (tolerance ?? toleranceOf(wanted)) * (1 + rounding)
  if (Array.isArray(given) && Array.isArray(wanted)) return given.length === wanted.length && given.every((size, i) => size === wanted[i])
  return given === wanted
}

/**
 * Whether a number is the answer, rounded or cut off too early: 0.59 for 0.5937. Only decimals can be missing: 700 instead
 * of 715 is a mistake. Answers with one or two significant digits are given exactly.
 */
function isImprecise(given: number, answer: number): boolean {
  if (given === 0 || answer === 0) return false
  const places = decimalsOf(answer)
  const same = (a: number, b: number) => Math.abs(a - b) <= rounding * Math.abs(b)
  const isShort = same(Number(answer.toPrecision(digits - 1)), answer)
  return !isShort && [places - 2, places - 1, places].filter(decimals => decimals >= 0).some((decimals) => {
    const scale = 10 ** decimals
    return [Math.round, Math.trunc].some(cut => same(given * scale, cut(answer * scale)))
  })
}

/** Judges an answer: right, too imprecise, or wrong with the mistake that it reveals. */
export function judge(posed: Pick<Posed, 'answer' | 'tolerance' | 'mistakes' | 'hide' | 'curve'>, given: Answer): Verdict {
  const { answer, tolerance, mistakes, hide } = posed
  if (posed.curve) return judgePoint(posed, given)
  if (sameAnswer(given, answer, tolerance)) return { is: 'right' }
  const known = mistakes.find(mistake => sameAnswer(given, mistake.answer))
  if (known) return { is: 'wrong', hint: known.hint }
  if (typeof given === 'number' && typeof answer === 'number') {
    const imprecise = (number: number) => tolerance === undefined && isImprecise(number, answer)
    if (imprecise(given)) return { is: 'imprecise' }
    const isFlipped = sameAnswer(-given, answer, tolerance) || imprecise(-given)
    return { is: 'wrong', hint: isFlipped ? asksForGradient(hide) ? 'sign' : 'signOnly' : null }
  }
  const isReversed = Array.isArray(given) && typeof given[0] === 'number' && sameAnswer(given.toReversed() as readonly number[], answer)
  return { is: 'wrong', hint: isReversed ? 'rowsFirst' : null }
}

/** Judges a point that was placed by eye: all places within the tolerance are the same. */
function judgePoint({ answer, tolerance, mistakes }: Pick<Posed, 'answer' | 'tolerance' | 'mistakes'>, given: Answer): Verdict {
  if (sameAnswer(given, answer, tolerance)) return { is: 'right' }
  return { is: 'wrong', hint: mistakes.find(mistake => sameAnswer(given, mistake.answer, tolerance))?.hint ?? null }
}

const asksForGradient = (hide: readonly string[]): boolean => hide.some(name => name.startsWith('gradient:')) && !hide.some(name => name.startsWith('updated:'))

export const signs: readonly Sign[] = ['+', '-', '0']

/** Key of an answer in texts and in saved progress: '2.2', '2, 3', '-', the number of a line, the key of a picture or choice, or several keys. */
export function answerKey({ code, pictures }: Pick<Posed, 'code' | 'pictures'>, answer: Answer): string {
  if (typeof answer !== 'number') return typeof answer === 'string' ? answer : answer.join(', ')
  return pictures?.[answer]?.key ?? String(code === undefined ? answer : answer + 1)
}

/** Formats a number, a shape or a sign: 2.2 · (2, 3) · − */
export function printAnswer(answer: Answer, number: (value: number) => string): string {
  if (typeof answer === 'number') return number(answer)
  if (typeof answer === 'string') return answer.replace('-', '−')
  return `(${answer.join(', ')}${answer.length === 1 ? ',' : ''})`
}
