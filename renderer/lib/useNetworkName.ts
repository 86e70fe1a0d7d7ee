import { type Architecture, sizesOf } from '@core'
import { useBlockName } from './useBlockName'

/** Names a network in short: its sizes, and each kind of layer between them: '784-50-10 ReLU'. */
export function useNetworkName() {
  const nameOf = useBlockName()
  return (architecture: Architecture): string => [sizesOf(architecture).join('-'), ...kindsBetween(architecture).map(nameOf)].join(' ')
}

/** Kinds of layers other than affine ones, each once. */
export const kindsBetween = ({ layers }: Pick<Architecture, 'layers'>): readonly string[] => [...new Set(layers.map(({ kind }) => kind))].filter(kind => kind !== 'affine')
