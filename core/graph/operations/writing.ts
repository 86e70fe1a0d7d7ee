import type { FunctionSyntax, Latex, PythonClass } from './operation'

// Helpers for the definitions of operations.

/** An operation of one or two arguments, in the book's notation. */
export const binary = { args: ['x', 'y'], out: 'z' } as const
export const unary = { args: ['x'], out: 'y' } as const

/** An operation with function syntax. */
export const call = (args: readonly string[], aliases: readonly string[] = []): FunctionSyntax => ({ kind: 'function', args, aliases })
/** One of the first functions, whose name is reserved. */
export const reservedCall = (args: readonly string[], aliases: readonly string[] = []): FunctionSyntax => ({ ...call(args, aliases), reserved: true })
/** A part of a group, which has no syntax. */
export const part = { kind: 'part' } as const

/** Brackets around negative numbers and powers of ten, which cannot directly follow a sign. */
export const bracketed = (text = ''): string => text.startsWith('-') || /^[\d.]+ \\times/.test(text) ? `(${text})` : text
/** LaTeX without symbols, such as 1. */
export const fixed = (text: string): Latex => () => text
/** A case distinction: values with their conditions. */
export const cases = (...rows: readonly (readonly [value: string, when: string])[]): string =>
  `\\begin{cases} ${rows.map(([value, when]) => `${value} & (${when})`).join(' \\\\ ')} \\end{cases}`
/** \frac{1}{N}, or empty when N is 1. */
export const oneOver = (N: string): string => N === '1' ? '' : `\\frac{1}{${N}} `

/** @param body the indented methods of the class */
export const pythonClass = (name: string, variable: string, body: string): PythonClass =>
  ({ name, variable, source: `class ${name}:\n${body.replace(/^\n/, '').trimEnd()}` })
