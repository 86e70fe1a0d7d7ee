import type { KatexOptions } from 'katex'

const colours = ['forward', 'backward'] as const
const macros = Object.fromEntries(colours.map(name => [`\\${name}`, `\\htmlClass{${name}}{#1}`]))

/** KaTeX options: only its own commands and the two colours; errors are shown in place of the formula. */
export const formulaOptions = ({ display = false, strict = false } = {}): KatexOptions => ({
  displayMode: display,
  throwOnError: strict,
  strict: 'ignore', // allows \htmlClass, which is an extension of LaTeX, and Korean in \text
  trust: context => context.command === '\\htmlClass' && colours.some(name => name === context.class),
  macros: { ...macros }, // a copy, because KaTeX may modify it
})
