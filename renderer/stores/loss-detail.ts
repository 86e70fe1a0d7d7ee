import { type CurvePoint, maxLosses, Series, type SeriesState, type StepRange } from '@core'
import { defineStore } from 'pinia'
import { markRaw, ref, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { latestWins } from '../lib/latest-wins'
import { useMetrics } from './metrics'
import { useRun } from './run'

/** Losses of a part of the run, as main records them */
interface Detail { readonly runId: number, readonly range: StepRange, readonly series: Series }

/** With fewer points, the trend is visible without a mean */
const meanFrom = 64
/** The most steps that are asked for at once; a wider part is drawn from the window's own curve. */
const maxSteps = 2 ** 22

/** The losses of a part of the run, more exactly than the window's own curve of the whole run keeps them. */
export const useLossDetail = defineStore('loss-detail', () => {
  const run = useRun()
  const metrics = useMetrics()
  const detail = shallowRef<Detail | null>(null)
  /** Increases with each answer */
  const version = ref(0)
  /** The exact loss of one step; null: it is not known */
  const single = shallowRef<{ readonly runId: number, readonly step: number, readonly loss: number | null } | null>(null)

  /** The latest part that was asked for; an answer that lacks something is not asked for again */
  let asked = ''

  const seriesOf = (state: SeriesState): Series => {
    const series = markRaw(new Series(maxLosses))
    series.restore(state)
    return series
  }
  const ask = latestWins(
    (wanted: StepRange & { runId: number }) => request('runs:losses', { from: wanted.from, to: wanted.to }),
    (state, { runId, from, to }) => {
      if (!state || runId !== run.state?.runId) return
      detail.value = { runId, range: { from, to }, series: seriesOf(state) }
      version.value++
    },
    () => undefined, // the window's own curve is drawn
  )
  const askSingle = latestWins(
    ({ step }: { step: number, runId: number }) => request('runs:losses', { from: step, to: step }),
    (state, { step, runId }) => { single.value = { runId, step, loss: state && state.buckets.sums.length > 0 ? seriesOf(state).latest?.y ?? null : null } },
    () => undefined,
  )

  /** Whether the window's own curve holds single losses, or enough of them for a drawing. */
  const isEnough = (view: StepRange, pixels: number): boolean =>
    metrics.loss.perBucket === 1 || view.to - view.from > maxSteps / 2 || (view.to - view.from) / metrics.loss.perBucket >= 2 * pixels

  /** The curve of a part with its neighbourhood, if it is there; asks for it otherwise. */
  function around(view: StepRange, pixels: number): Detail | null {
    const { runId } = run.state ?? {}
    if (runId === undefined || isEnough(view, pixels)) return null
    const first = Math.max(0, Math.floor(view.from))
    const last = Math.min(run.step, Math.ceil(view.to))
    const known = detail.value?.runId === runId ? detail.value : null
    if ((!known || !covers(known, first, last, pixels)) && asked !== `${runId} ${first} ${last} ${pixels}`) {
      asked = `${runId} ${first} ${last} ${pixels}`
      const spare = Math.ceil((last - first) / 2)
      ask({ runId, from: Math.max(0, first - spare), to: last + spare })
    }
    return known
  }

  /**
   * Points for a chart: exact where single losses are known, else what the window keeps of them.
   * @param to overwritten: least and greatest losses of each column of pixels, and means
   * @param options.part that is shown; left out: the whole run
   * @param options.meanPixels the means are those of a chart of so many pixels
   * @returns the mini-batches of a column and of a mean, and whether there are means
   */
  function draw({ losses, means }: { readonly losses: CurvePoint[], readonly means: CurvePoint[] }, { part, pixels, meanPixels }: { readonly part: StepRange | undefined, readonly pixels: number, readonly meanPixels: number }) {
    const known = part ? around(part, pixels) : null
    const source = known?.series ?? metrics.loss
    source.extremes(pixels, losses, part)
    const many = losses.length >= meanFrom
    if (many) source.means(meanPixels, means, part)
    else means.length = 0
    if (part && known) {
      const kept = metrics.loss.extremes(1e6, [], part)
      const end = source.latest?.x ?? known.range.to // main may have known less than the window knows by now
      losses.unshift(...kept.filter(({ x }) => x < known.range.from))
      losses.push(...kept.filter(({ x }) => x > end))
    }
    return { band: source.perColumn(pixels, part), trend: source.perColumn(meanPixels, part), many }
  }

  /** The exact loss of a step, when it is known; asks for it otherwise. */
  function lossAt(step: number): number | null {
    const { runId } = run.state ?? {}
    if (runId === undefined) return null
    if (single.value?.runId === runId && single.value.step === step) return single.value.loss
    const kept = metrics.loss.perBucket === 1 ? metrics.loss : detail.value?.runId === runId && detail.value.series.perBucket === 1 ? detail.value.series : null
    const found = kept?.at(step)
    if (found?.lastStep === step && found.count === 1) return found.mean
    askSingle({ runId, step })
    return null
  }
  return { version, single, around, draw, lossAt }
})

/** Whether what is known has a value for each pixel of a part, up to its end. */
function covers({ range, series }: Detail, first: number, last: number, pixels: number): boolean {
  const reached = series.latest?.x ?? -1
  return first >= range.from && last <= reached && (series.perBucket === 1 || (last - first) / series.perBucket >= pixels)
}
