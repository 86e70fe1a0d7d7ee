import { LabError } from '../errors'
import type { Kernels } from './kernel-list'

/** A compiled kernel module and the memory that it computes in: what another thread needs to share the work. */
export interface KernelModule { readonly module: WebAssembly.Module, readonly memory: WebAssembly.Memory }

/** An instance of the module on its memory, one for each thread. */
export function instantiate({ module, memory }: KernelModule): Kernels {
  const abort = (): never => { throw new LabError('internal', 'a kernel gave up', { found: 'abort' }) }
  return new WebAssembly.Instance(module, { env: { memory, abort } }).exports as unknown as Kernels
}
