import { graphLimits } from '@contract'

const [fastestMs, slowestMs] = graphLimits.stepMs
const range = Math.log(slowestMs / fastestMs)

/** The slider's position on a logarithmic scale, from 0 (slow) to 100 (fast). */
export const placeOf = (msPerStep: number): number => Math.round(100 * Math.log(slowestMs / msPerStep) / range)

/** The interval at a slider's position, rounded: 50, 130, 600, 1,800 ms. */
export function msOf(place: number): number {
  const ms = slowestMs / Math.exp(range * place / 100)
  const unit = ms < 200 ? 5 : ms < 1_000 ? 10 : 50
  return Math.min(slowestMs, Math.max(fastestMs, Math.round(ms / unit) * unit))
}
