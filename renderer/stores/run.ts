import type { ForkRequest, LeftRun, LostRun, MetricsFrame, Pace, RunSoFar, RunState } from '@contract'
import { type Architecture, LabError, type RunConfig, type SettingsChange, type StopCondition } from '@core'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { listen, request } from '../lib/bridge'
import { useMetrics } from './metrics'
import { useNotices } from './notices'
import { useRoom } from './room'
import { useSettings } from './settings'

/** A moment of training. Run ids increase, and so do the steps of a run. */
type Moment = Pick<RunState, 'runId' | 'step'>
const isBefore = (a: Moment, b: Moment): boolean => a.runId < b.runId || (a.runId === b.runId && a.step < b.step)

/** Within a run, changes of the settings add up; a divergence undoes a step, and nothing but a change continues the run. */
function isOlder(a: RunState, b: RunState): boolean {
  if (a.runId === b.runId && a.events.length !== b.events.length) return a.events.length < b.events.length
  if (a.runId === b.runId && !a.divergence !== !b.divergence) return !a.divergence
  return isBefore(a, b) || (a.runId === b.runId && a.step === b.step && layersOf(a) < layersOf(b))
}

/** Layers computed of the step after the latest complete one. */
const layersOf = ({ stages }: RunState): number => stages && stages.done < stages.of ? stages.done : 0

