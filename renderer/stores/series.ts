/** A growing series that stays small: when full, every second point goes and the stride doubles. */
export class Series {
  readonly steps: Float64Array
  readonly values: Float32Array
  length = 0
  #stride = 1
  #skipped = 0
  /** Mean of the values since the last kept point, so that thinning does not lie about noise. */
  #sum = 0

  constructor(readonly capacity: number) {
    this.steps = new Float64Array(capacity)
    this.values = new Float32Array(capacity)
  }

  push(step: number, value: number): void {
    this.#sum += value
    this.#skipped++
    if (this.#skipped >= this.#stride && this.length === this.capacity) this.#halve()
    if (this.#skipped < this.#stride) return // full: halved just now, so this point waits for its other half
    this.steps[this.length] = step
    this.values[this.length++] = this.#sum / this.#skipped
    this.#sum = this.#skipped = 0
  }

  clear(): void {
    this.length = this.#skipped = this.#sum = 0
    this.#stride = 1
  }

  #halve(): void {
    for (let i = 0; i < this.length >> 1; i++) {
      this.steps[i] = this.steps[2 * i + 1]!
      this.values[i] = (this.values[2 * i]! + this.values[2 * i + 1]!) / 2
    }
    this.length >>= 1
    this.#stride *= 2
  }
}
