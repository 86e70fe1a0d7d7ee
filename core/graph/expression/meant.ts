import { isInvisible, type Suggestion, superscripts, vulgar } from '../../typed'

/** Replacements for characters that are not part of the syntax. */
const instead: Readonly<Record<string, string>> = {
  ':': '/', '\\': '/', '⟋': '/', ':=': '=', '≔': '=', '・': '*', 'ㆍ': '*', '‧': '*', '╳': '*', '✗': '*', '✘': '*', '❌': '*', '⊗': '*', '⊙': '*', '¯': '-', '‾': '-',
}
/** Floor, ceiling and quotation marks: Unicode classifies them as brackets, but they are not used as such */
const otherPairs = /[⌈⌉⌊⌋‚„〝〞〟]/

/**
 * Suggests a replacement for a character without meaning in an expression: x² → x^2, √x → sqrt(x), 1½ → (1 + 1/2), [ → (;
 * invisible characters are removed.
 * @param found the character, at position `at` of the text
 * @param text plain text after `plainText`
 */
export function suggestionFor(found: string, text: string, at: number): Suggestion | null {
  const here = (suggested: string): Suggestion => ({ text: suggested, from: at, to: at + found.length })
  if (isInvisible(found)) return here('')
  const known = Object.hasOwn(instead, found) ? instead[found] : undefined
  if (known !== undefined) return here(known)
  if (/[⁰¹²³⁴-⁹]$/.test(found)) return here(`^${[...found].map(char => char === '⁻' ? '-' : superscripts.includes(char) ? superscripts.indexOf(char) : '').join('')}`)
  if (vulgar.test(found)) return ofVulgar(found, text, at)
  if (found === '√') return ofRoot(text, at)
  if (found === '%') return ofPercent(text, at)
  if (found === '|') return ofBars(text, at)
  if (found === '[' && /^\[\s*[-+\d.[]/.test(text.slice(at))) return null // a matrix: its place is an input's field
  if (otherPairs.test(found)) return null
  return /^\p{Ps}$/u.test(found) ? here('(') : /^\p{Pe}$/u.test(found) ? here(')') : null
}

/** |x| is abs(x). */
function ofBars(text: string, at: number): Suggestion | null {
  const inner = /^\|([^|\n;]*[^|\s;])\|/.exec(text.slice(at))
  return inner ? { text: `abs(${inner[1]!.trim()})`, from: at, to: at + inner[0].length } : null
}

function ofVulgar(found: string, text: string, at: number): Suggestion {
  const fraction = found.normalize('NFKC').replace('⁄', '/')
  const whole = /(?<![\p{L}\p{M}\d_.])\d+$/u.exec(text.slice(0, at))?.[0]
  return { text: whole === undefined ? `(${fraction})` : `(${whole} + ${fraction})`, from: at - (whole ?? '').length, to: at + found.length }
}

function ofRoot(text: string, at: number): Suggestion | null {
  const operand = /^ *([\p{L}\p{M}\d_.]+(?! *\())/u.exec(text.slice(at + 1))
  if (operand) return { text: `sqrt(${operand[1]})`, from: at, to: at + 1 + operand[0].length }
  return /^ *\(/.test(text.slice(at + 1)) ? { text: 'sqrt', from: at, to: at + 1 } : null
}

function ofPercent(text: string, at: number): Suggestion | null {
  const [written, digits] = /(?<![\p{L}\p{M}\d_.])(\d+\.?\d*|\.\d+) *$/u.exec(text.slice(0, at)) ?? []
  return written === undefined ? null : { text: String(Number(`${digits}e-2`)), from: at - written.length, to: at + 1 }
}
