import { excerpt, LabError, plainText, readNumber } from '@core'
import type { HintName, Posed, Question, Sign } from './types'

export type Answer = Posed['answer']

/** What a wrong answer tells: a known mistake, or nothing; then the question's own hint helps. */
export type Verdict = { readonly right: true } | { readonly right: false, readonly hint: HintName | null }

/** Significant digits that an answer is read to */
const digits = 3
/** Half a unit of its last digit, where an answer of 0 has none */
const nearZero = 5e-4

/**
 * Reads a shape: 2, 3 · (2, 3) · [2,3] · 2x3 · (3,).
 * @throws LabError typed.shape
 */
export function readShape(text: string): readonly number[] {
  const bare = /^(?:\((.*)\)|\[(.*)\]|(.*))$/s.exec(plainText(text).text.trim())
  const inner = (bare?.[1] ?? bare?.[2] ?? bare?.[3] ?? '').trim().replace(/ *,$/, '')
  const sizes = inner.split(/ *[,x*] *| +/i)
  if (sizes.every(size => /^\d{1,6}$/.test(size)) && sizes.length <= 4) return sizes.map(Number)
  throw new LabError('typed.shape', `no shape: ${excerpt(text)}`, { found: excerpt(text.trim()) })
}

/** How far a number may lie from the answer: half a unit of its third significant digit. */
function toleranceOf(answer: number): number {
  if (answer === 0) return nearZero
  return 0.5 * 10 ** (Math.floor(Math.log10(Math.abs(answer))) - (digits - 1))
}

/** Whether two answers are the same; numbers within a tolerance of the second. */
export function sameAnswer(given: Answer, wanted: Answer, tolerance?: number): boolean {
  if (typeof given === 'number' && typeof wanted === 'number')
    return Math.abs(given - wanted) <= (tolerance ?? toleranceOf(wanted)) * (1 + 1e-9) // float64 may put 2.205 on either side
  if (Array.isArray(given) && Array.isArray(wanted)) return given.length === wanted.length && given.every((size, i) => size === wanted[i])
  return given === wanted
}

/** Judges an answer: right, or which mistake it tells of. */
export function judge({ answer, tolerance, mistakes }: Pick<Posed, 'answer' | 'tolerance' | 'mistakes'>, given: Answer): Verdict {
  if (sameAnswer(given, answer, tolerance)) return { right: true }
  const known = mistakes.find(mistake => sameAnswer(given, mistake.answer))
  return { right: false, hint: known?.hint ?? unlisted(given, answer, tolerance) }
}

/** Mistakes that no question needs to list. */
function unlisted(given: Answer, answer: Answer, tolerance: number | undefined): HintName | null {
  if (typeof given === 'number' && typeof answer === 'number') return sameAnswer(-given, answer, tolerance) ? 'sign' : null
  if (Array.isArray(given) && Array.isArray(answer)) return sameAnswer(given.toReversed(), answer) ? 'transpose' : null
  return null
}

/**
 * Reads what was typed for a question.
 * @throws LabError typed.* when it is nothing of the kind that is wanted
 */
export function readAnswer(kind: Question['kind'], text: string): Answer {
  if (kind === 'number') return readNumber(text)
  if (kind === 'shape') return readShape(text)
  const sign = signs.find(sign => sign === plainText(text).text.trim())
  if (sign === undefined) throw new LabError('typed.character', `no sign: ${excerpt(text)}`, { at: 1, found: excerpt(text.trim()) })
  return sign
}

export const signs: readonly Sign[] = ['+', '-', '0']

/** An answer as it is printed: 2.2 · (2, 3) · − */
export function printAnswer(answer: Answer, number: (value: number) => string): string {
  if (typeof answer === 'number') return number(answer)
  if (typeof answer === 'string') return answer.replace('-', '−')
  return `(${answer.join(', ')}${answer.length === 1 ? ',' : ''})`
}
