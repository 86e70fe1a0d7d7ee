import { healthLimits, type HealthPoints, type ProbeQuery, type StepScale, toWire } from '@contract'
import { type HealthColumn, ownError, type StepRange, type UnitColumn } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { listen, request } from '../lib/bridge'
import { merged } from '../lib/merged'
import { keptColumns } from './kept-columns'
import { useNotices } from './notices'
import { usePast } from './past'
import { useRun } from './run'
import { useProbe } from './useProbe'

/** Minimum time between two live columns */
const everyMs = 100
/** About so many answers count for the price: single ones are interrupted by other programs */
const latest = 10
/** Columns of the whole run that are asked of its past */
const wholeRun = 400
/** The same while the run learns on: live columns are near enough to each other but for its beginning, and learning it again takes little of its speed */
const beside = 64
/** While the run learns, its past is asked again when it is so many times as long as it was. */
const muchLonger = 2
/** Reasons for which there is no past to fill in: the run is not recorded, or something newer is measured */
const quiet: readonly string[] = ['past.none', 'past.stopped']

interface Dated { readonly step: number }
const stepOf = ({ step }: Dated) => step

/**
 * How the run's numbers are over time. While a view is open, columns come from the run as it learns, and from its past where it
 * was not watched, coarse first: both make one list.
 */
export const useHealth = defineStore('health', () => {
  const run = useRun()
  const past = usePast()
  const notices = useNotices()
  const isOpen = ref(false)
  /** In ascending order of steps */
  const columns = shallowRef<readonly HealthColumn[]>([])
  /** Of the layer of the unit map, in ascending order of steps; empty without one */
  const unitColumns = shallowRef<readonly UnitColumn[]>([])
  /** The layer of the unit map, 'relu1'; null: none is asked for */
  const unitLayer = ref<string | null>(null)
  /** The steps that are looked at in detail; null: all */
  const range = shallowRef<StepRange | null>(null)
  const scale = ref<StepScale>('linear')
  /** Share of what was asked of the past that is there, 0 to 1; also 1 when no more will come */
  const done = ref(1)

  const query = computed((): ProbeQuery | null => isOpen.value ? { health: true, ...unitLayer.value !== null && { unitMap: unitLayer.value } } : null)
  const { frame, refused } = useProbe(() => query.value, () => everyMs, isOpen)
  /** Share of the training thread's time that the live columns take, 0 to 1, over the latest answers; null: not measured yet */
  const price = ref<number | null>(null)

  /** Not undone by a divergence. The state knows it first. */
  const isLearned = ({ step }: Dated) => run.state !== null && step <= run.state.step
  const isInRange = ({ step }: Dated) => range.value !== null && step >= range.value.from && step <= range.value.to
  function take(more: readonly HealthColumn[], units: readonly UnitColumn[]) {
    if (more.length > 0) columns.value = keptColumns(merged(columns.value, more, stepOf), isInRange)
    const wanted = units.filter(({ layer }) => layer === unitLayer.value)
    if (wanted.length > 0) unitColumns.value = keptColumns(merged(unitColumns.value, wanted, stepOf), isInRange)
  }
  watch(frame, (now) => {
    if (!now) return
    const share = now.price.ms / everyMs
    price.value = price.value === null ? share : price.value + (share - price.value) / latest
    // after a divergence the thread still holds the step that it undid
    if (past.moment?.exact !== false && !(run.diverged && !isLearned(now))) take(now.health ? [now.health] : [], now.unitMap ? [now.unitMap] : [])
  })

  /** The newest query to the past that main knows, by its id */
  let newest = -1
  /** Queries up to this one are about a run that was replaced */
  let outdated = -1
  /** The step up to which the past was asked last */
  let askedTo = 0
  /** Whether the past cannot be measured, so that it is asked again only when a person wants something else */
  let isStopped = false
  async function fill(most: number = range.value ? healthLimits.columns : wholeRun) {
    const { runId } = run.state ?? {}
    if (!isOpen.value || runId === undefined || run.step <= run.firstStep) return
    const { from, to } = range.value ?? { from: run.firstStep, to: run.step }
    askedTo = run.step
    const have = (unitLayer.value === null ? columns.value : unitColumns.value).map(stepOf).filter(step => step >= from && step <= to)
    const asked = { from, to, columns: most, scale: scale.value, have, ...unitLayer.value !== null && { units: unitLayer.value } }
    try {
      const filling = await request('past:health', asked)
      if (runId !== run.state?.runId || filling.id <= newest) return
      newest = filling.id
      isStopped = false
      done.value = filling.columns === 0 ? 1 : 0
      if (!isOpen.value) endFilling()
    }
    catch (cause) {
      const error = ownError(cause)
      if (!quiet.includes(error.code)) notices.error(toWire(error))
    }
  }
  listen('past:health', ({ id, columns: more, units, done: share, isStopped: stopped }: HealthPoints) => {
    if (id <= outdated) return
    take(more, units)
    if (id < newest) return
    newest = id
    done.value = share
    isStopped = stopped
  })

  function endFilling() { if (done.value < 1) void notices.attempt(() => request('past:endHealth')) }

  /** A view shows the columns: call it when it becomes visible. */
  function open() {
    if (isOpen.value) return
    isOpen.value = true
    void fill()
  }
  /** It is no longer visible. */
  function close() {
    if (!isOpen.value) return
    isOpen.value = false
    endFilling()
  }
  /** Looks at some steps in detail. @param steps null: at all of them */
  function askFor(steps: StepRange | null) {
    range.value = steps
    void fill()
  }
  /** Spreads what is asked of the past evenly over this axis. */
  function chooseScale(next: StepScale) {
    scale.value = next
    void fill()
  }
  /** Shows the unit map of a layer; null: of none. */
  function mapUnits(layer: string | null) {
    if (layer === unitLayer.value) return
    unitLayer.value = layer
    unitColumns.value = []
    if (layer !== null) void fill()
  }

  watch(() => run.state?.runId, () => {
    columns.value = unitColumns.value = []
    range.value = null
    if (!run.state?.blocks.some(({ name }) => name === unitLayer.value)) unitLayer.value = null
    done.value = 1
    outdated = newest
    askedTo = 0
    isStopped = false
  }, { flush: 'sync' })
  watch(() => run.state?.runId, () => void fill())
  // A step that diverged was undone: the next one will be another.
  watch(() => run.diverged, () => {
    columns.value = columns.value.filter(isLearned)
    unitColumns.value = unitColumns.value.filter(isLearned)
  }, { flush: 'sync' })
  watch(() => run.running, (running) => { if (!running && !isStopped) void fill() })
  watch([() => run.step, done], () => { if (run.step > muchLonger * Math.max(1, askedTo) && done.value === 1 && !isStopped) void fill(run.running ? beside : undefined) })

  return { columns, unitColumns, unitLayer, range, scale, done, price, refused, isOpen, open, close, askFor, chooseScale, mapUnits }
})
