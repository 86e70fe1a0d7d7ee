/** A rectangle on the screen, in CSS pixels. */
export interface Box { readonly left: number, readonly top: number, readonly right: number, readonly bottom: number }

const gap = 6
const margin = 8

const overlaps = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, most))

/**
 * Where a card stands: next to its word, where it covers the fewest controls. Below comes first, then above, then at the sides.
 * @param word the box of the word
 * @param group the box of what the word belongs to, such as a list of numbers, which the card should not cover
 * @param card its width and height
 * @param view width and height of the window
 * @param controls boxes of what a person may be about to press
 */
export function placeCard({ word, group, card, view, controls }: {
  word: Box
  group: Box
  card: { width: number, height: number }
  view: { width: number, height: number }
  controls: readonly Box[]
}): { left: number, top: number } {
  const around = [group, word].flatMap(({ left, right, top, bottom }) => {
    const [under, over] = [bottom + gap, top - gap - card.height]
    return [
      { left: word.left - 12, top: under }, { left: word.right - card.width, top: under },
      { left: word.left - 12, top: over }, { left: word.right - card.width, top: over },
      { left: right + gap, top: word.top }, { left: left - gap - card.width, top: word.top },
    ]
  })
  const covered = ({ left, top }: { left: number, top: number }) => {
    const box = { left, top, right: left + card.width, bottom: top + card.height }
    // covering the word itself would be worse than covering any number of controls
    return controls.filter(control => overlaps(box, control)).length + (overlaps(box, word) ? 1000 : 0)
  }
  const inside = around.map(({ left, top }) => ({
    left: clamp(left, margin, Math.max(margin, view.width - card.width - margin)),
    top: clamp(top, margin, Math.max(margin, view.height - card.height - margin)),
  }))
  return inside.reduce((best, next) => covered(next) < covered(best) ? next : best)
}
