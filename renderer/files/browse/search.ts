import type { BrowsedSplit } from '@contract'
import { plainText } from '@core'
import type { BrowseFilter, ImageAt } from '../../stores/browse'

/** What a typed text may mean: an image, the images of a class, or those of a class that are read as another. */
export type Meant
  = { readonly kind: 'image' } & ImageAt
    | { readonly kind: 'images' } & Pick<BrowseFilter, 'label' | 'read'>

interface Searched {
  readonly classes: readonly string[]
  readonly counts: Readonly<Record<BrowsedSplit, number>>
  /** Whether a network reads these images */
  readonly isRead: boolean
}

/** Most proposals at once */
const most = 8

const fold = (text: string): string => plainText(text).text.normalize('NFKC').trim().toLocaleLowerCase()

/**
 * What a text may mean, the likeliest first: '247' is an image, '7' also a class, '7 2' the images of class 7 that are read as 2, with
 * whatever word or sign between them.
 */
export function meantBy(typed: string, { classes, counts, isRead }: Searched): readonly Meant[] {
  const text = fold(typed)
  if (text === '') return []
  const names = classes.map(fold)
  const pair = isRead ? pairIn(text, names) : null
  const exact = names.flatMap((name, label) => name === text ? [label] : [])
  const similar = names.flatMap((name, label) => name !== text && name.includes(text) ? [label] : []).sort((a, b) => Number(!names[a]!.startsWith(text)) - Number(!names[b]!.startsWith(text)) || a - b)
  const ofClass = (label: number): Meant[] => [{ kind: 'images', label, read: 'any' }, ...isRead ? [{ kind: 'images', label, read: 'wrong' } as const, { kind: 'images', label: null, read: label } as const] : []]
  return [
    ...pair ? [{ kind: 'images', label: pair[0], read: pair[1] } as const] : [],
    ...exact.flatMap(ofClass),
    ...imagesIn(text, counts),
    ...similar.map((label): Meant => ({ kind: 'images', label, read: 'any' })),
  ].slice(0, most)
}

/** A whole number, with or without a number sign and separators, is an index. */
function imagesIn(text: string, counts: Searched['counts']): Meant[] {
  const digits = /^#?\s*(\d{1,3}(?:[,.\s]\d{3})+|\d{1,9})$/.exec(text)?.[1]?.replace(/[,.\s]/g, '')
  if (digits === undefined) return []
  const index = Number(digits)
  return (['test', 'train'] as const).flatMap((split): Meant[] => index < counts[split] ? [{ kind: 'image', split, index }] : [])
}

/** Two names of classes, with which the text begins and ends, or which are its only words that are names. */
function pairIn(text: string, names: readonly string[]): readonly [number, number] | null {
  const isEdge = (at: number): boolean => at <= 0 || at >= text.length || !/[\p{L}\p{N}]/u.test(text[at - 1]!) || !/[\p{L}\p{N}]/u.test(text[at]!) || /[\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text[at]!)
  const found: { label: number, from: number, to: number }[] = []
  names.forEach((name, label) => {
    if (name === '') return
    for (let from = text.indexOf(name); from >= 0; from = text.indexOf(name, from + 1)) if (isEdge(from) && isEdge(from + name.length)) found.push({ label, from, to: from + name.length })
  })
  // of two names at one place the longer one counts: 'truck' is also in 'fire truck'
  const whole = found.filter(({ from, to }) => !found.some(other => other.from <= from && other.to >= to && other.to - other.from > to - from)).sort((a, b) => a.from - b.from)
  return whole.length === 2 && whole[0]!.to <= whole[1]!.from ? [whole[0]!.label, whole[1]!.label] : null
}
