import { Random } from '../random'
import type { Kernels } from './kernel-list'
import { instantiate } from './kernel-module'

/** Length of the sums in the product whose time is measured: the trial's largest */
export const depth = 512
/** Size of a number, float or word */
export const bytes = 4

/** Input for every trial: both signs, some zeros, magnitudes from 1e-4 to 1e3. Created on first use. */
let numbers: Float32Array | undefined
function samples(): Float32Array {
  if (numbers) return numbers
  const random = new Random(1)
  return numbers = Float32Array.from({ length: 32 * depth }, () => random.integer(5) === 0 ? 0 : random.normal() * 10 ** (random.integer(7) - 4))
}

/** A module with its own memory, large enough for the largest product in the trials. */
export class KernelBench {
  readonly kernels: Kernels
  private readonly memory: ArrayBufferLike
  private top: number
  private used = 0

  constructor(module: WebAssembly.Module) {
    const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true })
    this.kernels = instantiate({ module, memory })
    this.memory = memory.buffer
    this.top = this.kernels.heapBase.value
  }

  /** Allocates `size` numbers. @returns their offset */
  allocate(size: number): number {
    const at = (this.top + 63) & ~63
    this.top = at + bytes * size
    return at
  }

  /** Allocates and fills the next samples. @returns their offset */
  allocateSamples(size: number): number {
    const at = this.allocate(size)
    new Float32Array(this.memory, at, size).set(samples().subarray(this.used, this.used += size))
    return at
  }

  allocateWords(numbers: readonly number[]): number {
    const at = this.allocate(numbers.length)
    new Uint32Array(this.memory, at, numbers.length).set(numbers)
    return at
  }

  bits(at: number, size: number): Uint32Array { return new Uint32Array(this.memory, at, size).slice() }

  /** Frees everything and starts again with the first sample. */
  clear(): void {
    this.top = this.kernels.heapBase.value
    this.used = 0
  }
}
