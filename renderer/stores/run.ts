import { type LostRun, type Pace, type Recovery, type RunState } from '@contract'
import { type Architecture, isGuessing, type RunConfig } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { listen, request } from '../lib/bridge'
import { useMetrics } from './metrics'
import { useNotices } from './notices'
import { useSettings } from './settings'

/** The training run: its state, as the training thread reports it, and the requests to it. */
export const useRun = defineStore('run', () => {
  const metrics = useMetrics()
  const notices = useNotices()
  const { attempt } = notices
  const settings = useSettings()
  const state = shallowRef<RunState | null>(null)
  const lost = shallowRef<LostRun | null>(null)
  const recovery = shallowRef<Recovery | null>(null)
  /** More recent than `state.step`: metrics arrive more often than states. */
  const step = ref(0)
  const stepInEpoch = ref(0)
  const epoch = ref(0)

  /** The step that the run began at: 0, or that of the file that was opened */
  const firstStep = computed(() => state.value?.origin.from === 'file' ? state.value.origin.step : 0)
  const running = computed(() => state.value?.phase === 'running')
  const ready = computed(() => state.value !== null && lost.value === null)
  const diverged = computed(() => state.value?.phase === 'diverged')
  /** The latest evaluation, if it is no better than guessing although every training image was seen */
  const guessing = computed(() => state.value?.evaluation && !diverged.value && isGuessing(state.value.evaluation, { classes: state.value.blocks.at(-1)!.outputs, stepsPerEpoch: state.value.stepsPerEpoch }) ? state.value.evaluation : null)
  const architecture = computed((): Architecture | null => state.value && { input: state.value.input, ...state.value.config.network })
  const canRun = computed(() => ready.value && !diverged.value)
  const canStep = computed(() => canRun.value && !running.value)

  function accept(next: RunState | null) {
    if (!next) return
    if (state.value && next.runId < state.value.runId) return
    if (next.runId !== state.value?.runId) metrics.reset(next.runId)
    state.value = next
    lost.value = null
    step.value = next.step
    stepInEpoch.value = next.stepInEpoch
    epoch.value = next.epoch
  }

  async function load() {
    listen('run:state', accept)
    listen('run:lost', lose)
    listen('run:metrics', (frame) => {
      if (frame.runId !== state.value?.runId) return
      metrics.take(frame)
      const evaluation = frame.evaluations.at(-1)
      if (evaluation) state.value = { ...state.value, evaluation }
      if (frame.losses.length) step.value = frame.firstStep + frame.losses.length - 1
      epoch.value = frame.epoch
      stepInEpoch.value = frame.stepInEpoch
    })
    // Each answer is applied when it arrives, so that none overwrites a later event.
    await Promise.all([
      attempt(() => request('run:state')).then(async (now) => {
        accept(now ?? null)
        const history = now && await attempt(() => request('run:history'))
        if (history?.runId === state.value?.runId && history) metrics.restore(history)
      }),
      attempt(() => request('run:lost')).then((gone) => { if (gone) lose(gone) }),
      attempt(() => request('run:recovery')).then((left) => { recovery.value = left ?? null }),
    ])
  }
  function lose(value: LostRun) {
    lost.value = value
    if (state.value) state.value = { ...state.value, phase: 'idle' }
  }

  async function ask(work: () => Promise<RunState | null>): Promise<boolean> {
    const next = await attempt(work)
    accept(next ?? null)
    return next !== undefined
  }

  /** Shows a note about what is missing in the file that the run was opened from. */
  function tellGaps() {
    const { origin } = state.value ?? {}
    if (origin?.from === 'file') origin.gaps?.forEach(gap => notices.note(`files.gap.${gap}`, { name: origin.name, step: origin.step }))
  }

  const start = () => ask(() => request('run:start', { pace: settings.settings.pace }))
  const pause = () => ask(() => request('run:pause'))
  const toggle = () => running.value ? pause() : start()
  const stepBatch = () => ask(() => request('run:step', { unit: 'batch' }))
  const stepEpoch = () => ask(() => request('run:step', { unit: 'epoch' }))
  const rewind = () => ask(() => request('run:rewind'))
  const configure = (config: RunConfig) => ask(() => request('run:configure', config))
  async function setPace(pace: Pace) {
    await attempt(() => settings.change({ pace }))
    if (state.value) await ask(() => request('run:pace', { pace }))
  }
  async function recover(from: 'autosave' | 'seed') {
    if (!await ask(() => request('run:recover', { from }))) return
    recovery.value = null
    tellGaps()
  }
  async function discardRecovery() {
    await attempt(() => request('run:discardRecovery'))
    recovery.value = null
  }

  return { state, architecture, lost, recovery, step, firstStep, stepInEpoch, epoch, running, ready, diverged, guessing, canRun, canStep, load, accept, start, pause, toggle, stepBatch, stepEpoch, rewind, configure, setPace, recover, discardRecovery, tellGaps }
})
