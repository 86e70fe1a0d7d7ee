import { Arena } from '../../tensor'
import { Heap } from '../heap'
import type { Ops } from '../ops'
import { createCalls } from './calls'
import { elementwise } from './elementwise'
import { backendNames, type WasmHost } from './host'
import { losses } from './losses'
import { normalization } from './normalization'
import { products } from './products'
import { statistics } from './statistics'
import { updates } from './updates'
import { WorkingMemory } from './working-memory'

/** With a smaller share of nonzero numbers, sparse rows are faster than dense ones, forward and backward. */
const sparseBelow = 0.4

/** The fast backend: float32 on a WebAssembly module with SIMD; results are bit-identical with any number of threads. */
export function createWasmOps({ memory, kernels, kind, pool, threadsFor }: WasmHost): Ops {
  const heap = new Heap(memory, kernels.heapBase.value)
  const calls = createCalls(kernels, heap, pool)
  const { threads } = calls
  const working = new WorkingMemory(heap, kernels, threads)
  return {
    name: backendNames[kind],
    get threads() { return threads() },
    threadsFor: threadsFor ?? threads,
    arena: () => new Arena('float32', heap),
    sparseBelow,
    workingBlocks: (products, threads) => working.blocks(products, threads),
    missingBlocks: (products, threads) => working.missing(products, threads),
    reserve: products => working.reserve(products),
    ...products(calls, working, heap),
    ...elementwise(calls),
    ...normalization(calls),
    ...losses(calls),
    ...updates(calls),
    ...statistics(calls, heap),
  }
}
