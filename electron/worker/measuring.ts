import { type Dataset, type Engine, type MeasureSize, measureSteps } from '@core'
import type { FromMeasure } from '@contract'

const progressIntervalMs = 100

/** Recomputes the long part of the certificate without a pause; to cancel it, main terminates the thread. */
export function measureAll(dataset: Dataset, engine: Pick<Engine, 'ops' | 'prepareFor'>, post: (message: FromMeasure) => void, size?: MeasureSize): void {
  const steps = measureSteps(dataset, engine, size)
  let postedAt = -Infinity
  for (;;) {
    const next = steps.next()
    if (next.done) return post({ type: 'done', measured: next.value })
    if (performance.now() - postedAt < progressIntervalMs) continue
    postedAt = performance.now()
    post({ type: 'at', at: next.value })
  }
}
