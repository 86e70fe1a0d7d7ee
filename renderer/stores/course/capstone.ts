import type { DrawnDigit } from '@contract'
import { defaultConfig, defaultH } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { capstoneTasks, type CapstoneTask, differenceLimit, isTaskDone } from '../../course/capstone'
import { request } from '../../lib/bridge'
import { textOfImage } from '../../lib/image-text'
import { isDefault } from '../default-run'
import { useGradientCheck } from '../gradient-check'
import { useNotices } from '../notices'
import { useRun } from '../run'
import { useProgress } from './progress'

/** The settings of the network that the capstone trains: the book's */
export const capstoneConfig = defaultConfig

/** The capstone of the course: which of its tasks is shown, and what of them is done. */
export const useCapstone = defineStore('capstone', () => {
  const run = useRun()
  const progress = useProgress()
  const notices = useNotices()
  const check = useGradientCheck()

  const work = computed(() => progress.progress.capstone)
  const isDone = (task: CapstoneTask) => isTaskDone(work.value, task)
  const missing = computed(() => capstoneTasks.filter(task => !isDone(task)))

  const chosen = ref<CapstoneTask | 'summary' | null>(null)
  /** The task that is shown, or the summary; by default the first task to do */
  const page = computed(() => chosen.value ?? missing.value[0] ?? 'summary')
  const open = (page: CapstoneTask | 'summary') => { chosen.value = page }

  /** Whether the run is the network that was trained, at the step at which it was evaluated. */
  const isHere = computed(() => {
    const { state } = run
    const trained = work.value?.trained
    return !!state && !!trained && run.canStep && run.step === trained.steps && state.events.length === 0 && isDefault(state.config)
  })

  const digitOf = (digit: number): DrawnDigit | undefined => work.value?.digits.find(drawn => drawn.digit === digit)
  /**
   * Has the trained network read a drawing, and records the answer. A digit that was read right is not read again.
   * @param sample the drawing contains an image of the dataset
   * @returns null when the network is not there
   */
  async function read(digit: number, { pixels, sample }: { readonly pixels: Float32Array, readonly sample: boolean }): Promise<DrawnDigit | null> {
    const before = digitOf(digit)
    if (!isHere.value || before?.read === digit) return null
    const answer = await notices.attempt(() => request('draw:predict', { source: 'run', pixels }))
    if (!answer || answer.at?.step !== work.value?.trained?.steps) return null
    const drawn: DrawnDigit = {
      digit, read: answer.label, probability: Math.min(1, answer.outputs[answer.label] ?? 0), image: textOfImage(pixels), sample,
      tries: (before?.tries ?? 0) + 1, firstTryRight: before ? before.firstTryRight : answer.label === digit,
    }
    progress.workOn({ digits: [...(work.value?.digits ?? []).filter(other => other.digit !== digit), drawn].sort((a, b) => a.digit - b.digit) })
    return drawn
  }

  /** Parameters that were just compared, also when they do not agree */
  const compared = shallowRef<readonly { readonly path: string, readonly mean: number }[] | null>(null)
  const comparing = ref(false)
  /** Compares every gradient of the trained network; lesson 25 keeps its own settings. */
  async function compare() {
    if (!isHere.value || check.running || comparing.value) return
    comparing.value = true
    const { settings: before, results: [latest] } = check
    check.change({ network: 'run', h: defaultH, precision: 'float64' })
    await check.run()
    check.change(before)
    comparing.value = false
    const [result] = check.results
    if (!result || result === latest) return
    compared.value = result.checks.map(({ path, mean }) => ({ path, mean }))
    if (compared.value.every(({ mean }) => mean <= differenceLimit)) progress.workOn({ checked: { parameters: compared.value, at: Date.now() } })
  }

  return { work, page, missing, isHere, compared, comparing, isDone, open, digitOf, read, compare }
})
