import type { CurvePoint, StepRange } from '@core'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { type Line, token } from '../components/charts/line-chart'
import { useParentCurve } from '../stores/parent-curve'
import { useTwin } from '../stores/twin'

/** The curves of another run, to be drawn with those of the current one. */
export interface OtherCurve {
  readonly kind: 'parent' | 'twin'
  readonly name: string
  /** Losses or their means, in the order of their steps. @param part that is drawn; left out: everything @param columns of a mean */
  readonly loss: (part: StepRange | undefined, columns: number) => readonly CurvePoint[]
  /** On the test images, in the order of their steps */
  readonly accuracy: readonly CurvePoint[]
}

/** Runs whose curves are drawn with those of the current one: the run before a fork, and the twin. */
export function useOtherCurves() {
  const { t } = useI18n()
  const parent = useParentCurve()
  const twin = useTwin()
  return computed((): readonly OtherCurve[] => {
    const { curve } = parent
    const before: OtherCurve[] = curve ? [{ kind: 'parent', name: curve.name, loss: () => curve.points, accuracy: curve.accuracy }] : []
    if (!twin.twin || twin.drawn < 0) return before
    const { parent: { step: left } } = twin.twin
    const accuracy = twin.evaluations.filter(({ step }) => step >= left).map(({ step, test }) => ({ x: step, y: test.accuracy }))
    return [...before, { kind: 'twin', name: t('twin.label'), loss: twin.lossIn, accuracy }]
  })
}

/** The most that are drawn */
export const maxOthers = 2

/** What says which line it is */
export const otherTexts = { parent: 'train.chart.beside', twin: 'train.chart.besideTwin' } as const

/** A pattern tells them apart without colour. */
const looks = {
  parent: () => ({ borderColor: token('--text-muted'), borderWidth: 1.75, borderDash: [], order: 1.5 }),
  twin: () => ({ borderColor: token('--run-2'), borderWidth: 2, borderDash: [7, 3], order: 0.5 }),
}

/** Fills one line per other curve and empties the rest. */
export function drawOthers(lines: readonly Line[], others: readonly OtherCurve[], pointsOf: (other: OtherCurve) => readonly CurvePoint[]): void {
  lines.forEach((line, i) => {
    const other = others[i]
    Object.assign(line, other ? { label: other.name, data: [...pointsOf(other)], pointRadius: 0, ...looks[other.kind]() } : { label: '', data: [] })
  })
}

/** The latest value at or before a step; null before the first. */
export const valueAt = (points: readonly CurvePoint[], step: number): number | null => points.findLast(({ x }) => x <= step)?.y ?? null
