import { letterOf } from './block-parts'
import { useBlockName } from './useBlockName'

/** The book's name of a parameter: affine1.W is W1, batchNormalization1.gamma is Batch Norm 1 γ. */
export function useParameterName(): (path: string) => string {
  const blockName = useBlockName()
  return path => path.replace(/^(\D+)(\d+)\.(\w+)$/, (_, kind: string, n: string, part: string) => kind === 'affine' ? `${part}${n}` : `${blockName(kind)} ${n} ${letterOf(part)}`)
}
