import type { Numbers } from '../../lib/useNumbers'

/** How much a block of the chain has room to say: all; a short name and a number; a short name alone. */
export type Density = 'full' | 'short' | 'bare'

/** The kinds of columns that differ in width. */
export type BlockWidth = 'weights' | 'other' | 'loss'

/** A horizontal range in CSS pixels from the left end of the chain. */
export interface Span { readonly from: number, readonly width: number }

/** The columns of the chain: the input, then an arrow and a block for each block. */
export interface ChainLayout {
  readonly density: Density
  /** Whether blocks have room for their sizes */
  readonly sized: boolean
  readonly input: Span
  readonly arrows: readonly Span[]
  readonly blocks: readonly Span[]
}

/** Room for a size of four digits, or for the loss, in 12 px */
const sizedFrom = 38

type Widths = Readonly<Record<BlockWidth | 'input' | 'arrow', readonly [least: number, most: number]>>
const widths: Readonly<Record<Density, Widths>> = {
  full: { input: [62, 92], arrow: [18, 88], weights: [117, 252], other: [117, 252], loss: [172, 284] },
  short: { input: [52, 76], arrow: [8, 20], weights: [62, 140], other: [52, 120], loss: [76, 160] },
  bare: { input: [44, 62], arrow: [2, 8], weights: [12, 76], other: [12, 64], loss: [12, 76] },
}

/**
 * Divides the width between the columns so that the whole chain is in sight, in the first density that fits.
 * Every column grows from its least width towards its greatest by the same share.
 * @param width in CSS pixels
 */
export function layChain(width: number, blocks: readonly BlockWidth[]): ChainLayout {
  const totals = (density: Density, end: 0 | 1) => widths[density].input[end] + blocks.reduce((sum, kind) => sum + widths[density].arrow[end] + widths[density][kind][end], 0)
  const density = (['full', 'short'] as const).find(density => totals(density, 0) <= width) ?? 'bare'
  const [least, most] = [totals(density, 0), totals(density, 1)]
  const growth = Math.min(1, Math.max(0, (width - least) / (most - least)))
  const sizeOf = (kind: keyof Widths) => {
    const [from, to] = widths[density][kind]
    return from + growth * (to - from)
  }
  let at = Math.max(0, (width - most) / 2)
  const take = (kind: keyof Widths): Span => {
    const span = { from: at, width: sizeOf(kind) }
    at += span.width
    return span
  }
  const input = take('input')
  const columns = blocks.map(kind => ({ arrow: take('arrow'), block: take(kind) }))
  return { density, sized: density !== 'bare' || columns.every(({ block }) => block.width >= sizedFrom), input, arrows: columns.map(({ arrow }) => arrow), blocks: columns.map(({ block }) => block) }
}

/** A norm as a density has room for it: three digits, or two. */
export const normText = (norm: number, density: Density, { short, digits }: Pick<Numbers, 'short' | 'digits'>): string => density === 'bare' ? digits(norm, 2) : short(norm)

/** The columns as `grid-template-columns`. */
export const gridColumns = ({ input, arrows, blocks }: ChainLayout): string =>
  [input, ...blocks.flatMap((block, i) => [arrows[i]!, block])].map(({ width }) => `${width.toFixed(2)}px`).join(' ')
