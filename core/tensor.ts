/** The two precisions that the reference computes in. */
export type Precision = 'float32' | 'float64'
export type Real = Float32Array | Float64Array

const constructors = { float32: Float32Array, float64: Float64Array } as const

/**
 * Numbers in row-major order with a shape. The first dimension counts rows and can be narrowed
 * to fewer than were allocated, for the short last mini-batch and for one drawn digit.
 */
export class Tensor {
  #shape: readonly number[]
  #data: Real
  /** Those of the other number of rows: an epoch's short last batch comes and goes without anything being made anew. */
  #otherShape: readonly number[] | null = null
  #otherData: Real | null = null

  /** @param memory all allocated rows; @param shape dimensions, the product at most `memory.length` */
  constructor(readonly memory: Real, shape: readonly number[]) {
    this.#shape = shape
    this.capacity = shape[0] ?? 1
    this.columns = shape.slice(1).reduce((product, n) => product * n, 1)
    this.#data = memory
  }

  /** Rows allocated. */
  readonly capacity: number
  /** Elements in one row, all trailing dimensions together. */
  readonly columns: number
  /** The elements in use: a view of `memory`, shorter when rows were narrowed. */
  get data(): Real { return this.#data }
  get shape(): readonly number[] { return this.#shape }
  get size(): number { return this.#data.length }
  get rows(): number { return this.#shape[0] ?? 1 }

  /** Uses only the first `rows` rows from now on. @throws RangeError beyond the capacity */
  setRows(rows: number): void {
    if (!Number.isInteger(rows) || rows < 1 || rows > this.capacity)
      throw new RangeError(`rows must be 1 to ${this.capacity}, not ${rows}`)
    if (rows === this.rows) return
    const [shape, data] = [this.#shape, this.#data]
    const known = this.#otherShape?.[0] === rows
    this.#shape = known ? this.#otherShape! : [rows, ...shape.slice(1)]
    this.#data = known ? this.#otherData! : this.memory.subarray(0, rows * this.columns)
    this.#otherShape = shape
    this.#otherData = data
  }

  static zeros(shape: readonly number[], precision: Precision = 'float32'): Tensor {
    return new Tensor(new constructors[precision](shape.reduce((a, b) => a * b, 1)), shape)
  }

  static from(values: ArrayLike<number>, shape: readonly number[], precision: Precision = 'float32'): Tensor {
    return new Tensor(constructors[precision].from(values), shape)
  }
}

/** A tensor and the gradient of the loss with respect to it, of the same shape. */
export class Slot {
  /** Where an update keeps what the value was before it; left out: nowhere */
  before?: Tensor

  /** @param value what flows forward; @param grad what flows backward, or null where nobody asks for it */
  constructor(readonly value: Tensor, readonly grad: Tensor | null) {}

  setRows(rows: number): void {
    this.value.setRows(rows)
    this.grad?.setRows(rows)
  }
}

/** A slot whose gradient is always there: parameters, and what flows between layers. */
export type GradSlot = Slot & { readonly grad: Tensor }

/** Memory of the host's, such as a WebAssembly module's, of which parts are lent. */
export interface Allocator {
  /** The memory as it is now; earlier ones stay valid when it grows */
  readonly buffer: ArrayBufferLike
  /** @returns where the part begins, a multiple of 16 at least @throws RangeError when there is no more */
  allocate(bytes: number): number
  free(at: number): void
  /** Makes sure that parts can be lent, in this order, once others are given back. @throws RangeError when they cannot */
  reserve(wanted: readonly number[], freed: readonly number[]): void
}

/** Hands out tensors from memory that is planned once, before the first step, and sealed then. */
export class Arena {
  #sealed = false
  #bytes = 0
  readonly #lent: number[] = []
  readonly #releases: (() => void)[] = []

  /**
   * @param precision of every tensor
   * @param allocator of the host's memory; without it each tensor gets its own
   */
  constructor(readonly precision: Precision, readonly allocator?: Allocator) {}

  /** Bytes handed out so far. */
  get bytes(): number { return this.#bytes }

  /** @throws RangeError when sealed, or when the host's memory is used up */
  tensor(shape: readonly number[]): Tensor {
    return new Tensor(this.numbers(shape.reduce((a, b) => a * b, 1)), shape)
  }

  /** Memory for some numbers, all 0. @throws RangeError as `tensor` does */
  numbers(size: number): Real {
    if (this.#sealed) throw new RangeError('the arena is sealed: everything is allocated before step one')
    const Numbers = constructors[this.precision]
    const bytes = size * Numbers.BYTES_PER_ELEMENT
    this.#bytes += bytes
    if (!this.allocator) return new Numbers(size)
    const at = this.allocator.allocate(bytes)
    this.#lent.push(at)
    return new Numbers(this.allocator.buffer as ArrayBuffer, at, size).fill(0)
  }

  slot(shape: readonly number[], options?: { grad: true }): GradSlot
  slot(shape: readonly number[], options: { grad: boolean }): Slot
  slot(shape: readonly number[], options: { grad?: boolean } = {}): Slot {
    return new Slot(this.tensor(shape), options.grad === false ? null : this.tensor(shape))
  }

  seal(): void { this.#sealed = true }

  /**
   * Makes sure that the host's memory has room for more once other arenas are disposed. These are left as they are.
   * @param parts bytes of each tensor, in the order in which they will be asked for
   * @throws RangeError when there is not so much
   */
  reserve(parts: readonly number[], instead: readonly Arena[]): void {
    this.allocator?.reserve(parts, instead.flatMap(arena => arena.#lent))
  }

  /** Memory that is shared with other arenas: `release` is called once, when this one is disposed. */
  holds(release: () => void): void { this.#releases.push(release) }

  /** What is allocated together: when a part of it does not fit, the rest is given back. */
  whole<T>(allocate: () => T): T {
    try { return allocate() }
    catch (cause) {
      this.dispose()
      throw cause
    }
  }

  /** Gives the host's memory back; nothing that was handed out may be used after this. */
  dispose(): void {
    this.#sealed = true
    for (const at of this.#lent.splice(0)) this.allocator?.free(at)
    for (const release of this.#releases.splice(0)) release()
  }
}

/** Hands out shapes without numbers: what would be built on an arena tells how much memory it takes. */
export class Rehearsal extends Arena {
  /** Bytes of each tensor, in the order in which they were asked for */
  readonly parts: number[] = []

  constructor() { super('float32') }

  override numbers(size: number): Real {
    this.parts.push(Float32Array.BYTES_PER_ELEMENT * size)
    return new Float32Array(0)
  }
}
