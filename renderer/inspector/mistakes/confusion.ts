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
  /** Mistakes as a share of the largest cell beside the diagonal, 0 to 1 */
  readonly strength: number
}

/** @param classes in the order of display */
export function confusionRows(confusion: Uint32Array, classes: readonly number[]): readonly (readonly ConfusionCell[])[] {
  const most = mostConfused(confusion, classes.length)
  return classes.map(actual => classes.map((predicted) => {
    const count = confusion[actual * classes.length + predicted]!
    const right = actual === predicted
    return { actual, predicted, count, right, strength: right || most === 0 ? 0 : count / most }
  }))
}

/** The largest count beside the diagonal. @param classes number of them */
export function mostConfused(confusion: Uint32Array, classes: number): number {
  let most = 0
  for (let i = 0; i < confusion.length; i++) if (i % (classes + 1) !== 0) most = Math.max(most, confusion[i]!)
  return most
}

/** Width of a digit at 12 px in the widest of the system fonts */
const letter = 7.7

/** Sizes in CSS pixels for a matrix with bars beside it. */
export interface MatrixLayout {
  readonly label: number
  readonly cell: number
  /** Height of a row, which has room for its label */
  readonly row: number
}

/** @param width available for labels, cells and bars @param longest letters of the longest class name */
export function matrixLayout(width: number, classes: number, longest: number): MatrixLayout {
  const label = longest <= 2 ? 20 : Math.min(104, 24 + longest * letter)
  const bars = width < 300 ? 66 : width < 480 ? 84 : 140
  const cell = Math.max(6, Math.min(30, Math.floor((width - label - bars) / classes)))
  return { label, cell, row: Math.max(16, Math.min(cell, 30)) }
}

/** Whether a count or a name can be written into a cell. */
export const fitsCell = (text: string, cell: number): boolean => text.length * letter <= cell

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
