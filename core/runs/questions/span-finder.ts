import type { Meter } from './meter'
import { conditionOf, type Question } from './question'
import type { Found, Search } from './search'

/** Collects what a search looks for in a span; its steps come in ascending order. */
export class SpanFinder {
  private step: number | null = null
  private value: number | null = null
  private measured: number | null = null
  private readonly holds: (value: number) => boolean
  private readonly lastFiring: number[] = []

  constructor(question: Question, private readonly find: Search['find']) { this.holds = conditionOf(question) }

  /** @returns whether the rest of the span is of no interest */
  take(step: number, value: number, { fires }: Pick<Meter, 'fires'>): boolean {
    this.measured ??= step
    fires?.forEach((isFiring, unit) => { this.lastFiring[unit] = isFiring ? step : this.lastFiring[unit] ?? -1 })
    if (!this.holds(value)) return false
    this.step = step
    this.value = value
    return this.find === 'first'
  }

  get found(): Found {
    const { step, value, measured, lastFiring } = this
    return { step, value, measured, ...lastFiring.length > 0 && { lastFiring } }
  }
}
