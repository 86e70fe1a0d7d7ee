import { type Architecture, type LayerSpec, limits } from '../../config'
import { ConfigError, type LabError } from '../../errors'
import { sizeOfShape } from '../../layers/definition'
import type { LayerRegistry } from '../../layers/registry'
import { checkNetwork } from '../../network/check'
import { checkParameters, countParameters } from '../../network/shapes'
import { excerpt } from '../../typed/excerpt'
import { fault, shapeText } from '../fault'
import { type FoundAffine, type FoundNormalization, type FoundTensor, modulesIn } from './modules'
import { endsOf, orderOf, placesOf, withBiases } from './order'

/** Where a tensor of the lab stands in a file. */
export interface TensorSource {
  /** null: the file has none, and every number is `fill` */
  readonly name: string | null
  readonly fill: number
  /** Whether the file has it as (out, in) */
  readonly transposed: boolean
}

/** A network that is recognised in the tensors of another program. */
export interface Chain {
  /** With the assumed activation between its affine layers */
  readonly architecture: Architecture
  /** By the lab's paths: 'affine1.W' */
  readonly sources: ReadonlyMap<string, TensorSource>
}

/**
 * Recognises a chain of affine layers and batch normalizations in named tensors, under PyTorch's names, the book's, Keras's, or any
 * names whose shapes chain in one way. Its activation is not in the file: `activation` stands between its affine layers, behind
 * a batch normalization, as in the book, or before it where the numbers leave a gap there only.
 * @throws FormatError weights.*, chain.* naming the tensor
 */
export function chainOf(tensors: readonly FoundTensor[], activation: string, file: string, registry?: LayerRegistry): Chain {
  const modules = modulesIn(tensors, file)
  if (modules.affines.length > limits.layers) throw tooLarge(`${modules.affines.length} × W`, modules.affines.reduce((sum, { matrix }) => sum + sizeOfShape(matrix.shape), 0), file)
  const ordered = withBiases(orderOf(modules.affines, modules.vectors, file), modules.vectors, file)
  const { affines, layout } = ordered
  const places = placesOf(modules.normalizations, ordered, file)
  const layers: LayerSpec[] = []
  const sources = new Map<string, TensorSource>()
  let normalized = 0
  const source = (path: string, tensor: FoundTensor | null, fill: number, transposed = false): void => { sources.set(path, { name: tensor?.name ?? null, fill, transposed }) }
  for (let i = 0; i <= affines.length; i++) {
    const here = modules.normalizations.filter((_, n) => places[n] === i)
    const activated = i > 0 && i < affines.length
    const isFirst = activated && hasGapBefore(affines[i - 1]!, here, affines[i]!)
    if (isFirst) layers.push({ kind: activation })
    for (const { gamma, beta, mean, variance } of here) {
      checkSizes([gamma, beta, variance], mean, file)
      const name = `batchNormalization${++normalized}`
      layers.push({ kind: 'batchNormalization' })
      source(`${name}.gamma`, gamma, 1)
      source(`${name}.beta`, beta, 0)
      source(`${name}.mean`, mean, 0)
      source(`${name}.variance`, variance, 1)
    }
    if (activated && !isFirst) layers.push({ kind: activation })
    const affine = affines[i]
    if (!affine) continue
    layers.push({ kind: 'affine', units: endsOf(affine, layout)[1] })
    source(`affine${i + 1}.W`, affine.matrix, 0, layout === 'outIn')
    source(`affine${i + 1}.b`, affine.bias, 0)
  }
  return { architecture: checked([endsOf(affines[0]!, layout)[0], ...affines.map(affine => endsOf(affine, layout)[1])], layers, file, registry), sources }
}

/** Whether the numbers of a sequence, 0, 2 and 3, leave room for an activation before a normalization and for none behind it. */
function hasGapBefore(before: FoundAffine, [normalization, ...more]: readonly FoundNormalization[], after: FoundAffine): boolean {
  if (!normalization || more.length > 0) return false
  const all = [before, normalization, after]
  const isOneList = new Set(all.map(({ key }) => key.replace(/\d+(?=\D*$)/, '#'))).size === 1
  const [a = 0, b = 0, c = 0] = all.map(({ numbers }) => numbers.at(-1))
  return isOneList && b - a > 1 && c - b === 1
}

function checkSizes(tensors: readonly (FoundTensor | null)[], mean: FoundTensor, file: string): void {
  for (const tensor of tensors)
    if (tensor && tensor.shape[0] !== mean.shape[0]) throw fault(file, 'weights.shape', { tensor: excerpt(tensor.name), wanted: shapeText(mean.shape), found: excerpt(shapeText(tensor.shape)) })
}

/** @throws FormatError weights.size */
function checked(sizes: readonly number[], layers: readonly LayerSpec[], file: string, registry?: LayerRegistry): Architecture {
  const architecture: Architecture = { input: [sizes[0]!], layers, loss: 'softmaxWithLoss' }
  try {
    if (!(sizes[0]! >= 1 && sizes[0]! <= limits.inputs)) throw new ConfigError('network.input', `${file}: ${sizes[0]} inputs`, { found: sizes[0]! })
    checkNetwork(architecture, registry)
    checkParameters(architecture, registry)
    return architecture
  }
  catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    throw tooLarge(excerpt(sizes.join('-')), countParameters(architecture, registry), file)
  }
}

const tooLarge = (found: string, parameters: number, file: string): LabError =>
  fault(file, 'weights.size', { found, parameters, maxLayers: limits.layers, maxUnits: limits.units, maxParameters: limits.parameters })
