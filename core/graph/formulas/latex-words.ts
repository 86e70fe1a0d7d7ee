import type { Value } from '../types'

/** Number of significant digits shown. */
const digits = 6
/** Larger matrices are shown as their shape. */
const maxRows = 4
const maxColumns = 4

/** A number with six significant digits: 715, 0.316827, 1.2 \times 10^{-7}; a dash for NaN. */
export function numberLatex(n: number): string {
  if (!Number.isFinite(n)) return Number.isNaN(n) ? '\\text{–}' : `${n < 0 ? '-' : ''}\\infty`
  const short = Number(n.toPrecision(digits))
  const [mantissa, exponent] = String(Math.abs(short) < 1e-4 && short !== 0 ? short.toExponential() : short).split('e')
  return exponent === undefined ? mantissa! : `${mantissa === '1' ? '' : mantissa === '-1' ? '-' : `${mantissa} \\times `}10^{${Number(exponent)}}`
}

/** Whether six digits represent all values exactly, except for floating-point rounding error. */
const isShort = (n: number): boolean => !Number.isFinite(n) || Math.abs(Number(n.toPrecision(digits)) - n) <= 1e-12 * Math.abs(n)

/** `= 715`, or `\approx 0.316827` for a rounded number. */
export const equals = ({ data }: Value): string => data.every(isShort) ? '=' : '\\approx'

/** A number; a small row or matrix with all its numbers; else the shape. */
export function valueLatex({ shape, data }: Value): string {
  if (shape.length === 0) return numberLatex(data[0]!)
  const columns = shape.at(-1)!
  const rows = data.length / columns
  if (shape.length > 2 || rows > maxRows || columns > maxColumns) return `(${shape.join(' \\times ')})`
  const lines = Array.from({ length: rows }, (_, n) => data.slice(n * columns, (n + 1) * columns).map(numberLatex).join(' & '))
  return `\\begin{pmatrix} ${lines.join(' \\\\ ')} \\end{pmatrix}`
}

/** Greek letters by name, except ε, η, μ and σ, which formulas use themselves, and omicron, which looks like o. */
const greek = /^(?:alpha|beta|gamma|delta|zeta|theta|iota|kappa|lambda|nu|xi|pi|rho|tau|upsilon|phi|chi|psi|omega)$/

/** A name in mathematical notation: x, \mathrm{apple}, W_{1}, \gamma_{1}, \text{사과} */
export function nameLatex(name: string): string {
  const [, stem = name, index] = /^(\p{L}+?)_?(\d+)$/u.exec(name) ?? []
  const word = /^[a-zA-Z]$/.test(stem) ? stem : greek.test(stem) ? `\\${stem}` : /^[\p{Script=Latin}]+$/u.test(stem) ? `\\mathrm{${stem}}` : `\\text{${stem.replaceAll('_', '\\_')}}`
  return index === undefined ? word : `${word}_{${index}}`
}

/** ∂of/∂by */
export const partial = (of: string, by: string): string => `\\frac{\\partial ${of}}{\\partial ${by}}`
