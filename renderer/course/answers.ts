import { excerpt, LabError, plainText, readNumber } from '@core'
import type { HintName, Posed, Question, Sign } from './types'

export type Answer = Posed['answer']

/**
 * Outcome of an answer: right, or wrong with the hint for a known mistake; null falls back to the question's own hint.
 */
export type Verdict = { readonly right: true } | { readonly right: false, readonly hint: HintName | null }

/** Number of significant digits that are compared */
const digits = 3
/** Tolerance for an answer of 0, which has no significant digits */
const nearZero = 5e-4

/**
 * Parses a shape: 2, 3 · (2, 3) · [2,3] · 2x3 · (3,).
 * @throws LabError typed.shape
 */
export function readShape(text: string): readonly number[] {
  const bare = /^(?:\((.*)\)|\[(.*)\]|(.*))$/s.exec(plainText(text).text.trim())
  const inner = (bare?.[1] ?? bare?.[2] ?? bare?.[3] ?? '').trim().replace(/ *,$/, '')
  const sizes = inner.split(/ *[,x*] *| +/i)
  if (sizes.every(size => /^\d{1,6}$/.test(size)) && sizes.length <= 4) return sizes.map(Number)
  throw new LabError('typed.shape', `no shape: ${excerpt(text)}`, { found: excerpt(text.trim()) })
}

/** Largest accepted difference: half a unit of the third significant digit. */
function toleranceOf(answer: number): number {
  if (answer === 0) return nearZero
  return 0.5 * 10 ** (Math.floor(Math.log10(Math.abs(answer))) - (digits - 1))
}

/** Whether two answers are equal; numbers within a tolerance relative to the second. */
export function sameAnswer(given: Answer, wanted: Answer, tolerance?: number): boolean {
  if (typeof given === 'number' && typeof wanted === 'number')
    return Math.abs(given - wanted) <= (tolerance ?? toleranceOf(wanted)) * (1 + 1e-9) // rounding in float64 may put 2.205 on either side
  if (Array.isArray(given) && Array.isArray(wanted)) return given.length === wanted.length && given.every((size, i) => size === wanted[i])
  return given === wanted
}

/** Judges an answer: right, or wrong with the mistake that it reveals. */
export function judge({ answer, tolerance, mistakes }: Pick<Posed, 'answer' | 'tolerance' | 'mistakes'>, given: Answer): Verdict {
  if (sameAnswer(given, answer, tolerance)) return { right: true }
  const known = mistakes.find(mistake => sameAnswer(given, mistake.answer))
  return { right: false, hint: known?.hint ?? unlisted(given, answer, tolerance) }
}

/** Detects mistakes that questions need not list: a flipped sign, a transposed shape. */
function unlisted(given: Answer, answer: Answer, tolerance: number | undefined): HintName | null {
  if (typeof given === 'number' && typeof answer === 'number') return sameAnswer(-given, answer, tolerance) ? 'sign' : null
  if (Array.isArray(given) && Array.isArray(answer)) return sameAnswer(given.toReversed(), answer) ? 'transpose' : null
  return null
}

/**
 * Parses a typed answer.
 * @throws LabError typed.* when it is not of the question's kind
 */
export function readAnswer(kind: Question['kind'], text: string): Answer {
  if (kind === 'number') return readNumber(text)
  if (kind === 'shape') return readShape(text)
  const sign = signs.find(sign => sign === plainText(text).text.trim())
  if (sign === undefined) throw new LabError('typed.character', `no sign: ${excerpt(text)}`, { at: 1, found: excerpt(text.trim()) })
  return sign
}

export const signs: readonly Sign[] = ['+', '-', '0']

/** Formats an answer: 2.2 · (2, 3) · − */
export function printAnswer(answer: Answer, number: (value: number) => string): string {
  if (typeof answer === 'number') return number(answer)
  if (typeof answer === 'string') return answer.replace('-', '−')
  return `(${answer.join(', ')}${answer.length === 1 ? ',' : ''})`
}
