import type { KatexOptions } from 'katex'

const colours = ['forward', 'backward'] as const
const macros = Object.fromEntries(colours.map(name => [`\\${name}`, `\\htmlClass{${name}}{#1}`]))

/** KaTeX options: its standard commands, and \forward and \backward for the two colours. An invalid formula is shown as its source; with `strict` it throws, as the tests need. */
export const formulaOptions = ({ display = false, full = false, strict = false } = {}): KatexOptions => ({
  displayMode: display,
  throwOnError: strict,
  strict: 'ignore', // allows \htmlClass, a KaTeX extension, without a warning
  trust: context => context.command === '\\htmlClass' && colours.some(name => name === context.class),
  macros: { ...macros, ...full ? { '\\frac': '\\dfrac{#1}{#2}' } : {} }, // a new object, because KaTeX may modify it
})
