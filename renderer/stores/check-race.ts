import { type ComparedElement, drawElements, placeAt, type Precision, type WeightPlace, WorstElements } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { type CheckFindings, useCheckRun } from './check-run'
import { modelOfBatch, useCheckedBatch } from './checked-batch'
import { useMicroscope } from './microscope'

/** Number of weights of a check of some, drawn at random */
export const sampleSize = 1000
/** Of the draw: the same weights each time */
const drawSeed = 1
/** A check of all weights that takes longer is not proposed first. */
const patienceMs = 120_000

/** One of the parameters whose two gradients differ most. */
export interface WorstParameter extends WeightPlace, Pick<ComparedElement, 'numeric' | 'backprop'> {}

/** What a whole-network check found, and on what. */
export interface RaceResult extends CheckFindings {
  readonly runId: number
  readonly step: number
  /** Images, and those of the whole mini-batch */
  readonly rows: number
  readonly of: number
  readonly h: number
  readonly precision: Precision
  /** Weights compared, and all that there are */
  readonly compared: number
  readonly parameters: number
  readonly worst: readonly WorstParameter[]
}

/** The whole-network check as a race: two forward passes for each weight against one forward and one backward pass for all. */
export const useCheckRace = defineStore('checkRace', () => {
  const checked = useCheckedBatch()
  const microscope = useMicroscope()
  const check = useCheckRun()
  const { progress, msLeft, backpropMs, running, cancel } = check
  const result = shallowRef<RaceResult | null>(null)
  /** null: all weights where that is quick enough */
  const wanted = ref<'all' | 'some' | null>(null)

  const parameters = computed(() => checked.batch?.parameters ?? 0)
  const canDraw = computed(() => parameters.value > sampleSize)
  /** Expected duration, from that of one forward pass */
  const expectedMs = (weights: number) => 2 * weights * (checked.batch?.forwardMs ?? 0)
  const which = computed(() => !canDraw.value ? 'all' : wanted.value ?? (expectedMs(parameters.value) > patienceMs ? 'some' : 'all'))
  const weights = computed(() => which.value === 'all' ? parameters.value : sampleSize)
  const price = computed(() => expectedMs(weights.value))
  const chooseWhich = (next: 'all' | 'some') => { wanted.value = next }

  async function run() {
    const { batch } = checked
    if (!batch || running.value) return
    const { h, precision } = microscope
    const side = modelOfBatch(batch, precision)
    const only = which.value === 'all' ? undefined : drawElements(side.model, sampleSize, drawSeed)
    const worst = new WorstElements()
    result.value = null
    const found = await check.run(side, { h, pass: batch.pass, ...only && { only } }, element => worst.take(element))
    if (!found) return
    const { runId, step, of, images } = batch.frame
    result.value = {
      ...found, runId, step, of, rows: images.length, h, precision, compared: only?.length ?? batch.parameters, parameters: batch.parameters,
      worst: worst.list.map(({ path, index, numeric, backprop }) => ({ ...placeAt(path, side.model.params.find(param => param.path === path)!.slot.value, index), numeric, backprop })),
    }
  }
  return { progress, msLeft, backpropMs, running, result, which, weights, parameters, canDraw, price, chooseWhich, run, cancel }
})
