import { type Architecture, layerDefinition, type LayerSpec, perceptronOf, sizeOfShape, sizesOf } from '@core'
import { useBlockName } from './useBlockName'
import { useNumbers } from './useNumbers'

/**
 * Names a network: a perceptron by its sizes and its activation, '784-50-10 ReLU', and any other network by its whole
 * chain, '784 → Affine 50, Batch Norm, ReLU, Dropout 0.2, Affine 10', since two different chains may have the same sizes.
 */
export function useNetworkName() {
  const nameOf = useBlockName()
  const numbers = useNumbers()
  const settingsOf = (spec: LayerSpec): readonly string[] => layerDefinition(spec.kind).settings.map(({ name }) => numbers.value.plain(Number(spec[name])))
  return (architecture: Architecture): string => {
    const short = perceptronOf({ ...architecture, loss: 'softmaxWithLoss' })
    if (short) return [sizesOf(architecture).join('-'), ...short.layers.length > 2 ? [nameOf(short.activation)] : []].join(' ')
    return `${numbers.value.count(sizeOfShape(architecture.input))} → ${architecture.layers.map(spec => [nameOf(spec.kind), ...settingsOf(spec)].join(' ')).join(', ')}`
  }
}
