import type { SparseRows } from '../ops/sparse-tensor'
import type { Allocator, Arena } from '../tensor'
import type { Split } from './dataset'
import { sparseOf } from './sparse'

interface CountedRows { readonly rows: SparseRows, references: number }

const inMemory = new WeakMap<Allocator, SharedRows>()

/** Sparse rows of each split, packed once for all arenas on the same memory and freed with the last arena that uses them. */
export class SharedRows {
  private readonly held = new Map<Split, CountedRows>()

  constructor(private readonly allocator: Allocator) {}

  /** The instance for an allocator's memory. */
  static onMemory(allocator: Allocator): SharedRows {
    const rows = inMemory.get(allocator) ?? new SharedRows(allocator)
    inMemory.set(allocator, rows)
    return rows
  }

  /** @returns a split's sparse rows, packed on first use and valid until the arena is disposed */
  forArena(arena: Arena): (split: Split) => SparseRows {
    const own = new Map<Split, SparseRows>()
    return (split) => {
      const known = own.get(split)
      if (known) return known
      const rows = this.take(split)
      own.set(split, rows)
      arena.onDispose(() => this.release(split))
      return rows
    }
  }

  private take(split: Split): SparseRows {
    const held = this.held.get(split) ?? { rows: sparseOf(split, this.allocator), references: 0 }
    held.references++
    this.held.set(split, held)
    return held.rows
  }

  private release(split: Split): void {
    const held = this.held.get(split)!
    if (--held.references > 0) return
    this.held.delete(split)
    for (const { byteOffset } of [held.rows.starts, held.rows.entries, held.rows.pixelValues]) this.allocator.free(byteOffset)
  }
}
