import type { Block, ProbeFrame } from '@contract'
import { blockDefinition, type LayerDefinition, losses, optimizerDefinition, type OptimizerSpec, type TensorStats } from '@core'

/** A view of a block. */
export type Aspect = Exclude<keyof LayerDefinition['aspects'], 'bias'>

/** Name of a block's tensor in the book: 'dW'; null if the block has none. */
export const partOf = ({ kind }: Block, aspect: Aspect | 'bias'): string | null => blockDefinition(kind).aspects[aspect]

const letters: Readonly<Record<string, string>> = { gamma: 'γ', beta: 'β', mean: 'μ', variance: 'σ²' }

/** A tensor's name as in the formulas: 'dgamma' is dγ. */
export const letterOf = (part: string): string => letters[part] ?? (part.startsWith('d') && letters[part.slice(1)] ? `d${letters[part.slice(1)]!}` : part)

/** Whether a tensor has one number for each unit, so that a cell of it has no row: b[40]. */
export const isVector = (part: string): boolean => ['b', 'γ', 'β'].includes(letterOf(part).replace(/^d/, ''))

/** A cell as in the formulas: dW[300, 7], b[7] */
export const cellText = (part: string, { row, column }: { readonly row: number, readonly column: number }): string => `${letterOf(part)}[${isVector(part) ? column : `${row}, ${column}`}]`

export function statsOf(frame: ProbeFrame | null, block: Block, part: string | null): TensorStats | null {
  return frame?.blocks.find(({ name }) => name === block.name)?.tensors.find(({ path }) => path === `${block.name}.${part}`) ?? null
}

/** Whether a kind is that of a loss, the last block. */
export const isLossKind = (kind: string): boolean => (losses as readonly string[]).includes(kind)

/** Formula of a block in the book's notation; the weights have none but the update. */
export const formulaOf = ({ kind }: Block, aspect: Exclude<Aspect, 'weight'>): string => blockDefinition(kind).formula[aspect]

/** 'affine12' → '12'; '' for the loss. */
export const numberOf = ({ name }: Pick<Block, 'name'>): string => /\d+$/.exec(name)?.[0] ?? ''

/** One or two letters for a kind of block: 'A', 'σ'. */
export const symbolOf = ({ kind }: Block): string => {
  const { symbol, title } = blockDefinition(kind)
  return symbol ?? title.charAt(0)
}

/** A block's name where there is no room for more: 'A1', 'σ1'. */
export const shortNameOf = (block: Block): string => `${symbolOf(block)}${numberOf(block)}`

/** The update rule of an optimizer line by line, its state first. @param rate replaces η */
export function ruleOf(optimizer: OptimizerSpec, rate = 'η'): readonly string[] {
  const { stateUpdates, parameterUpdate } = optimizerDefinition(optimizer.kind).rule(optimizer)
  return [...stateUpdates, parameterUpdate].map(line => line.replace('η', rate))
}

/** A tensor's name in its block: 'affine1.dW' → 'dW' */
export const partIn = (path: string): string => path.slice(path.indexOf('.') + 1)
