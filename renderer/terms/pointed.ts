/** A hand on the mouse moves it a little without meaning to, in CSS pixels. */
const jitterPx = 6

/** Tells a pointer that has moved onto a word from a word that the layout has moved under the pointer. */
export interface Pointed {
  /** The pointer is above a word now, for either reason. */
  readonly over: (event: Pick<PointerEvent, 'clientX' | 'clientY'>) => void
  /** The pointer moves above the word: true once, when it has moved onto the word, or clearly on it since the word came. */
  readonly moved: (event: Pick<PointerEvent, 'clientX' | 'clientY'>) => boolean
}

/**
 * Follows the pointer on one word at a time. A pointer that moves onto a word enters it and moves at the same point; when the layout moves,
 * the browser only reports that it entered.
 */
export function createPointed(): Pointed {
  let from: { readonly x: number, readonly y: number } | null = null
  return {
    over: ({ clientX, clientY }) => { from = { x: clientX, y: clientY } },
    moved: ({ clientX, clientY }) => {
      const distance = from ? Math.hypot(clientX - from.x, clientY - from.y) : NaN
      const onto = distance === 0 || distance >= jitterPx
      if (onto) from = null
      return onto
    },
  }
}
