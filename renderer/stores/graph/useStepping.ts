import { momentAt, type Moment, type Trace } from '@core'
import { computed, type ComputedRef, ref, type Ref, shallowRef, watch } from 'vue'
import { forwardEnd } from './positions'
import { useTicker } from './useTicker'

/** A run to a step takes at most this long; its ticks are at least `minTickMs` apart, with several steps each if need be. */
const maxRunMs = 2_400
const minTickMs = 40

interface Run { readonly to: number, readonly stepsPerTick: number, readonly msPerTick: number }

/** The position in a trace's steps, and stepping, jumping and playing through them. */
export function useStepping(trace: Readonly<Ref<Trace>>, msPerStep: () => number) {
  const position = ref(0)
  const moment: ComputedRef<Moment> = computed(() => momentAt(trace.value, position.value))
  const length = computed(() => trace.value.steps.length)
  const forwards = computed(() => forwardEnd(trace.value))
  /** The step that comes next; null at the end */
  const upcoming = computed(() => trace.value.steps[position.value] ?? null)
  const atEnd = computed(() => position.value >= length.value)
  const canForward = computed(() => position.value < forwards.value)
  const canBackward = computed(() => forwards.value < length.value && (canForward.value || upcoming.value?.phase === 'start' || upcoming.value?.phase === 'backward'))

  const goTo = (at: number) => { position.value = Math.max(0, Math.min(length.value, Math.round(at))) }
  /** Where playing stops before the end, and at which pace; null: at the end, at the learner's pace */
  const run = shallowRef<Run | null>(null)
  const { running: playing, start: play, stop } = useTicker(() => {
    const { to, stepsPerTick } = run.value ?? { to: length.value, stepsPerTick: 1 }
    goTo(Math.min(to, position.value + stepsPerTick))
    return position.value < Math.min(to, length.value)
  }, () => run.value?.msPerTick ?? msPerStep())
  watch(playing, (now) => { if (!now) run.value = null }, { flush: 'sync' })
  const pause = () => { stop(); run.value = null }
  const manual = (work: () => void) => () => { pause(); work() }

  /** One step of any phase: forward, the 1 at the output, backward, update */
  const next = manual(() => goTo(position.value + 1))
  const back = manual(() => goTo(position.value - 1))
  const stepForward = manual(() => { if (canForward.value) goTo(position.value + 1) })
  /** Completes the forward pass first */
  const stepBackward = manual(() => { if (canBackward.value) goTo(Math.max(position.value, forwards.value) + 1) })
  /** To the end of the forward pass; from there to the end of all steps */
  const toEnd = manual(() => goTo(canForward.value ? forwards.value : length.value))
  const restart = manual(() => goTo(0))
  function togglePlay() {
    if (playing.value) return pause()
    if (atEnd.value) goTo(0)
    if (length.value > 0) play()
  }
  /**
   * Plays from the current step to a later one at the learner's pace, in at most two and a half seconds. Jumps to an earlier one, and
   * where the system asks for reduced motion.
   */
  function runTo(to: number) {
    pause()
    const steps = Math.min(to, length.value) - position.value
    if (steps <= 0 || matchMedia('(prefers-reduced-motion: reduce)').matches) return goTo(to)
    const ms = Math.min(msPerStep(), maxRunMs / steps)
    const stepsPerTick = Math.ceil(minTickMs / ms)
    run.value = { to, stepsPerTick, msPerTick: Math.min(ms * stepsPerTick, maxRunMs / Math.ceil(steps / stepsPerTick)) }
    play()
  }
  watch(length, () => { if (atEnd.value) pause() }, { flush: 'sync' })

  return { position, moment, length, forwards, upcoming, atEnd, canForward, canBackward, playing, goTo, runTo, pause, next, back, stepForward, stepBackward, toEnd, restart, togglePlay }
}
