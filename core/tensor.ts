/** The two precisions of the reference. */
export type Precision = 'float32' | 'float64'
export type Real = Float32Array | Float64Array

const constructors = { float32: Float32Array, float64: Float64Array } as const

/**
 * Numbers in row-major order with a shape. The first dimension counts rows and can be reduced to fewer than allocated, for a
 * short last mini-batch or a single drawn digit.
 */
export class Tensor {
  #shape: readonly number[]
  #data: Real
  /** Cached views for the other number of rows (full and short last mini-batch), so that switching allocates nothing. */
  #otherShape: readonly number[] | null = null
  #otherData: Real | null = null

  /**
   * @param memory of all allocated rows @param shape its product is at most `memory.length`
   * @param allocator of the memory; left out: the tensor has memory of its own
   */
  constructor(readonly memory: Real, shape: readonly number[], readonly allocator?: Allocator) {
    this.#shape = shape
    this.capacity = shape[0] ?? 1
    this.columns = shape.slice(1).reduce((product, n) => product * n, 1)
    this.#data = memory
  }

  /** Number of rows allocated. */
  readonly capacity: number
  /** Number of elements per row: the product of all other dimensions. */
  readonly columns: number
  /** The elements in use: a view of `memory`, shorter if the rows are reduced. */
  get data(): Real { return this.#data }
  get shape(): readonly number[] { return this.#shape }
  get size(): number { return this.#data.length }
  get rows(): number { return this.#shape[0] ?? 1 }

  /** Uses only the first `rows` rows. @throws RangeError beyond the capacity */
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
  /** Receives the old value in an update; left out: it is not kept */
  before?: Tensor

  /** @param value of the forward pass; @param grad of the backward pass, or null if no gradient is needed */
  constructor(readonly value: Tensor, readonly grad: Tensor | null) {}

  setRows(rows: number): void {
    this.value.setRows(rows)
    this.grad?.setRows(rows)
  }
}

/** A slot with a gradient: a parameter, or the activations between two layers. */
export type GradSlot = Slot & { readonly grad: Tensor }

/** Allocates blocks in the host's memory, such as that of a WebAssembly module. */
export interface Allocator {
  /** The current buffer; views of earlier ones stay valid when the memory grows */
  readonly buffer: ArrayBufferLike
  /** @returns the block's byte offset, a multiple of at least 16 @throws RangeError when the memory is full */
  allocate(bytes: number): number
  free(at: number): void
  /**
   * Grows the memory until blocks of these sizes can be allocated in this order after other blocks are freed.
   * @param wanted sizes of the blocks in bytes @param freed offsets of the blocks that will be freed first
   * @throws RangeError when the memory cannot grow so far
   */
  reserve(wanted: readonly number[], freed: readonly number[]): void
}

/** Allocates tensors before the first step; then it is sealed, so that no step allocates. */
export class Arena {
  #sealed = false
  #bytes = 0
  readonly #blocks: number[] = []
  readonly #releases: (() => void)[] = []

  /**
   * @param precision of every tensor
   * @param allocator of the host's memory; if left out, each tensor has its own memory
   */
  constructor(readonly precision: Precision, readonly allocator?: Allocator) {}

  /** Number of bytes allocated so far. */
  get bytes(): number { return this.#bytes }

  /** @throws RangeError when sealed, or when the host's memory is full */
  tensor(shape: readonly number[]): Tensor {
    return new Tensor(this.numbers(shape.reduce((a, b) => a * b, 1)), shape, this.allocator)
  }

  /** Memory for `size` numbers, all 0. @throws RangeError as for `tensor` */
  numbers(size: number): Real {
    if (this.#sealed) throw new RangeError('the arena is sealed: nothing may be allocated after the first step')
    const Numbers = constructors[this.precision]
    const bytes = size * Numbers.BYTES_PER_ELEMENT
    this.#bytes += bytes
    if (!this.allocator) return new Numbers(size)
    const at = this.allocator.allocate(bytes)
    this.#blocks.push(at)
    return new Numbers(this.allocator.buffer as ArrayBuffer, at, size).fill(0)
  }

  slot(shape: readonly number[], options?: { grad: true }): GradSlot
  slot(shape: readonly number[], options: { grad: boolean }): Slot
  slot(shape: readonly number[], options: { grad?: boolean } = {}): Slot {
    return new Slot(this.tensor(shape), options.grad === false ? null : this.tensor(shape))
  }

  seal(): void { this.#sealed = true }

  /**
   * Grows the memory so that tensors can be allocated after other arenas are disposed. Those arenas are not changed.
   * @param blocks size of each tensor in bytes, in the order of allocation
   * @throws RangeError when the host's memory cannot grow so far
   */
  reserve(blocks: readonly number[], instead: readonly Arena[]): void {
    this.allocator?.reserve(blocks, instead.flatMap(arena => arena.#blocks))
  }

  /** For memory that several arenas share: calls `release` once, when this arena is disposed. */
  onDispose(release: () => void): void { this.#releases.push(release) }

  /** Allocates all or nothing: if one tensor does not fit, the others are freed. */
  allOrNothing<T>(allocate: () => T): T {
    try { return allocate() }
    catch (cause) {
      this.dispose()
      throw cause
    }
  }

  /** Frees the host's memory; the arena's tensors must not be used afterwards. */
  dispose(): void {
    this.#sealed = true
    for (const at of this.#blocks.splice(0)) this.allocator?.free(at)
    for (const release of this.#releases.splice(0)) release()
  }
}

/** A dry run: creates tensors without numbers and records their sizes, to determine the memory that a real arena will take. */
export class DryRunArena extends Arena {
  /** Size of each tensor in bytes, in the order of allocation */
  readonly blocks: number[] = []

  constructor() { super('float32') }

  override numbers(size: number): Real {
    this.blocks.push(Float32Array.BYTES_PER_ELEMENT * size)
    return new Float32Array(0)
  }
}
