import { computed, ref, shallowRef } from 'vue'

/** Both ends of an axis, or of a part of it. */
export interface AxisRange { readonly from: number, readonly to: number }

/** The part of a horizontal axis that charts show together, and the value on it that is read. */
export interface AxisWindow {
  /** All that there is */
  readonly whole: AxisRange
  readonly view: AxisRange
  readonly isZoomed: boolean
  /** The least distance between two values that are read: 1 along steps */
  readonly grain: number
  /** Increases with each zoom and pan, but not while a window follows the end */
  readonly version: number
  /** The value that is read; null: none */
  readonly cursor: number | null
  /** @param factor below 1 shows less @param at the value that keeps its place */
  readonly zoom: (factor: number, at: number) => void
  readonly pan: (by: number) => void
  readonly showWhole: () => void
  readonly read: (value: number | null) => void
}

/** Values that are shown at least, so that single ones can be told apart */
const leastValues = 8
/** Share of the view that may be missing at the end of a window that still follows it */
const nearEnd = 0.02

const spanOf = ({ from, to }: AxisRange): number => to - from

/** A range of the same length within another one. */
function within({ from, to }: AxisRange, whole: AxisRange): AxisRange {
  const span = Math.min(to - from, spanOf(whole))
  const start = Math.min(Math.max(from, whole.from), whole.to - span)
  return { from: start, to: start + span }
}

/** The view after a zoom; null: the whole axis. */
export function zoomed(view: AxisRange, whole: AxisRange, factor: number, at: number, grain = 1): AxisRange | null {
  const span = Math.max(Math.min(leastValues * grain, spanOf(whole)), spanOf(view) * factor)
  if (span >= spanOf(whole)) return null
  const share = spanOf(view) > 0 ? (at - view.from) / spanOf(view) : 0.5
  return within({ from: at - share * span, to: at + (1 - share) * span }, whole)
}

/** Whether a view reaches the end of an axis, and so goes on with it. */
const reachesEnd = (view: AxisRange, whole: AxisRange): boolean => whole.to - view.to <= nearEnd * spanOf(view)

/**
 * A window on an axis, which several charts may share. One that touches the end of the axis follows it as the axis grows; any other
 * one stays.
 * @param whole all that there is; grows
 * @param subject what the axis belongs to: with another one, everything is shown again
 * @param grain the least distance between two values that are read
 */
export function createAxisWindow(whole: () => AxisRange, subject: () => unknown = () => null, grain = () => 1): AxisWindow {
  const chosen = shallowRef<{ readonly of: unknown, readonly range: AxisRange, readonly follows: boolean } | null>(null)
  const pointed = shallowRef<{ readonly of: unknown, readonly at: number } | null>(null)
  const cursor = computed(() => pointed.value && pointed.value.of === subject() ? pointed.value.at : null)
  const current = computed(() => chosen.value?.of === subject() ? chosen.value : null)
  const view = computed((): AxisRange => {
    if (!current.value) return whole()
    const { range, follows } = current.value
    const { to } = whole()
    return within(follows ? { from: to - spanOf(range), to } : range, whole())
  })
  const version = ref(0)
  function show(range: AxisRange | null) {
    chosen.value = range && { of: subject(), range, follows: reachesEnd(range, whole()) }
    version.value++
  }
  return {
    get whole() { return whole() },
    get view() { return view.value },
    get isZoomed() { return current.value !== null },
    get grain() { return grain() },
    get version() { return version.value },
    get cursor() { return cursor.value },
    zoom: (factor, at) => show(zoomed(view.value, whole(), factor, at, grain())),
    pan(by) { if (current.value) show(within({ from: view.value.from + by, to: view.value.to + by }, whole())) },
    showWhole: () => show(null),
    read(at) { pointed.value = at === null ? null : { of: subject(), at: Math.min(Math.max(at, whole().from), whole().to) } },
  }
}
