import type { DatasetImage } from '@contract'
import { type Architecture, checkBatch, defaultH, type GradientCheckProgress, gradientCheckSteps, heldPass, type ParamCheck, type Precision } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { inSlices } from '../lib/in-slices'
import { checkedModel, type CheckedNetwork, type CheckPlan, planOf } from './checked-network'
import { useNotices } from './notices'
import { useRun } from './run'

export const checkedH = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const

export interface CheckSettings {
  readonly network: CheckedNetwork
  readonly h: number
  readonly precision: Precision
}
export interface CheckResult {
  readonly settings: CheckSettings
  readonly architecture: Architecture
  readonly checks: readonly ParamCheck[]
  /** Measured times: two forward passes per weight, and one forward and one backward pass */
  readonly numericMs: number
  readonly backpropMs: number
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
  const progress = shallowRef<GradientCheckProgress | null>(null)
  const msLeft = ref<number | null>(null)
  /** Newest first */
  const results = shallowRef<readonly CheckResult[]>([])
  const running = computed(() => progress.value !== null)
  let stopping: AbortController | undefined

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
    const { model, ops } = prepared
    const backpropMs = timeOf(() => { model.forward(ops, heldPass); model.backward(ops, heldPass) })
    const steps = gradientCheckSteps(model, ops, chosen.h)
    const begun = performance.now()
    let checks: readonly ParamCheck[] | null = null
    let shownAt = 0
    stopping = new AbortController()
    progress.value = { path: model.params[0]!.path, done: 0, total: 1 }
    msLeft.value = null
    await inSlices(() => {
      const next = steps.next()
      if (next.done) checks = next.value
      else if (performance.now() - shownAt > 100) {
        shownAt = performance.now()
        progress.value = next.value
        const { done, total } = next.value
        if (shownAt - begun > 500) msLeft.value = (shownAt - begun) / done * (total - done)
      }
      return !next.done
    }, stopping.signal)
    progress.value = null
    if (checks) results.value = [{ settings: chosen, architecture: model.architecture, checks, numericMs: performance.now() - begun, backpropMs }, ...results.value].slice(0, 12)
  }
  const cancel = () => stopping?.abort()

  /** The certificate's entry: the latest check of the book's network with the default h in float64 */
  const certified = computed(() => results.value.find(({ settings: { network, h, precision } }) => network === 'full' && h === defaultH && precision === 'float64')?.checks)

  return { settings, plan, digits, canRun, progress, msLeft, results, running, certified, change, load, run, cancel }
})

/** The fastest of 20 runs: the first ones are not optimized by the engine yet. */
function timeOf(work: () => void): number {
  let best = Infinity
  for (let i = 0; i < 20; i++) {
    const begun = performance.now()
    work()
    best = Math.min(best, performance.now() - begun)
  }
  return best
}
