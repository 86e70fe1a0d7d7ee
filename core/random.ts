/** The complete state of a generator, as JSON. */
export interface RandomState {
  readonly words: readonly [number, number, number, number]
  /** The second normal number of a pair, for the next call */
  readonly spare: number | null
}

const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k))

/**
 * Mixes 32 bits, one to one. @returns 0 to 2³² − 1
 * @source MurmurHash3's finalizer
 */
export function mixBits(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/**
 * Derives an independent seed, so that the weights and each epoch's order have generators of their own and can be reproduced
 * without replaying the others.
 * @param seed of the run, 0 to 2³² − 1
 * @param streams selects the generator: weights 0; the order of epoch e: 1, e
 */
export function seedOf(seed: number, ...streams: number[]): number {
  let mixed = mixBits(seed)
  for (const stream of streams) mixed = mixBits(Math.imul(mixed, 5) + mixBits(stream + 0x9e3779b9))
  return mixed
}

/**
 * Seeded random numbers, identical on every machine.
 * @source xoshiro128**, Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators"
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number
  #spare: number | null = null

  /** @param seed 0 to 2³² − 1 */
  constructor(seed: number) {
    // seeded by SplitMix: mixed words of a Weyl sequence, which are never all zero
    this.#a = mixBits(seed + 0x9e3779b9)
    this.#b = mixBits(seed + 0x9e3779b9 * 2)
    this.#c = mixBits(seed + 0x9e3779b9 * 3)
    this.#d = mixBits(seed + 0x9e3779b9 * 4)
  }

  /** A random integer from 0 to 2³² − 1. */
  bits(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9)
    const t = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= t
    this.#d = rotate(this.#d, 11)
    return result >>> 0
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  next(): number {
    return ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53
  }

  /**
   * A standard normal number, N(0, 1).
   * @source Marsaglia's polar method, without sine and cosine, whose last bits differ between engines
   */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare
      this.#spare = null
      return spare
    }
    for (;;) {
      const u = 2 * this.next() - 1
      const v = 2 * this.next() - 1
      const s = u * u + v * v
      if (s === 0 || s >= 1) continue // reject points outside the unit circle
      const scale = Math.sqrt(-2 * Math.log(s) / s)
      this.#spare = v * scale
      return u * scale
    }
  }

  /** A uniform random integer from 0 to n − 1. @param n 1 to 2³² */
  integer(n: number): number {
    const even = 2 ** 32 - 2 ** 32 % n // reject numbers above the limit, which would make small results more likely
    for (;;) {
      const bits = this.bits()
      if (bits < even) return bits % n
    }
  }

  /** Shuffles the items in place: Fisher–Yates. */
  shuffle(items: Uint32Array): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const item = items[i]!
      items[i] = items[j]!
      items[j] = item
    }
  }

  get state(): RandomState {
    return { words: [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0], spare: this.#spare }
  }

  static restore({ words, spare }: RandomState): Random {
    const random = new Random(0)
    ;[random.#a, random.#b, random.#c, random.#d] = words
    random.#spare = spare
    return random
  }
}
