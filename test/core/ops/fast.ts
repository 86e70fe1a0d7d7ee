import { type Arena, createBackend, type KernelBytes, type Ops, Tensor } from '@core'
import { expect } from 'vitest'
import { kernelBytes, plainOnly, wideBytes } from './kernels'

/** All kernel modules, by the name of the backend that uses them. */
export const modules: readonly (readonly [name: string, bytes: KernelBytes])[] = [['wasm-simd', plainOnly], ['wasm-relaxed-simd', kernelBytes], ['wasm-wide-simd', wideBytes]]

/**
 * A NaN with a bit pattern that no computation produces. Guards filled with it reveal a kernel that writes beyond its output by
 * their bits, and a kernel that uses what it reads there by a NaN in its result.
 */
const guardBits = 0x7fc0beef
const margin = 8

/** Allocates a tensor in the kernels' memory. @param spare unused rows at the end, which serve as guards too */
export type Place = (values: ArrayLike<number>, shape: readonly number[], spare?: number) => Tensor

/** A backend on one of the modules, with tensors between guards. */
export class Fast {
  readonly ops: Ops

  constructor(name: string, bytes: KernelBytes) {
    this.ops = createBackend({ bytes, trial: () => true }).ops
    expect(this.ops.name).toBe(name)
  }

  /** @param work whose tensors are freed at its end, when all their guards must be intact */
  run(work: (place: Place, arena: Arena) => void): void {
    const guards: Uint32Array[] = []
    const arena = this.ops.arena()
    const place: Place = (values, shape, spare = 0) => {
      const [rows, ...rest] = shape as [number, ...number[]]
      const size = shape.reduce((a, b) => a * b, 1)
      const capacity = size / rows * (rows + spare)
      const block = arena.numbers(capacity + 2 * margin)
      const bits = new Uint32Array(block.buffer as ArrayBuffer, block.byteOffset, block.length).fill(guardBits)
      block.set(values, margin)
      guards.push(bits.subarray(0, margin), bits.subarray(margin + size))
      const tensor = new Tensor(block.subarray(margin, margin + capacity), [rows + spare, ...rest], arena.allocator)
      tensor.setRows(rows)
      return tensor
    }
    try {
      work(place, arena)
      expect(guards.every(guard => guard.every(bits => bits === guardBits)), 'something was written outside the output').toBe(true)
    }
    finally {
      arena.dispose()
    }
  }
}
