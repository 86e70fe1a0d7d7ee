import type { HealthColumn, UnitColumn } from '@core'
import { computed, inject, type InjectionKey, provide, shallowRef } from 'vue'
import type { AxisRange } from '../../lib/axis-window'
import { useRedraw } from '../../lib/useRedraw'
import { useHealth } from '../../stores/health'
import { useMetrics } from '../../stores/metrics'
import { usePast } from '../../stores/past'
import { useRun } from '../../stores/run'
import { useTimeline } from '../../stores/timeline'
import { stepAt, pixelOf, type TimeAxis, zoomedAround } from './time-axis'

/** Free pixels of every figure of Health: for values at the left, for the names of lines at the right, and for the steps below */
export const figureEdges = { left: 44, right: 26, foot: 18 } as const

/** The axis that all figures of Health share. */
export interface HealthAxis {
  /** As wide as the plots */
  readonly axis: TimeAxis
  /** Width of a figure with its edges, in pixels */
  readonly width: number
  readonly whole: AxisRange
  /** What was measured, as it was when the figures were last drawn: all of them draw the same */
  readonly columns: readonly HealthColumn[]
  readonly unitColumns: readonly UnitColumn[]
  /** The latest step then, and its loss */
  readonly latest: { readonly step: number, readonly loss: number | null }
  readonly isPart: boolean
  /** The step that is read; null: none */
  readonly cursor: number | null
  /** The step of the past that is shown; null: the present is */
  readonly shown: number | null
  readonly canVisit: boolean
  /** The range that is being chosen; null: none is */
  readonly brush: AxisRange | null
  readonly read: (step: number | null) => void
  readonly visit: (step: number) => void
  /** Chooses a range, from the step at which it began to another one; null: no longer. */
  readonly choose: (range: { readonly begin: number, readonly end: number } | null) => void
  /** Shows a range in detail; null: all steps. */
  readonly show: (range: AxisRange | null) => void
  readonly zoom: (factor: number) => void
}

/** Least time between two drawings of the figures, in milliseconds: metrics and columns come more often */
const drawMs = 250

const key: InjectionKey<HealthAxis> = Symbol('health axis')

/** @param width of the figures, in pixels */
export function provideHealthAxis(width: () => number): HealthAxis {
  const health = useHealth()
  const past = usePast()
  const run = useRun()
  const metrics = useMetrics()
  const timeline = useTimeline().axis
  const now = () => ({ runId: run.state?.runId, columns: health.columns, unitColumns: health.unitColumns, latest: { step: run.step, loss: metrics.latestLoss } })
  const kept = shallowRef(now())
  useRedraw(() => [health.columns, health.unitColumns, run.step, metrics.latestLoss], () => { kept.value = now() }, drawMs)
  /** Nothing of a run that was replaced is drawn. */
  const drawn = computed(() => kept.value.runId === run.state?.runId ? kept.value : now())
  const chosen = shallowRef<{ readonly begin: number, readonly end: number } | null>(null)
  // The first numbers are those of the first mini-batch, and the way there would take much of a logarithmic axis.
  const whole = computed((): AxisRange => ({ from: run.firstStep + (health.scale === 'logarithmic' ? 1 : 0), to: Math.max(drawn.value.latest.step, run.firstStep + 2) }))
  const axis = computed((): TimeAxis => ({ scale: health.scale, ...health.range ?? whole.value, width: Math.max(1, width() - figureEdges.left - figureEdges.right) }))
  const show = (range: AxisRange | null) => {
    chosen.value = null
    health.askFor(range)
  }
  const shared: HealthAxis = {
    get axis() { return axis.value },
    get width() { return width() },
    get whole() { return whole.value },
    get columns() { return drawn.value.columns },
    get unitColumns() { return drawn.value.unitColumns },
    get latest() { return drawn.value.latest },
    get isPart() { return health.range !== null },
    get cursor() {
      const { cursor } = timeline
      return cursor !== null && cursor >= axis.value.from && cursor <= axis.value.to ? Math.round(cursor) : null
    },
    get shown() { return past.shownStep },
    get canVisit() { return past.canVisit },
    get brush() { return chosen.value && { from: Math.min(chosen.value.begin, chosen.value.end), to: Math.max(chosen.value.begin, chosen.value.end) } },
    read: step => timeline.read(step),
    visit: step => void past.visit(step),
    choose(range) { chosen.value = range },
    show,
    zoom(factor) {
      const at = shared.cursor ?? stepAt(axis.value, pixelOf(axis.value, past.shownStep ?? axis.value.to))
      show(zoomedAround(axis.value, at, factor, whole.value))
    },
  }
  provide(key, shared)
  return shared
}

export const useHealthAxis = (): HealthAxis => inject(key)!
