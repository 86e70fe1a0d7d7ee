import { type Architecture, checkBatch, countParameters, heldPass, type InPrecision, LabError, Microscope, type Pass, type Precision, productsOf } from '@core'
import type { BatchFrame } from '@contract'
import { defineStore } from 'pinia'
import { computed, markRaw, ref, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { leastMs } from '../lib/least-ms'
import { latestWins } from '../lib/latest-wins'
import { batchModel } from './checked-network'
import { useMoment } from './moment'

/** Numbers of images that are offered besides the whole mini-batch */
const fewer = [3, 10, 30] as const
/** Multiply-adds of a forward pass that is repeated some hundred times in a moment: 10 images of the book's network */
const quickWork = 500_000

/** The next mini-batch of a moment, on which gradients are checked. */
export interface CheckedBatch {
  readonly frame: BatchFrame
  readonly architecture: Architecture
  readonly parameters: number
  /** Of the step that comes next: its dropout mask */
  readonly pass: Pass
  readonly microscope: Microscope
  /** Duration of one forward pass */
  readonly forwardMs: number
}

/** The batch of the Check tab: the run's next mini-batch at the moment that is shown, computed in the window, so that the run is not disturbed. */
export const useCheckedBatch = defineStore('checkedBatch', () => {
  const moment = useMoment()
  /** null: as many as are quick */
  const wanted = ref<number | null>(null)
  const batch = shallowRef<CheckedBatch | null>(null)
  const loading = ref(false)
  /** Why it could not be read */
  const refused = shallowRef<LabError | null>(null)

  const batchSize = computed(() => moment.state?.config.batchSize ?? 1)
  const choices = computed(() => [...fewer.filter(rows => rows < batchSize.value), batchSize.value])
  const quick = computed(() => {
    const weights = moment.architecture ? productsOf(moment.architecture).reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0) : 1
    return choices.value.findLast(rows => rows * weights <= quickWork) ?? choices.value[0]!
  })
  const rows = computed(() => wanted.value !== null && choices.value.includes(wanted.value) ? wanted.value : quick.value)
  /** Whether the batch is that of the moment that is shown */
  const isPresent = computed(() => batch.value !== null && batch.value.frame.runId === moment.state?.runId && batch.value.frame.step === moment.step)

  const ask = latestWins(async (rows: number) => {
    loading.value = true
    return build(await request('run:batch', { rows }))
  }, (found) => {
    loading.value = false
    refused.value = null
    batch.value = found
  }, (cause) => {
    loading.value = false
    if (!(cause instanceof LabError)) throw cause
    refused.value = cause
    batch.value = null
  })
  /** Takes the moment that is shown now. */
  function load() { if (moment.state) ask(rows.value) }
  function chooseRows(next: number) {
    wanted.value = next
    load()
  }
  return { rows, choices, batch, loading, refused, isPresent, load, chooseRows }
})

function build(frame: BatchFrame): CheckedBatch {
  const architecture = { input: frame.input, ...frame.config.network }
  checkBatch(architecture, frame.images.length)
  const pass: Pass = { ...heldPass, seed: frame.config.seed, step: frame.step }
  const sides: InPrecision<ReturnType<typeof batchModel>> = { float64: batchModel(frame, 'float64'), float32: batchModel(frame, 'float32') }
  const microscope = markRaw(new Microscope(sides, pass))
  const { model, ops } = sides.float64
  const forwardMs = leastMs(() => model.forward(ops, pass), 5)
  return { frame, architecture, parameters: countParameters(architecture), pass, microscope, forwardMs }
}

/** A model of its own for a whole-network check, so that the microscope can go on. */
export const modelOfBatch = ({ frame }: CheckedBatch, precision: Precision) => batchModel(frame, precision)
