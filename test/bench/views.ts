import type { ProbeQuery } from '@contract'

/** What a view asks again and again: the run's numbers, or a measurement of its latest step */
export type Asked = ProbeQuery | 'measure:samples' | 'measure:line'

/** A view of Train that asks about the run while it learns. */
export interface View {
  readonly name: string
  /** What is asked while it is open; its own question is the last one */
  readonly open: readonly Asked[]
  /** What is asked while it is closed */
  readonly closed: readonly Asked[]
}

/** The chain, a block and its heat map */
const block: ProbeQuery = { stats: true, units: 'relu1', tensors: [{ path: 'affine1.dW', firstColumn: 0, columns: 100 }] }
/** The chain alone, beside Health */
const chain: ProbeQuery = { stats: true }
const health: ProbeQuery = { health: true }

export const views: readonly View[] = [
  { name: 'block', open: [block], closed: [] },
  { name: 'health', open: [chain, health], closed: [chain] },
  { name: 'unit map', open: [chain, { ...health, unitMap: 'relu1' }], closed: [chain, health] },
  { name: 'gradients of images', open: [chain, health, 'measure:samples'], closed: [chain, health] },
  { name: 'step along its line', open: [chain, health, 'measure:line'], closed: [chain, health] },
]
