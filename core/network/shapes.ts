import { type Architecture, limits, type NetworkSpec } from '../config'
import { ConfigError } from '../errors'
import { type LayerProduct, type LayerTensor, type Shape, sizeOfShape } from '../layers/definition'
import { layerDefinition, layerKinds, type LayerRegistry } from '../layers/registry'

/** A layer of a chain with its name and the shapes at its ends, for one image. */
export interface LayerPlan {
  /** 'affine1': numbered within its kind */
  readonly name: string
  readonly spec: NetworkSpec['layers'][number]
  readonly input: Shape
  readonly output: Shape
}

/**
 * Names the layers of a chain and computes the shapes between them.
 * @throws ConfigError network.* with the position of the layer, counted from 1
 */
export function planOf({ input, layers }: Pick<Architecture, 'input' | 'layers'>, registry: LayerRegistry = layerKinds): readonly LayerPlan[] {
  const counts = new Map<string, number>()
  let shape = input
  return layers.map((spec, i) => {
    const count = (counts.get(spec.kind) ?? 0) + 1
    counts.set(spec.kind, count)
    const plan = { name: `${spec.kind}${count}`, spec, input: shape, output: at(i, () => layerDefinition(spec.kind, registry).outputShape(spec, shape)) }
    shape = plan.output
    return plan
  })
}

/** Adds the layer's position to an error about it. */
export function at<T>(index: number, work: () => T): T {
  try { return work() }
  catch (cause) {
    throw cause instanceof ConfigError ? new ConfigError(cause.code, `layer ${index + 1}: ${cause.message}`, { ...cause.details, layer: index + 1 }, { cause }) : cause
  }
}

/** Shape of the network's output for one image: [10]. @throws ConfigError as for {@link planOf} */
export const outputOf = (architecture: Pick<Architecture, 'input' | 'layers'>, registry?: LayerRegistry): Shape => planOf(architecture, registry).at(-1)?.output ?? architecture.input

/** A saved tensor with its paths: 'affine1.W', and 'affine1.weight' in PyTorch's files. */
export interface PlannedTensor extends LayerTensor {
  readonly path: string
  readonly storedPath: string
}

/** All tensors that are saved with a network, in order. */
export const tensorsOf = (architecture: Pick<Architecture, 'input' | 'layers'>, registry: LayerRegistry = layerKinds): readonly PlannedTensor[] =>
  planOf(architecture, registry).flatMap(({ name, spec, input }) => layerDefinition(spec.kind, registry).tensors(spec, input)
    .map(tensor => ({ ...tensor, path: `${name}.${tensor.name}`, storedPath: `${name}.${tensor.stored}` })))

/** Number of trained numbers of a network. */
export const countParameters = (architecture: Pick<Architecture, 'input' | 'layers'>, registry?: LayerRegistry): number =>
  tensorsOf(architecture, registry).reduce((sum, { trained, shape }) => trained ? sum + sizeOfShape(shape) : sum, 0)

/** @throws ConfigError config.parameters when there are too many */
export function checkParameters(architecture: Pick<Architecture, 'input' | 'layers'>, registry?: LayerRegistry): void {
  const parameters = countParameters(architecture, registry)
  if (parameters > limits.parameters)
    throw new ConfigError('config.parameters', `at most ${limits.parameters} parameters, found ${parameters}`, { found: parameters, max: limits.parameters })
}

/** Matrix products of the forward pass in order, with whether each is the chain's first layer. */
export const productsOf = (architecture: Pick<Architecture, 'input' | 'layers'>, registry: LayerRegistry = layerKinds): readonly (LayerProduct & { readonly first: boolean })[] =>
  planOf(architecture, registry).flatMap(({ spec, input }, i) => layerDefinition(spec.kind, registry).products(spec, input).map(product => ({ ...product, first: i === 0 })))
