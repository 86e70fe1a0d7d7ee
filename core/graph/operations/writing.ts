import type { FunctionSyntax, Latex, PythonClass } from './operation'

// What the definitions of operations are written with.

/** An operation of two arguments, or of one, in the book's letters. */
export const binary = { args: ['x', 'y'], out: 'z' } as const
export const unary = { args: ['x'], out: 'y' } as const

/** A function that is typed by its name. */
export const call = (args: readonly string[], aliases: readonly string[] = []): FunctionSyntax => ({ kind: 'function', args, aliases })
/** One of the first functions, after which no input can be named. */
export const reservedCall = (args: readonly string[], aliases: readonly string[] = []): FunctionSyntax => ({ ...call(args, aliases), reserved: true })
/** A part of a group, which nobody types. */
export const part = { kind: 'part' } as const

/** Brackets around negative numbers and powers of ten, which cannot follow a sign. */
export const bracketed = (text = ''): string => text.startsWith('-') || /^[\d.]+ \\times/.test(text) ? `(${text})` : text
/** A text without letters: 1. */
export const fixed = (text: string): Latex => () => text
/** Values with the condition of each. */
export const cases = (...rows: readonly (readonly [value: string, when: string])[]): string =>
  `\\begin{cases} ${rows.map(([value, when]) => `${value} & (${when})`).join(' \\\\ ')} \\end{cases}`
/** \frac{1}{N}, or nothing when N is 1. */
export const oneOver = (N: string): string => N === '1' ? '' : `\\frac{1}{${N}} `

/** @param body the indented methods of the class */
export const pythonClass = (name: string, variable: string, body: string): PythonClass =>
  ({ name, variable, source: `class ${name}:\n${body.replace(/^\n/, '').trimEnd()}` })