/** The training run: its state, as the training thread reports it, and the requests to it. */
export const useRun = defineStore('run', () => {
  const metrics = useMetrics()
  const notices = useNotices()
  const place = useRoom()
  const { attempt } = notices
  const settings = useSettings()
  const state = shallowRef<RunState | null>(null)
  const lost = shallowRef<LostRun | null>(null)
  /** More recent than `state`: metrics arrive more often than states. */
  const position = shallowRef<Pick<MetricsFrame, 'runId' | 'step' | 'epoch' | 'stepInEpoch'>>({ runId: -1, step: 0, epoch: 0, stepInEpoch: 0 })
  const step = computed(() => position.value.step)
  const stepInEpoch = computed(() => position.value.stepInEpoch)
  const epoch = computed(() => position.value.epoch)

  /** The step that the curves begin at: 0, or that of the file that was opened */
  const firstStep = computed(() => state.value?.origin.from === 'file' ? state.value.origin.step : 0)
  const running = computed(() => state.value?.phase === 'running')
  const ready = computed(() => state.value !== null && lost.value === null)
  const diverged = computed(() => state.value?.phase === 'diverged')
  const architecture = computed((): Architecture | null => state.value && { input: state.value.input, ...state.value.config.network })
  const canRun = computed(() => ready.value && !diverged.value)
  const canStep = computed(() => canRun.value && !running.value)

  /** Whether the window already shows a later moment than that of an answer. */
  const isPast = (moment: Moment) => isBefore(moment, position.value)

  /** Replies and events may overtake each other: a state older than the shown one is dropped. */
  function accept(next: RunState | null) {
    const shown = state.value
    if (!next || (shown && isOlder(next, shown))) return
    if (next.runId !== shown?.runId) metrics.reset(next.runId)
    state.value = next
    lost.value = null
    if (next.divergence) undoAfter(next)
    else moveTo(next)
  }
  /** A divergence undoes the latest step. */
  function undoAfter(next: RunState) {
    metrics.undoAfter(next.step)
    position.value = next
  }
  function moveTo(next: typeof position.value) {
    if (!isPast(next)) position.value = next
  }
  function hear(frame: MetricsFrame) {
    if (frame.runId !== state.value?.runId) return
    metrics.take(frame)
    const evaluation = frame.evaluations.at(-1)
    if (evaluation) state.value = { ...state.value, evaluation }
    if (frame.findings) state.value = { ...state.value, findings: frame.findings }
    moveTo(frame)
  }
  /** A run that main has continued by itself, as at the start of the lab, comes with its curves. */
  function hearState(next: RunState) {
    const isOther = next.runId !== state.value?.runId
    accept(next)
    if (isOther && next.runId === state.value?.runId && next.step > firstStep.value) void readCurves()
  }
  function restore({ state: then, history }: RunSoFar) {
    accept(then)
    if (then.runId === state.value?.runId) metrics.restore(then.runId, history)
  }

  async function load() {
    /** Frames that arrive before the curves that they continue */
    let early: MetricsFrame[] | null = []
    listen('run:state', hearState)
    listen('run:lost', lose)
    listen('run:metrics', frame => early ? early.push(frame) : hear(frame))
    // Each answer is applied when it arrives, so that none overwrites a later event.
    await Promise.all([
      attempt(() => request('run:read')).then((now) => {
        if (now) restore(now)
        early?.forEach(hear)
        early = null
      }),
      attempt(() => request('run:lost')).then((gone) => { if (gone) lose(gone) }),
    ])
  }
  function lose(value: LostRun) {
    lost.value = value
    if (state.value) state.value = { ...state.value, phase: 'idle' }
  }

  /**
   * @param isShown shows an error at the field that it is about, and returns whether it did; other errors become notices
   * @returns whether the request succeeded
   */
  async function ask(work: () => Promise<RunState | null>, isShown: (error: LabError) => boolean = () => false): Promise<boolean> {
    let refused = false
    const next = await attempt(() => work().catch((cause: unknown) => {
      refused = cause instanceof LabError && isShown(cause)
      if (!refused) throw cause
      return null
    }))
    accept(next ?? null)
    return next !== undefined && !refused
  }

  /** Shows a note about what is missing in the file that the run was opened from, except in Files, whose card says it. */
  function tellGaps() {
    if (place.current === 'files') return
    const { origin } = state.value ?? {}
    if (origin?.from === 'file') origin.gaps?.forEach(gap => notices.note(`files.gap.${gap}`, { name: origin.name, step: origin.step }))
  }

  /** Only Train shows what a single layer computes: elsewhere slow motion is one step a second. */
  const pace = (): Pace => settings.settings.pace === 'layer' && place.screen !== 'train' ? 1 : settings.settings.pace
  const start = () => ask(() => request('run:start', { pace: pace() }))
  /** Runs, or goes on, at another pace than the learner's setting, which stays. */
  const runAt = (pace: Pace) => ask(() => running.value ? request('run:pace', { pace }) : request('run:start', { pace }))
  const pause = () => ask(() => request('run:pause'))
  const toggle = () => running.value ? pause() : start()
  const stepBatch = () => ask(() => request('run:step', { unit: 'batch' }))
  /** Slow motion: computes the next layer, or the rest of a step that has begun. */
  const advance = (unit: 'layer' | 'step') => ask(() => request('run:layer', { unit }))
  const stepEpoch = () => ask(() => request('run:step', { unit: 'epoch' }))
  /** Puts an untrained default network in place of the run; what it learns is not recorded. */
  const demonstrate = () => ask(() => request('run:demonstrate'))
  /** Continues a run of the list at its latest step, with its curves. @returns whether it is the run now */
  async function resume(id: string): Promise<boolean> {
    if (!await ask(() => request('runs:open', { id }))) return false
    await readCurves()
    return true
  }
  /** Takes another way from a step of a run, with its curves until there. @returns whether the fork is the run now */
  async function fork(wanted: ForkRequest, isShown: (error: LabError) => boolean): Promise<boolean> {
    if (!await ask(() => request('runs:fork', wanted), isShown)) return false
    await readCurves()
    return true
  }
  async function readCurves() {
    const now = await attempt(() => request('run:read'))
    if (now) restore(now)
  }
  const rewind = () => ask(() => request('run:rewind'))
  const configure = (config: RunConfig, isShown?: (error: LabError) => boolean) => ask(() => request('run:configure', config), isShown)
  /** Changes settings of the run as it goes on; after a divergence it may then continue. @returns whether the change was made */
  const change = (change: SettingsChange, isShown?: (error: LabError) => boolean) => ask(() => request('run:change', change), isShown)
  /** When it stops by itself; null: never. @returns whether it waits for that now */
  const stopWhen = (condition: StopCondition | null, isShown?: (error: LabError) => boolean) => ask(() => request('run:stopWhen', { condition }), isShown)
  async function setPace(pace: Pace) {
    await attempt(() => settings.change({ pace }))
    if (state.value) await ask(() => request('run:pace', { pace }))
  }
  /**
   * Puts another run in place of the current one.
   * @returns the run before, which can be resumed; null when it had learned nothing, or nothing was replaced
   */
  async function setAside(replace: () => Promise<boolean>): Promise<LeftRun | null> {
    const before = state.value?.runId
    if (!await replace()) return null
    const left = await attempt(() => request('run:left'))
    return left && left.runId === before ? left : null
  }

  return { state, architecture, lost, step, firstStep, stepInEpoch, epoch, running, ready, diverged, canRun, canStep, isPast, load, accept, start, runAt, pause, toggle, stepBatch, advance, stepEpoch, demonstrate, resume, fork, rewind, configure, change, stopWhen, setPace, setAside, tellGaps }
})
