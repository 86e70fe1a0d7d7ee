import { type Arena, createBackend, type KernelBytes, type Ops, Tensor } from '@core'
import { expect } from 'vitest'
import { kernelBytes, plainOnly, wideBytes } from './kernels'

/** All modules, with the name that the backend on them must have. */
export const modules: readonly (readonly [name: string, bytes: KernelBytes])[] = [['wasm-simd', plainOnly], ['wasm-relaxed-simd', kernelBytes], ['wasm-wide-simd', wideBytes]]

/**
 * A NaN that nobody computes. Between guards of it a kernel that writes beyond its output is found by the bits, and one
 * that lets what it reads there into its result by the NaN.
 */
const guardBits = 0x7fc0beef
const margin = 8

/** Makes a tensor in the kernels' memory. @param spare rows behind those in use, which are guards, too */
export type Place = (values: ArrayLike<number>, shape: readonly number[], spare?: number) => Tensor

/** A backend on one of the modules, and tensors between guards. */
export class Fast {
  readonly ops: Ops

  constructor(name: string, bytes: KernelBytes) {
    this.ops = createBackend({ bytes, trial: () => true }).ops
    expect(this.ops.name).toBe(name)
  }

  /** @param work whose tensors are given back at its end, when all their guards must be there still */
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
      const tensor = new Tensor(block.subarray(margin, margin + capacity), [rows + spare, ...rest])
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
