import type { MeasureKey } from '../course/measures'

/** A measure, or a term of the glossary that is not measured. */
export type CardKey = MeasureKey | 'relu' | 'sigmoid' | 'tanh' | 'softmaxWithLoss' | 'identityWithLoss' | 'batchNormalization' | 'affine' | 'optimizer'

interface Piece { readonly part: string, readonly card?: CardKey }

/** Splits a text at the first mention of each word behind the one before. */
export function piecesOf(text: string, cards: readonly (readonly [word: string, card: CardKey])[]): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const [word, card] of cards) {
    const at = text.indexOf(word, from)
    if (at === -1 || !word) continue
    if (at > from) pieces.push({ part: text.slice(from, at) })
    pieces.push({ part: word, card })
    from = at + word.length
  }
  return from < text.length ? [...pieces, { part: text.slice(from) }] : pieces
}
