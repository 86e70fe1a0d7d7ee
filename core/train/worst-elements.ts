import type { ComparedElement } from './gradient-check'

const differenceOf = ({ numeric, backprop }: ComparedElement): number => {
  const difference = Math.abs(numeric - backprop)
  return Number.isNaN(difference) ? Infinity : difference
}

/** The elements whose two gradients differ most; kinks are left out. */
export class WorstElements {
  private readonly found: ComparedElement[] = []

  constructor(private readonly most = 10) {}

  take(element: ComparedElement): void {
    if (element.isKink) return
    const { found, most } = this
    const difference = differenceOf(element)
    if (found.length === most && difference <= differenceOf(found.at(-1)!)) return
    const at = found.findIndex(other => differenceOf(other) < difference)
    found.splice(at < 0 ? found.length : at, 0, element)
    if (found.length > most) found.pop()
  }

  /** The largest difference first */
  get list(): readonly ComparedElement[] { return this.found }
}
