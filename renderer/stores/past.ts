import { type MemoryAmounts, type PastMoment, type PastReach, type ScreenName, toWire, type VisitProgress } from '@contract'
import { type Bookmark, LabError } from '@core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { listen, request } from '../lib/bridge'
import { visitedFrom } from '../lib/visited'
import { useMetrics } from './metrics'
import { useNotices } from './notices'
import { useRoom } from './room'
import { useRun } from './run'

/** What acts on the present: it is shown again then. Pausing, too, but a run may be paused while its past is looked at. */
const presentActions: readonly string[] = ['start', 'runAt', 'stepBatch', 'advance', 'stepEpoch', 'demonstrate', 'resume', 'rewind', 'configure', 'change', 'stopWhen'] satisfies readonly (keyof ReturnType<typeof useRun>)[]

/** Screens of which the views learn with the run */
const presentScreens: readonly ScreenName[] = ['learn', 'first', 'presenter']

/** A moment that takes longer is announced, and reached by way of the nearest kept state. */
const soonMs = 300
/** The past of the current run, and the moment of it that all views show. */
export const usePast = defineStore('past', () => {
  const run = useRun()
  const metrics = useMetrics()
  const room = useRoom()
  const notices = useNotices()
  const { attempt } = notices

  const moment = shallowRef<PastMoment | null>(null)
  /** The step of the past that is shown; null: the present is */
  const shownStep = computed(() => moment.value?.state.step ?? null)
  /** The step that is being reached; null: none */
  const wanted = shallowRef<number | null>(null)
  const progress = shallowRef<VisitProgress | null>(null)
  const reach = shallowRef<PastReach | null>(null)
  /** Why the run is paused for its past; null: it is not */
  const paused = shallowRef<MemoryAmounts | null>(null)
  const bookmarks = computed((): readonly Bookmark[] => reach.value?.bookmarks ?? [])
  /** Run ids that moments of the current run have in the thread for the past */
  const ids = new Set<number>()
  /** Time to learn one mini-batch again, as it was measured last; null: not yet */
  const stepMs = shallowRef<number | null>(null)
  /** Until then, the time that the run takes; null: it has not learned in this window */
  const estimatedMs = computed(() => stepMs.value ?? (metrics.samplesPerSecond > 0 && run.state ? 1000 * run.state.config.batchSize / metrics.samplesPerSecond : null))

  /** Steps that were visited; null: the present */
  const visited = visitedFrom<number | null>(null)
  const { canGoBack, canGoForward } = visited

  /** Whether what a thread said of a run is about the current one, now or in its past. */
  const isOfRun = (runId: number) => runId === run.state?.runId || ids.has(runId)

  /** The first step that can be visited */
  const firstStep = computed(() => reach.value?.first ?? run.firstStep)
  const canVisit = computed(() => run.ready && run.step > firstStep.value)

  /** The kept state from which a step is learned again: before it, since a state has no gradients */
  const before = (step: number): number => reach.value?.checkpoints.findLast(at => at < step) ?? firstStep.value
  /** The moment nearest to a step, at it or before it, that can be shown at once. */
  const nearest = (step: number): number => Math.min(step, before(step) + 1)
  /** Estimated time until a step is shown, in milliseconds; null: not known yet */
  const priceOf = (step: number): number | null => estimatedMs.value === null ? null : (step - before(step)) * estimatedMs.value
  const isFar = (step: number) => (priceOf(step) ?? 0) > soonMs

  let wish = 0
  function forget() {
    wish++
    moment.value = wanted.value = progress.value = reach.value = null
    visited.reset(null)
    ids.clear()
  }

  async function refresh() {
    const { runId } = run.state ?? {}
    const read = await attempt(() => request('past:read'))
    if (runId === run.state?.runId && read !== undefined) reach.value = read
  }

  async function ask(step: number, mine: number): Promise<boolean> {
    try {
      const next = await request('past:visit', { step })
      ids.add(next.state.runId)
      if (mine !== wish) return false
      stepMs.value = next.stepMs ?? stepMs.value
      if (next.differsAt !== null && moment.value?.differsAt === undefined) notices.note('past.differs', { step: next.differsAt })
      moment.value = next
      return true
    }
    catch (cause) {
      if (!(cause instanceof LabError)) throw cause
      if (mine === wish && cause.code !== 'past.left') notices.error(toWire(cause))
      return false
    }
  }

  /** Shows a step; from a far one, the nearest kept state before it comes first. @returns whether the step is shown */
  async function show(step: number): Promise<boolean> {
    const mine = ++wish
    wanted.value = step
    progress.value = null
    try {
      if (isFar(step) && (reach.value?.last ?? 0) < run.step) await refresh() // states were kept since
      if (mine !== wish) return false
      const from = nearest(step)
      if (isFar(step) && from < step && from !== shownStep.value && !await ask(from, mine)) return false
      return await ask(step, mine)
    }
    finally {
      if (mine === wish) wanted.value = progress.value = null
    }
  }

  /** Shows a step in passing. The latest one is the present. @returns whether it is shown */
  async function glance(step: number): Promise<boolean> {
    if (step < run.step) return (step === shownStep.value && wanted.value === null) || await show(step)
    showPresent()
    return true
  }
  /** Shows a step, to which Back returns. @returns whether it is shown */
  async function visit(step: number): Promise<boolean> {
    const isThere = await glance(step)
    if (isThere) visited.add(step < run.step ? step : null)
    return isThere
  }
  /** Shows the present again, to which Back returns. */
  function leave() {
    if (showPresent()) visited.add(null)
  }
  /** @returns whether it was not shown already */
  function showPresent(): boolean {
    if (moment.value === null && wanted.value === null) return false
    wish++
    void attempt(() => request('past:leave')) // sent before anything that a view asks about the present
    moment.value = wanted.value = progress.value = null
    return true
  }
  /** Ends the way to a moment; what was shown stays. */
  function cancel() {
    wish++
    wanted.value = progress.value = null
    // A newer wish ends the older one in the thread, too.
    if (shownStep.value !== null) void ask(shownStep.value, wish)
    else void attempt(() => request('past:leave'))
  }

  async function move(by: -1 | 1) {
    const step = visited.move(by)
    if (step === null) showPresent()
    else if (step !== undefined) await show(step)
  }
  const back = () => move(-1)
  const forward = () => move(1)

  /**
   * Slow motion from the moment that is shown: computes the next layer, or the rest of a step that has begun. A moment that has come
   * to a step at which the settings were changed is reached anew, with the change.
   */
  async function advance(unit: 'layer' | 'step') {
    const { state } = moment.value ?? {}
    if (!state) return
    const isBetween = !state.stages || state.stages.done === state.stages.of
    const changes = run.state?.events.filter(event => event.step <= state.step).length
    if (isBetween && changes !== state.events.length && !await show(state.step)) return
    const next = await attempt(() => request('run:layer', { unit }))
    if (next && moment.value?.state.runId === next.runId) moment.value = { ...moment.value, state: next }
  }

  const bookmarkAt = (step: number) => bookmarks.value.find(mark => mark.step === step) ?? null
  /** Marks a step, or changes its note; null removes the mark. @returns whether it was done */
  async function bookmark(step: number, note: string | null): Promise<boolean> {
    const read = await attempt(() => request('past:bookmark', { step, note }))
    if (read) reach.value = read
    return read !== undefined
  }

  function load() {
    void attempt(() => request('past:leave')) // a window that was loaded again shows the present
    listen('past:progress', (next) => { if (wanted.value !== null) progress.value = next })
    listen('past:paused', (amounts) => { paused.value = amounts })
    listen('past:lost', (error) => {
      showPresent()
      notices.error(error)
    })
    watch(() => `${run.state?.runId} ${run.state?.phase}`, () => void refresh())
  }
  watch(() => run.state?.runId, forget, { flush: 'sync' })
  watch(() => room.screen, (screen) => { if (presentScreens.includes(screen)) leave() })
  run.$onAction(({ name }) => { if (presentActions.includes(name) || (name === 'toggle' && !run.running)) leave() })

  return { moment, shownStep, wanted, progress, reach, paused, firstStep, bookmarks, canVisit, canGoBack, canGoForward, isOfRun, isFar, priceOf, nearest, refresh, visit, glance, leave, cancel, back, forward, advance, bookmarkAt, bookmark, load }
})
