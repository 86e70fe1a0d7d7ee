/** A range of the content of a scrolled box, in px from its top. */
export interface Range { readonly top: number, readonly bottom: number }

/**
 * Where to scroll so that the lines at work are in sight, with some context around them: not at all if they are. The lines
 * that they call come into sight too where there is room, the nearest first.
 * @param view the visible range, and the height of the context on each side
 * @returns the new top of the view
 */
export function followed({ top, bottom, context }: Range & { readonly context: number }, lines: readonly Range[], body: readonly Range[]): number {
  if (lines.length === 0) return top
  const room = bottom - top - 2 * context
  const nearest = [...body].sort((a, b) => distance(a, lines[0]!) - distance(b, lines[0]!))
  const wanted = nearest.reduce((all, range) => {
    const wider = hull([all, range])
    return wider.bottom - wider.top <= room ? wider : all
  }, hull(lines))
  if (wanted.top - context >= top && wanted.bottom + context <= bottom) return top
  if (wanted.bottom - wanted.top > room) return Math.max(0, wanted.top - context)
  return Math.max(0, (wanted.top + wanted.bottom - (bottom - top)) / 2)
}

const hull = (ranges: readonly Range[]): Range => ({ top: Math.min(...ranges.map(({ top }) => top)), bottom: Math.max(...ranges.map(({ bottom }) => bottom)) })
const distance = (a: Range, b: Range): number => Math.abs(a.top - b.top)
