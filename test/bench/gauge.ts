import { type BackendOptions, fastestModule, createWasmOps, instantiate, peakOperations, peakRounds, Tensor, ThreadPool } from '@core'
import type { KernelModule, Kernels, Ops, Pool } from '@core'
import { repeat } from './answer'
import type { Product } from './cases'
import type { Burst } from './child'

/** Measures the kernels one by one on memory of their own, next to the machine's limit. */
export class Gauge {
  private readonly kernels: Kernels
  private readonly peakOperations: number
  private readonly pool: Pool | undefined
  private readonly ops: Ops
  private readonly threads: ThreadPool | undefined
  private readonly made = new Map<string, () => void>()

  constructor({ bytes, threads = 1, spawn }: BackendOptions) {
    const best = fastestModule(bytes)
    if (!best) throw new Error('the kernels need a machine with SIMD')
    const { module, kind } = best
    this.peakOperations = peakOperations(kind)
    const host: KernelModule = {
      module,
      memory: new WebAssembly.Memory({ initial: 16, maximum: 32_768, shared: true }) as KernelModule['memory'],
    }
    this.kernels = instantiate(host)
    this.threads = threads > 1 && spawn ? new ThreadPool(threads, host, spawn) : undefined
    this.pool = this.threads?.runningWith(this.kernels)
    this.ops = createWasmOps({ memory: host.memory, kernels: this.kernels, kind, ...this.pool ? { pool: this.pool } : {} })
  }

  dispose(): void { this.threads?.dispose() }

  /** The processor's limit: multiply-adds on registers only, on every thread. */
  peak(seconds: number): Burst {
    const { pool, kernels } = this
    const threads = pool?.threads ?? 1
    return repeat({ seconds, each: this.peakOperations * threads }, () => pool ? pool.run('peak', [peakRounds], threads, 1) : void kernels.peak(peakRounds))
  }

  /** One matrix product including packing, as a layer calls it. */
  product(product: Product, seconds: number): Burst {
    const { M, K, N } = product
    const key = JSON.stringify(product)
    const run = this.made.get(key) ?? this.prepared(product)
    this.made.set(key, run)
    return repeat({ seconds, each: 2 * M * K * N }, run)
  }

  private prepared({ form, M, K, N }: Product): () => void {
    const { ops } = this
    const arena = ops.arena()
    const noise = (rows: number, columns: number): Tensor => {
      const tensor = arena.tensor([rows, columns])
      for (let i = 0; i < tensor.size; i++) tensor.data[i] = Math.sin(i)
      return tensor
    }
    const c = arena.tensor([M, N])
    const [a, b] = { NN: [noise(M, K), noise(K, N)], TN: [noise(K, M), noise(K, N)], NT: [noise(M, K), noise(N, K)] }[form] as [Tensor, Tensor]
    const op = { NN: 'matmul', TN: 'matmulTN', NT: 'matmulNT' } as const
    return () => ops[op[form]](c, a, b)
  }
}
