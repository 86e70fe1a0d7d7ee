import type { LeftRun } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { goalAccuracy } from '../../course/capstone'
import { useMetrics } from '../metrics'
import { useFiles } from '../files'
import { useRun } from '../run'
import { useRuns } from '../runs'
import { capstoneConfig } from './capstone'
import { useProgress } from './progress'

/** Epochs after which the training gives up: the book's network needs a few. */
const mostEpochs = 30

/** Waits until a condition holds. */
const until = (holds: () => boolean): Promise<void> => new Promise((done) => {
  if (holds()) { done(); return }
  const stop = watch(holds, (now) => { if (now) { stop(); done() } }, { flush: 'sync' })
})

/** Trains the capstone's network from nothing, at full speed, until it is good enough at the end of an epoch. */
export const useCapstoneTraining = defineStore('capstoneTraining', () => {
  const run = useRun()
  const metrics = useMetrics()
  const runs = useRuns()
  const files = useFiles()
  const progress = useProgress()

  const training = ref(false)
  /** The run that was begun here, and its training time so far */
  const attempt = shallowRef<{ readonly runId: number, readonly ms: number } | null>(null)
  /** Whether the current run was begun here and not changed since */
  const isCurrent = computed(() => attempt.value !== null && attempt.value.runId === run.state?.runId && run.state.events.length === 0)
  /** The learner's own run before, which was kept */
  const kept = shallowRef<LeftRun | null>(null)
  /** The evaluation of the present weights on all test images. From the curves, since a reply that is late brings an old state. */
  const evaluation = computed(() => metrics.evaluations.findLast(({ step, test }) => step === run.step && test.images === run.state?.dataset.counts.test) ?? null)
  const isReached = () => isCurrent.value && (evaluation.value?.test.accuracy ?? 0) >= goalAccuracy
  const canGoOn = computed(() => isCurrent.value && run.canRun && run.step > 0 && !isReached())

  /** Puts an untrained network in place of the run, which is kept like any other. */
  async function begin(): Promise<boolean> {
    let replaced = false
    const before = await run.setAside(async () => replaced = await run.configure(capstoneConfig))
    if (!replaced || !run.state) return false
    kept.value = before ?? kept.value
    attempt.value = { runId: run.state.runId, ms: 0 }
    return true
  }

  /** Trains an epoch and waits for its evaluation. @returns whether training can go on */
  async function learnEpoch(): Promise<boolean> {
    const begun = performance.now()
    if (!await run.stepEpoch()) return false
    await until(() => !isCurrent.value || !run.ready || run.diverged || (!run.running && evaluation.value !== null))
    if (!isCurrent.value || !run.ready || run.diverged || !attempt.value) return false
    attempt.value = { ...attempt.value, ms: attempt.value.ms + performance.now() - begun }
    return run.state?.stepInEpoch === 0 // a pause ends it before its end
  }

  function record() {
    if (!evaluation.value || !attempt.value) return
    const { step, test: { accuracy, loss } } = evaluation.value
    progress.workOn({ trained: { accuracy, loss, steps: step, ms: attempt.value.ms, at: Date.now() } })
  }

  /** Begins, or goes on with the run that was begun here. */
  async function train() {
    if (training.value || !run.ready) return
    training.value = true
    try {
      if (!canGoOn.value && !await begin()) return
      for (let epoch = 0, goesOn = true; goesOn && epoch < mostEpochs; epoch++) {
        goesOn = await learnEpoch() && !isReached()
      }
      if (isReached()) record()
    }
    finally { training.value = false }
  }
  const stop = () => run.pause()

  /** Brings the trained network back: its run, if that still stands there, or a file that has it. @returns whether it is there again */
  async function reopen(): Promise<boolean> {
    const trained = progress.progress.capstone?.trained
    const isIt = (step: number | null, accuracy: number | null | undefined) => step === trained?.steps && accuracy === trained?.accuracy
    await Promise.all([runs.refresh(), files.refresh()])
    const found = runs.entries.find(({ step, testAccuracy, architecture }) => architecture && isIt(step, testAccuracy))
    if (found) return await run.resume(found.id)
    const file = files.entries.find(({ summary }) => summary && isIt(summary.step, summary.testAccuracy))
    return file !== undefined && await files.open(file.handle)
  }

  /** Puts the learner's own run back. */
  async function giveBack() {
    if (kept.value) await run.resume(kept.value.id)
    kept.value = null
  }

  return { training, attempt, isCurrent, kept, canGoOn, train, reopen, stop, giveBack }
})
