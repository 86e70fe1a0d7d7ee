import type { MistakesFrame } from '@contract'
import type { ClassOrder } from '../../stores/mistakes'

/** A matrix of more classes has no room for its cells; then the most frequent mistakes are listed. */
export const mostClasses = 30

/** Share of right answers of a class; null without images. */
export function accuracyOf({ correct, counts }: MistakesFrame['score'], label: number): number | null {
  return counts[label] ? correct[label]! / counts[label] : null
}

/** The classes in the order of display; those without images come last when the least accurate come first. */
export function orderedClasses({ score }: Pick<MistakesFrame, 'score'>, order: ClassOrder): readonly number[] {
  const classes = [...score.counts.keys()]
  if (order === 'class') return classes
  return classes.sort((a, b) => (accuracyOf(score, a) ?? 2) - (accuracyOf(score, b) ?? 2) || a - b)
}

/** One cell of the matrix. */
export interface ConfusionCell {
  readonly actual: number
  readonly predicted: number
  readonly count: number
  /** Whether these are right answers */
  readonly right: boolean
  /** How strong its colour is, 0 to 1: see {@link strengthOf} */
  readonly strength: number
}

/** Mistakes of this share of a class have the strongest colour. */
export const strongestShare = 0.1

/** The strength of a mistake's colour, on a scale that is the same at every step: the square root tells small shares apart. @param share of the class's images */
const strengthOf = (share: number): number => Math.min(1, Math.sqrt(share / strongestShare))

/** @param classes in the order of display */
export function confusionRows(confusion: Uint32Array, classes: readonly number[]): readonly (readonly ConfusionCell[])[] {
  return classes.map((actual) => {
    const counts = confusion.subarray(actual * classes.length, (actual + 1) * classes.length)
    const images = counts.reduce((sum, count) => sum + count, 0)
    return classes.map((predicted) => {
      const count = counts[predicted]!
      const right = actual === predicted
      return { actual, predicted, count, right, strength: right || count === 0 ? 0 : strengthOf(count / images) }
    })
  })
}

/** Sizes in CSS pixels for a matrix with the accuracy of each class beside it. */
export interface MatrixLayout {
  readonly label: number
  readonly cell: number
  readonly row: number
  /** Width of the column beside the cells */
  readonly accuracy: number
  /** Whether it has room for bars and a title in words */
  readonly bars: boolean
}
/** A cell has room for a number of three digits in small type; a matrix of more classes than fit is scrolled. */
const smallest = { cell: 20, row: 13 }
const largest = 30

/** @param width available for labels, cells and accuracy @param height available for the rows @param longest letters of the longest class name */
export function matrixLayout(width: number, height: number, classes: number, longest: number): MatrixLayout {
  const wanted = longest <= 2 ? 16 : Math.min(104, 24 + longest * 7.7)
  // long names leave the cells their room, unless these are scrolled anyway, but bars leave theirs to the names
  const besides = (accuracy: number) => width - accuracy - classes * smallest.cell
  const whole = width >= 480 ? 140 : 68
  const accuracy = width < 300 || (besides(whole) < wanted && besides(48) >= 48) ? 48 : whole
  const rest = besides(accuracy)
  const label = longest <= 2 ? 16 : Math.min(wanted, rest < 48 ? 80 : rest)
  const fitted = (space: number, least: number) => Math.max(least, Math.min(largest, Math.floor(space / classes)))
  const cell = fitted(width - label - accuracy, smallest.cell)
  return { label, cell, accuracy, bars: accuracy >= 60, row: Math.min(cell, fitted(height, smallest.row)) }
}

/** Widths in the widest of the system fonts, as shares of the type size */
const digit = 0.636
const widths: Readonly<Record<string, number>> = { '.': 0.318, 'k': 0.579 }
const widthOf = (letter: string) => widths[letter] ?? (/[0-9]/.test(letter) ? digit : /[a-z]/.test(letter) ? 0.65 : /[A-LN-VX-Z]/.test(letter) ? 0.78 : 1.05)
const fits = (text: string, space: number, type: number) => [...text].reduce((sum, letter) => sum + widthOf(letter) * type, 0) <= space

/** Whether the name of a class, in type of 12 px, fits above its column without touching the next one. */
export const fitsColumn = (name: string, cell: number): boolean => fits(name, cell - 4, 12)

/** Type sizes of the numbers in cells, in CSS pixels: small type only where the number needs it */
const types = [12, 11, 10] as const

/** A count as it fits into a cell: all its digits in the largest type that has room for them, else in thousands ('1.1k'). */
export function countInCell(count: number, cell: number): { readonly text: string, readonly type: number } {
  const thousands = (count / 1000).toFixed(count < 9950 ? 1 : 0)
  const texts = count < 1000 ? [String(count)] : [String(count), `${thousands}k`, `${Math.round(count / 1000)}k`]
  for (const text of texts) {
    const type = types.find(size => fits(text, cell - 0.25, size))
    if (type !== undefined) return { text, type }
  }
  return { text: texts.at(-1)!, type: types[2] }
}

/** The matrix and the accuracy of each class for a spreadsheet; a row for each actual class. */
export function confusionTable({ confusion, score }: Pick<MistakesFrame, 'confusion' | 'score'>, names: readonly string[]): (string | number)[][] {
  const { counts, correct } = score
  const wide = confusion !== null
  return [
    ['actual', ...wide ? names.map(name => `read as ${name}`) : [], 'images', 'right', 'accuracy'],
    ...names.map((name, label) => [
      name, ...wide ? confusion.subarray(label * names.length, (label + 1) * names.length) : [],
      counts[label] ?? 0, correct[label] ?? 0, accuracyOf(score, label) ?? '',
    ]),
  ]
}
