import type { DatasetImage } from '@contract'
import { type Architecture, checkBatch, defaultH, type Precision } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { type CheckFindings, useCheckRun } from './check-run'
import { checkedModel, type CheckedNetwork, type CheckPlan, planOf } from './checked-network'
import { useNotices } from './notices'
import { useRun } from './run'

export const checkedH = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const

export interface CheckSettings {
  readonly network: CheckedNetwork
  readonly h: number
  readonly precision: Precision
}
export interface CheckResult extends CheckFindings {
  readonly settings: CheckSettings
  readonly architecture: Architecture
}

/** The gradient check, numeric differences against backpropagation, computed in the window. */
export const useGradientCheck = defineStore('gradientCheck', () => {
  const notices = useNotices()
  const training = useRun()
  const settings = ref<CheckSettings>({ network: 'small', h: defaultH, precision: 'float64' })
  const plan = computed(() => planOf(settings.value.network, training.state))
  /** The first training images of a dataset */
  const loaded = shallowRef<{ readonly dataset: string, readonly images: readonly DatasetImage[] } | null>(null)
  const imagesFor = ({ dataset: { id } }: CheckPlan) => loaded.value?.dataset === id ? loaded.value.images : []
  const digits = computed(() => imagesFor(plan.value))
  const canRun = computed(() => digits.value.length > 0 && !plan.value.tooLarge)
  const check = useCheckRun()
  const { progress, msLeft, running, cancel } = check
  /** Newest first */
  const results = shallowRef<readonly CheckResult[]>([])

  const change = (patch: Partial<CheckSettings>) => { settings.value = { ...settings.value, ...patch } }

  async function load() {
    if (digits.value.length) return
    const { dataset: { id }, images } = plan.value
    const found = await notices.attempt(() => request('data:images', { dataset: id, split: 'train', first: 0, count: images }))
    if (found) loaded.value = { dataset: id, images: found.images }
  }

  /** The chosen network: the one in training with its present weights, which a replaced run no longer has. */
  async function prepare({ network, precision }: CheckSettings) {
    const chosen = plan.value
    const runId = training.state?.runId
    await load()
    const images = imagesFor(chosen)
    if (!images.length || chosen.tooLarge) return
    return await notices.attempt(async () => {
      checkBatch(chosen.architecture, images.length)
      const frame = network === 'run' ? await request('run:batch', { rows: 1 }) : null
      return frame && frame.runId !== runId ? undefined : checkedModel(chosen, precision, images, frame?.tensors ?? null)
    })
  }

  async function run() {
    const chosen = settings.value
    const prepared = await prepare(chosen)
    if (running.value || !prepared) return
    const found = await check.run(prepared, { h: chosen.h })
    if (found) results.value = [{ settings: chosen, architecture: prepared.model.architecture, ...found }, ...results.value].slice(0, 12)
  }

  /** The certificate's entry: the latest check of the book's network with the default h in float64 */
  const certified = computed(() => results.value.find(({ settings: { network, h, precision } }) => network === 'full' && h === defaultH && precision === 'float64')?.checks)

  return { settings, plan, digits, canRun, progress, msLeft, results, running, certified, change, load, run, cancel }
})
