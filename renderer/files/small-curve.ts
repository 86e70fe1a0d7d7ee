import type { RunCurvePoint } from '@contract'
import { cutOf } from '../components/charts/spike'

export interface CurveBox { readonly width: number, readonly height: number }

const edge = 1.5

/**
 * A run's losses as lines in a box: losses from 0 at its lower edge to the greatest one, or to where an early spike is cut off; a gap
 * where a loss is not finite.
 * @returns for each line its points, as SVG writes them; a line of one point is given twice, so that its round end is seen
 */
export function curveLines(curve: readonly RunCurvePoint[], { width, height }: CurveBox): readonly string[] {
  const [first, last] = [curve[0], curve.at(-1)]
  if (!first || !last) return []
  const finite = curve.filter(({ loss }) => Number.isFinite(loss))
  const top = cutOf(curve.map(({ step, loss }) => ({ x: step, y: loss })))?.end ?? finite.reduce((most, { loss }) => Math.max(most, loss), 0)
  const x = (step: number): number => edge + (width - 2 * edge) * (last.step > first.step ? (step - first.step) / (last.step - first.step) : 0)
  const y = (loss: number): number => height - edge - (height - 2 * edge) * (top > 0 ? Math.min(1, loss / top) : 0)
  const lines: string[][] = [[]]
  for (const { step, loss } of curve) {
    if (Number.isFinite(loss)) lines.at(-1)!.push(`${round(x(step))},${round(y(loss))}`)
    else lines.push([])
  }
  return lines.filter(line => line.length > 0).map(line => (line.length === 1 ? [...line, ...line] : line).join(' '))
}

const round = (value: number): number => Math.round(100 * value) / 100
