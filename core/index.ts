// The public list of the core: what other rooms may use. Kept by hand.
export * from './errors'
export { Arena, Slot, Tensor, type Precision, type Real } from './tensor'
export type { Ops } from './ops/ops'
export type { Layer, LayerKind, LossLayer } from './layers/layer'
export * from './train/config'
