/** Powers of ten at the ends of the scale of updates, and in its middle. */
export const labelledDecades = [-6, -3, 0] as const

/** Where a run that learns well is between its first steps and its last ones. */
export const usualRange = [1e-4, 1e-1] as const

const [least, , greatest] = labelledDecades

/** Place of a ratio on the logarithmic scale, from 0 (left) to 1 (right); what lies beyond an end stands at it. */
export const placeOnScale = (ratio: number): number => Math.max(0, Math.min(1, (Math.log10(ratio) - least) / (greatest - least)))

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A power of ten as text: 10⁻³, 1. */
export const decadeText = (exponent: number): string => exponent === 0 ? '1' : `10${String(exponent).replace('-', '⁻').replace(/\d/g, digit => superscripts[Number(digit)]!)}`
