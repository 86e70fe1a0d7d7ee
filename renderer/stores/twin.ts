import type { MetricsFrame, TwinRequest, TwinState } from '@contract'
import { Curves, type EvaluationPoint, LabError, type RunConfig, type StepRange } from '@core'
import { defineStore } from 'pinia'
import { computed, markRaw, shallowRef } from 'vue'
import { listen, request } from '../lib/bridge'
import { drawnVersion } from '../lib/drawn-version'
import { useNotices } from './notices'

/** A curve through fewer points is drawn through each loss */
const meanFrom = 64

/** The run that learns beside the current one, with its curves since it left it. */
export const useTwin = defineStore('twin', () => {
  const notices = useNotices()
  const twin = shallowRef<TwinState | null>(null)
  const step = shallowRef(0)
  const loss = shallowRef<number | null>(null)
  const evaluations = shallowRef<readonly EvaluationPoint[]>([])
  const busy = shallowRef(false)
  const curves = markRaw(new Curves())
  const { drawn, changed } = drawnVersion()
  /** The settings of the current run and of the twin, at the step at which it left */
  const settings = computed((): { readonly before: RunConfig, readonly after: RunConfig } | null => twin.value && { before: twin.value.before, after: twin.value.after })

  function update() {
    loss.value = curves.latestLoss
    evaluations.value = curves.evaluations
    changed()
  }
  function accept(next: TwinState | null) {
    if (next?.id !== twin.value?.id) {
      curves.clear()
      update()
    }
    twin.value = next
    if (next) step.value = next.state.step
  }
  function take({ runId, firstStep, losses, evaluations: measured, step: reached }: MetricsFrame) {
    if (runId !== twin.value?.state.runId) return
    losses.forEach((value, i) => curves.takeLoss(firstStep + i, value))
    for (const evaluation of measured) curves.takeEvaluation(evaluation)
    step.value = reached
    update()
  }
  /** Losses since it left the current run: single ones, or means over so many columns. */
  function lossIn(part: StepRange | undefined, columns: number) {
    const points = curves.loss.length < meanFrom ? curves.loss.extremes(columns * 20, [], part) : curves.loss.means(columns, [], part)
    return points.filter(({ x }) => x >= (twin.value?.parent.step ?? 0))
  }

  /** @param isShown shows an error at the field that it is about, and returns whether it did @returns whether there is a twin now */
  async function begin(wanted: TwinRequest, isShown: (error: LabError) => boolean = () => false): Promise<boolean> {
    busy.value = true
    try {
      return await notices.attempt(async () => {
        try { accept(await request('twin:begin', wanted)) }
        catch (cause) {
          if (cause instanceof LabError && (cause.code === 'past.left' || isShown(cause))) return false
          throw cause
        }
        return true
      }) ?? false
    }
    finally { busy.value = false }
  }
  /** Its run stays in the list. */
  async function end() {
    if (await notices.attempt(() => request('twin:end')) !== undefined) notices.done('twin.ended', {})
  }

  listen('twin:state', accept)
  listen('twin:metrics', take)
  /** The twin of a window that was loaded again */
  async function load() {
    const found = await notices.attempt(() => request('twin:read'))
    if (!found) return
    accept(found.twin)
    curves.restore(found.history)
    update()
  }
  return { twin, settings, step, loss, evaluations, busy, drawn, lossIn, begin, end, load }
})
