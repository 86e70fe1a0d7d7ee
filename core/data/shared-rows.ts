import type { SparseRows } from '../ops/sparse-tensor'
import type { Allocator, Arena } from '../tensor'
import type { Split } from './dataset'
import { sparseOf } from './sparse'

interface Held { readonly rows: SparseRows, holders: number }

const inMemory = new WeakMap<Allocator, SharedRows>()

/** Sparse rows of each split, packed once for all arenas on the same memory and freed with the last arena that uses them. */
export class SharedRows {
  private readonly held = new Map<Split, Held>()

  constructor(private readonly allocator: Allocator) {}

  /** The instance for an allocator's memory. */
  static in(allocator: Allocator): SharedRows {
    const rows = inMemory.get(allocator) ?? new SharedRows(allocator)
    inMemory.set(allocator, rows)
    return rows
  }

  /** @returns a split's sparse rows, packed on first use and valid until the arena is disposed */
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
