const windowMs = 2000

/** Images trained per second during the last two seconds, without the time for evaluations. */
export class Speed {
  private samples = 0
  private excludedMs = 0
  private samplesAtTimes: { readonly at: number, readonly samples: number }[] = []

  /** @param leadMs time to add for the first step: one interval of the pace, as for every other step */
  start(now: number, leadMs = 0): void {
    this.samples = this.excludedMs = 0
    this.samplesAtTimes = [{ at: now - leadMs, samples: 0 }]
  }

  learned(samples: number): void {
    this.samples += samples
  }

  exclude(ms: number): void {
    this.excludedMs += ms
  }

  measure(now: number): number {
    const at = now - this.excludedMs
    while (this.samplesAtTimes.length > 1 && this.samplesAtTimes[1]!.at < at - windowMs) this.samplesAtTimes.shift()
    const first = this.samplesAtTimes[0]
    if (!first || at <= first.at) return 0
    const rate = 1000 * (this.samples - first.samples) / (at - first.at)
    this.samplesAtTimes.push({ at, samples: this.samples })
    return rate
  }
}
