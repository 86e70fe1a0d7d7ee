import type { KatexOptions } from 'katex'

const colours = ['forward', 'backward'] as const
const macros = Object.fromEntries(colours.map(name => [`\\${name}`, `\\htmlClass{${name}}{#1}`]))

/** How formulas are read: no commands but KaTeX's own and the two colours; a mistake is shown in its place. */
export const formulaOptions = ({ display = false, strict = false } = {}): KatexOptions => ({
  displayMode: display,
  throwOnError: strict,
  strict: 'ignore', // a class is an extension, and Korean in \text too
  trust: context => context.command === '\\htmlClass' && colours.some(name => name === context.class),
  macros: { ...macros }, // KaTeX may write into it
})
