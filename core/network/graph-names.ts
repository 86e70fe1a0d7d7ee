import type { Architecture } from '../config'
import { LabError } from '../errors'
import { layerNumber } from '../layers/definition'
import { layerDefinition, lossDefinition } from '../layers/registry'
import { type LayerPlan, planOf } from './shapes'

/** A layer with its names in the graph of its network. */
export interface NamedLayer extends LayerPlan {
  /** Appended to the names of its parameters and constants: '1' */
  readonly at: string
  /** Its output: 'a1' */
  readonly out: string
}

/** A network in the graph's language. */
export interface GraphNames {
  readonly layers: readonly NamedLayer[]
  /** Names of the saved tensors by their path: 'affine1.W' is W1 */
  readonly inputs: ReadonlyMap<string, string>
  /** `a1 = affine(X, W1, b1); z1 = relu(a1); …; L = softmaxWithLoss(a2, T)` */
  readonly expression: string
}

/**
 * Writes a network in the graph's language. A layer's names end in its number; where another layer has such a name already, as
 * the first layers of two kinds that both have a `gamma`, they end in its kind, too: gamma1_scale.
 * @throws LabError internal when a kind does not follow this
 */
export function graphNamesOf({ loss, ...chain }: Architecture): GraphNames {
  let [sums, others] = [0, 0]
  const plan = planOf(chain).map(layer => ({ ...layer, definition: layerDefinition(layer.spec.kind), out: layer.spec.kind === 'affine' ? `a${++sums}` : `z${++others}` })) // the lessons' letters
  const taken = new Set(['X', 'T', 'L', ...plan.map(({ out }) => out)])
  const inputs = new Map<string, string>()
  const lines: string[] = []
  let x = 'X'
  const layers = plan.map(({ definition, ...layer }): NamedLayer => {
    const { name, spec, input, out } = layer
    const tensors = definition.tensors(spec, input)
    const number = layerNumber(name)
    const namesWith = (at: string): readonly string[] => [
      ...tensors.map(tensor => `${tensor.name}${at}`),
      ...(definition.constants?.(spec, { name, at, rows: 0, input, seed: 0, step: 0 }) ?? []).map(constant => constant.name),
    ]
    const isFree = (at: string): boolean => !namesWith(at).some(name => taken.has(name))
    let at = String(number)
    if (!isFree(at)) at = `${number}_${spec.kind}`
    if (!isFree(at)) throw new LabError('internal', `${name}: its names in the graph do not end in what they are given`, { found: name })
    for (const name of namesWith(at)) taken.add(name)
    for (const tensor of tensors) inputs.set(`${name}.${tensor.name}`, `${tensor.name}${at}`)
    lines.push(`${out} = ${definition.expression(spec, x, at)}`)
    x = out
    return { ...layer, at }
  })
  return { layers, inputs, expression: [...lines, `L = ${lossDefinition(loss).expression(x, 'T')}`].join('; ') }
}
