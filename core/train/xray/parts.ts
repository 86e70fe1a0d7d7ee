import { type Layer, LossLayer, type Param } from '../../layers/layer'
import { LabError } from '../../errors'
import type { Tensor } from '../../tensor'
import type { XraySource } from './source'

/** A tensor of a block in the order of the pass: 'forward' for values, 'backward' for gradients. */
export interface XrayPart {
  /** 'x', 'W', 'dout' */
  readonly part: string
  readonly flow: 'forward' | 'backward'
  /** Null if it was not computed: dx of the first layer */
  readonly tensor: Numbers | null
}

/** The numbers of a tensor, row-major. */
export type Numbers = Pick<Tensor, 'shape' | 'data'>

/** Rows and columns in which a tensor is shown: a vector is one row. */
export function sizesOf({ shape, data }: Numbers): { readonly rows: number, readonly columns: number } {
  const rows = shape.length < 2 ? 1 : shape[0]!
  return { rows, columns: data.length / rows }
}

/** All tensors of a block. Parameters have the values that the forward pass used, before the update. */
export function partsOf({ model, optimizer }: XraySource, at: number): readonly XrayPart[] {
  const layer = model.layers[at]!
  const forward = (part: string, tensor: Numbers): XrayPart => ({ part, flow: 'forward', tensor })
  const backward = (part: string, tensor: Numbers | null): XrayPart => ({ part, flow: 'backward', tensor })
  const name = (path: string): string => path.slice(layer.name.length + 1)
  if (layer instanceof LossLayer) return [forward('x', layer.x), forward('t', oneHot(layer)), forward('y', layer.y), backward('dx', layer.dx)]
  return [
    forward('x', layer.x),
    ...layer.params.map(({ path, slot }) => forward(name(path), optimizer?.has(path) && slot.before ? slot.before : slot.value)),
    ...layer.buffers.map(({ path, tensor }) => forward(name(path), tensor)),
    forward('out', layer.out),
    backward('dout', layer.dout),
    ...layer.params.map(({ path, slot }) => backward(`d${name(path)}`, slot.grad)),
    backward('dx', layer.dx),
  ]
}

/** The target as (N,M): 1 at each row's class, if it consists of class indices. */
function oneHot({ t, y }: LossLayer): Numbers {
  if (t.shape.length > 1) return t
  const data = new Float32Array(y.size)
  for (let n = 0; n < t.size; n++) data[n * y.columns + t.data[n]!] = 1
  return { shape: y.shape, data }
}

/** The parameter that a tensor is, or that it is the gradient of. */
export const paramOf = ({ name, params }: Layer, part: string): Param | undefined =>
  params.find(({ path }) => path === `${name}.${part}` || `d${path.slice(name.length + 1)}` === part)

/** @returns index of the block @throws LabError train.noTensor */
export function blockAt({ model }: XraySource, name: string): number {
  const at = model.layers.findIndex(layer => layer.name === name)
  if (at < 0) throw new LabError('train.noTensor', `the network has no block ${name}`, { found: name })
  return at
}

/** The block and the name under which a tensor is computed: x is the out of the block before, dout the dx of the block after. */
export function originOf({ model }: XraySource, at: number, part: string): readonly [at: number, part: string] {
  if (part === 'x' && at > 0) return [at - 1, 'out']
  return part === 'dout' && at < model.layers.length - 1 ? [at + 1, 'dx'] : [at, part]
}
