import type { Split } from '../data/dataset'
import { sparseOf, type SparseRows } from '../data/sparse'
import type { Allocator, Arena } from '../tensor'

interface Held { readonly rows: SparseRows, holders: number }

/** The sparse rows of each split, once for all runs on it, for as long as the arena of one of them lives. */
export class SharedRows {
  private readonly held = new Map<Split, Held>()

  constructor(private readonly allocator: Allocator) {}

  /** @returns a split's sparse rows, made when nobody has them yet, and valid until the arena is disposed */
  heldBy(arena: Arena): (split: Split) => SparseRows {
    const own = new Map<Split, SparseRows>()
    return (split) => {
      const known = own.get(split)
      if (known) return known
      const rows = this.take(split)
      own.set(split, rows)
      arena.holds(() => this.release(split))
      return rows
    }
  }

  private take(split: Split): SparseRows {
    const held = this.held.get(split) ?? { rows: sparseOf(split, this.allocator), holders: 0 }
    held.holders++
    this.held.set(split, held)
    return held.rows
  }

  private release(split: Split): void {
    const held = this.held.get(split)!
    if (--held.holders > 0) return
    this.held.delete(split)
    for (const { byteOffset } of [held.rows.starts, held.rows.entries, held.rows.shades]) this.allocator.free(byteOffset)
  }
}
