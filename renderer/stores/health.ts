import type { StepScale } from '@contract'
import type { HealthColumn, StepRange, UnitColumn } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { merged } from '../lib/merged'
import { keptColumns } from './kept-columns'
import { useRun } from './run'
import { useProbe } from './useProbe'

/** Minimum time between two live columns */
const everyMs = 100

const stepOf = ({ step }: { readonly step: number }) => step

/**
 * How the run's numbers are over time. While a view is open, columns come from the run as it learns, and from its past where it
 * was not watched, coarse first: both make one list.
 */
export const useHealth = defineStore('health', () => {
  const run = useRun()
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
  /** Share of what was asked of the past that is there, 0 to 1 */
  const done = ref(1)

  const query = computed(() => isOpen.value ? { health: true, ...unitLayer.value !== null && { unitMap: unitLayer.value } } : null)
  const { frame, refused } = useProbe(() => query.value, () => everyMs, isOpen)
  /** Share of the training thread's time that the live columns take, 0 to 1; null: not measured yet */
  const price = computed(() => frame.value && frame.value.price.ms / everyMs)

  const isInRange = ({ step }: { readonly step: number }) => range.value !== null && step >= range.value.from && step <= range.value.to
  function take(more: readonly HealthColumn[], units: readonly UnitColumn[]) {
    if (more.length > 0) columns.value = keptColumns(merged(columns.value, more, stepOf), isInRange)
    const wanted = units.filter(({ layer }) => layer === unitLayer.value)
    if (wanted.length > 0) unitColumns.value = keptColumns(merged(unitColumns.value, wanted, stepOf), isInRange)
  }
  watch(frame, (now) => { if (now) take(now.health ? [now.health] : [], now.unitMap ? [now.unitMap] : []) })

  /** A view shows the columns: call it when it becomes visible. */
  function open() { isOpen.value = true }
  /** It is no longer visible. */
  function close() { isOpen.value = false }
  /** Looks at some steps in detail. @param steps null: at all of them */
  function askFor(steps: StepRange | null) { range.value = steps }
  /** Spreads what is asked of the past evenly over this axis. */
  function chooseScale(next: StepScale) { scale.value = next }
  /** Shows the unit map of a layer; null: of none. */
  function mapUnits(layer: string | null) {
    if (layer === unitLayer.value) return
    unitLayer.value = layer
    unitColumns.value = []
  }

  watch(() => run.state?.runId, () => {
    columns.value = unitColumns.value = []
    range.value = null
    done.value = 1
  }, { flush: 'sync' })

  return { columns, unitColumns, unitLayer, range, scale, done, price, refused, isOpen, open, close, askFor, chooseScale, mapUnits }
})
