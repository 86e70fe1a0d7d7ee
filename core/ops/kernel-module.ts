import { LabError } from '../errors'
import type { Kernels } from './kernel-list'

/** A compiled kernel module and its memory, as another thread needs them to share the work. */
export interface KernelModule { readonly module: WebAssembly.Module, readonly memory: WebAssembly.Memory }

/** Instantiates the module on its memory; each thread does this once. */
export function instantiate({ module, memory }: KernelModule): Kernels {
  const abort = (): never => { throw new LabError('internal', 'a kernel gave up', { found: 'abort' }) }
  return new WebAssembly.Instance(module, { env: { memory, abort } }).exports as unknown as Kernels
}
