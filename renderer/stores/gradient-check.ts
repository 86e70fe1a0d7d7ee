import type { DatasetImage } from '@contract'
import { buildModel, createReferenceOps, defaultConfig, defaultH, expand, type GradientCheckProgress, gradientCheckSteps, initialize, inputSize, mnist, normalizeUnit, type ParamCheck, type Precision } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { inSlices } from '../lib/in-slices'
import { useNotices } from './notices'

/** The book's network, and one small enough to be checked in a moment. */
export const checkedNetworks = { small: expand({ layers: [inputSize(mnist), 10], activation: 'relu' }), full: expand({ layers: [inputSize(mnist), 50, 10], activation: 'relu' }) } as const
export const checkedH = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const
/** The loss is the mean over the first images of the training set, as in the terminal */
const images = 3

export interface CheckSettings {
  readonly network: keyof typeof checkedNetworks
  readonly h: number
  readonly precision: Precision
}
export interface CheckResult {
  readonly settings: CheckSettings
  readonly checks: readonly ParamCheck[]
  /** Measured times: two forward passes per weight, and one forward and one backward pass */
  readonly numericMs: number
  readonly backpropMs: number
}

/** The gradient check, numeric differences against backpropagation, computed in the window. */
export const useGradientCheck = defineStore('gradientCheck', () => {
  const notices = useNotices()
  const settings = ref<CheckSettings>({ network: 'small', h: defaultH, precision: 'float64' })
  const digits = shallowRef<readonly DatasetImage[]>([])
  const progress = shallowRef<GradientCheckProgress | null>(null)
  const msLeft = ref<number | null>(null)
  /** Newest first */
  const results = shallowRef<readonly CheckResult[]>([])
  const running = computed(() => progress.value !== null)
  let stopping: AbortController | undefined

  const change = (patch: Partial<CheckSettings>) => { settings.value = { ...settings.value, ...patch } }

  async function load() {
    if (digits.value.length) return
    const found = await notices.attempt(() => request('data:images', { dataset: mnist.id, split: 'train', first: 0, count: images }))
    if (found) digits.value = found.images
  }

  async function run() {
    await load()
    if (running.value || !digits.value.length) return
    const chosen = settings.value
    const { model, ops } = modelOf(chosen, digits.value)
    const backpropMs = timeOf(() => { model.forward(ops); model.backward(ops) })
    const steps = gradientCheckSteps(model, ops, chosen.h)
    const begun = performance.now()
    let checks: readonly ParamCheck[] | null = null
    let shownAt = 0
    stopping = new AbortController()
    progress.value = { path: 'affine1.W', done: 0, total: 1 }
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
    if (checks) results.value = [{ settings: chosen, checks, numericMs: performance.now() - begun, backpropMs }, ...results.value].slice(0, 12)
  }
  const cancel = () => stopping?.abort()

  /** The certificate's entry: the latest check of the book's network with the default h in float64 */
  const certified = computed(() => results.value.find(({ settings: { network, h, precision } }) => network === 'full' && h === defaultH && precision === 'float64')?.checks)

  return { settings, digits, progress, msLeft, results, running, certified, change, load, run, cancel }
})

function modelOf({ network, precision }: CheckSettings, digits: readonly DatasetImage[]) {
  const model = buildModel(checkedNetworks[network], { rows: images, precision })
  initialize(model, defaultConfig.init, defaultConfig.seed)
  digits.forEach(({ image, label }, i) => {
    model.input.value.data.set(normalizeUnit(image, mnist.normalization), i * image.length)
    model.target.value.data[i] = label
  })
  return { model, ops: createReferenceOps(precision) }
}

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
