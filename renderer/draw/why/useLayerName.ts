import { numberOf } from '../../lib/block-parts'
import { useBlockName } from '../../lib/useBlockName'

/** Names a layer as the views do: 'affine2' → 'Affine 2'. */
export function useLayerName() {
  const blockName = useBlockName()
  return (name: string, kind: string): string => `${blockName(kind)} ${numberOf({ name })}`.trim()
}
