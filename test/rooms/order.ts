import { posix } from 'node:path'
import { importsOf } from './imports'

/**
 * The parts of core, each a folder or a file at its root: a part may import the parts before it and none after it.
 * `index.ts`, the public list, comes last.
 */
export const coreOrder = [
  'globals.d', 'errors', 'autograd', 'found', 'nearest', 'random', 'typed', 'tensor', 'untrusted', 'config',
  'ops', 'data', 'layers', 'network', 'optim', 'formats', 'graph', 'train', 'explain', 'runs', 'export', 'diagnosis', 'certificate', 'index',
] as const

/**
 * Imports that go against the order of a room's parts, types included.
 * @param file inside `folder`
 * @param order names of folders, and of files without their ending
 * @returns each as a sentence
 */
export function outOfOrder(file: string, source: string, folder: string, order: readonly string[]): string[] {
  const part = partOf(file, folder)
  if (!order.includes(part)) return [`${file}: ${part} has no place in the order of ${folder}`]
  return importsOf(file, source).flatMap((specifier) => {
    if (!specifier.startsWith('.')) return []
    const target = partOf(posix.join(posix.dirname(file), specifier), folder)
    return order.indexOf(target) <= order.indexOf(part) && order.includes(target) ? [] : [`${file} imports ${specifier}: ${part} stands before ${target}`]
  })
}

/** `core/ops/heap.ts` → ops, `core/tensor.ts` → tensor */
function partOf(file: string, folder: string): string {
  const inner = posix.relative(folder, file)
  return inner === '' ? 'index' : inner.split('/')[0]!.replace(/\.(?:ts|vue)$/, '')
}
