import { Heap } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const page = 65_536
/** With reads of four numbers at a time, the last of a tensor may be the first of a read. */
const slack = 12
/** Bytes of a cache line: blocks are aligned to it */
const line = 64
const memoryOf = (maximum: number) => new WebAssembly.Memory({ initial: 1, maximum, shared: true })

describe('a heap', () => {
  test('allocates blocks that never overlap, with room to read beyond their ends, and merges freed blocks', () => {
    const sizes = fc.oneof(fc.nat(100), fc.integer({ min: 1, max: 3 * page }))
    const action = fc.record({ free: fc.boolean(), which: fc.nat(), bytes: sizes })
    fc.assert(fc.property(fc.nat(200), fc.array(action, { maxLength: 60 }), fc.nat(), (base, actions, order) => {
      const memory = memoryOf(1024)
      const heap = new Heap(memory, base)
      const lent: { at: number, bytes: number }[] = []
      let end = base
      for (const { free, which, bytes } of actions) {
        if (free && lent.length > 0) heap.free(lent.splice(which % lent.length, 1)[0]!.at)
        else lent.push({ at: heap.allocate(bytes), bytes })
        for (const [i, { at, bytes }] of lent.sort((a, b) => a.at - b.at).entries()) {
          expect(at % line).toBe(0)
          expect(at).toBeGreaterThanOrEqual(base)
          expect(at + bytes + slack).toBeLessThanOrEqual(lent[i + 1]?.at ?? memory.buffer.byteLength)
          end = Math.max(end, at + bytes)
        }
        expect(heap.bytes).toBeGreaterThanOrEqual(lent.reduce((sum, { bytes }) => sum + bytes, 0))
      }
      while (lent.length > 0) heap.free(lent.splice(order % lent.length, 1)[0]!.at)
      expect(heap.bytes).toBe(0)
      // all memory is one free block again
      const { byteLength } = memory.buffer
      expect(heap.allocate(Math.max(0, end - base - line - slack))).toBeLessThan(base + line)
      expect(memory.buffer.byteLength).toBe(byteLength)
    }), { seed: 15, numRuns: 100 })
  })

  test('uses the first free block that is large enough', () => {
    const heap = new Heap(memoryOf(1), 0)
    const [a, , c] = [heap.allocate(100), heap.allocate(100), heap.allocate(300), heap.allocate(100)]
    heap.free(a)
    heap.free(c)
    expect([heap.allocate(200), heap.allocate(50)]).toEqual([c, a])
  })

  test('grows the last block in place, instead of leaving a free block before it', () => {
    const heap = new Heap(memoryOf(2), 0)
    const first = heap.allocate(40_000)
    heap.free(first)
    // two pages have room for 90,000 bytes only when these start where the 40,000 did
    expect(heap.allocate(90_000)).toBe(first)
  })

  test('grows the memory page by page, and earlier blocks stay in place', () => {
    const memory = memoryOf(8)
    const heap = new Heap(memory, 1000)
    const before = new Float32Array(heap.buffer as ArrayBuffer, heap.allocate(40), 10).fill(7)
    const at = heap.allocate(3 * page)
    expect(memory.buffer.byteLength).toBe(4 * page)
    before[3] = 8
    expect([...new Float32Array(heap.buffer as ArrayBuffer, before.byteOffset, 4)]).toEqual([7, 7, 7, 8])
    new Uint8Array(heap.buffer as ArrayBuffer, at, 3 * page).fill(1) // all of it is allocated
    expect([...before.subarray(2, 4)]).toEqual([7, 8])
  })

  test('throws a RangeError when memory runs out, and continues to work', () => {
    const memory = memoryOf(2)
    const heap = new Heap(memory, 0)
    const at = heap.allocate(page)
    expect(() => heap.allocate(page)).toThrow(RangeError)
    expect(() => heap.allocate(2 ** 40)).toThrow(RangeError)
    expect(heap.allocate(1000)).toBeGreaterThan(at)
    heap.free(at)
    expect(heap.allocate(page - 16)).toBe(at)
  })

  test('reserves memory in the place of blocks to be freed later, and does not touch them until then', () => {
    const memory = memoryOf(4)
    const heap = new Heap(memory, 0)
    const [old, beside] = [heap.allocate(2 * page), heap.allocate(page / 2)]
    heap.reserve([page, page - 200], [old]) // both lie in the old block
    expect(memory.buffer.byteLength).toBe(3 * page)
    expect(heap.allocate(100)).toBeGreaterThan(beside) // nothing is free yet
    heap.free(old)
    expect([heap.allocate(page), heap.allocate(page - 200)]).toEqual([old, old + page + line])
  })

  test('grows for a reservation, so that nothing can fail once the old blocks are freed', () => {
    const parts = fc.array(fc.integer({ min: 1, max: page }), { minLength: 1, maxLength: 12 })
    fc.assert(fc.property(parts, parts, parts, fc.nat(), (kept, old, wanted, order) => {
      const memory = memoryOf(64)
      const heap = new Heap(memory, order % 500)
      const places = old.map((bytes, i) => {
        const at = heap.allocate(bytes)
        if (kept[i] !== undefined) heap.allocate(kept[i])
        return at
      })
      heap.reserve(wanted, places)
      const { byteLength } = memory.buffer
      for (const at of places) heap.free(at)
      for (const bytes of wanted) heap.allocate(bytes)
      expect(memory.buffer.byteLength).toBe(byteLength)
    }), { seed: 23, numRuns: 100 })
  })

  test('throws a RangeError for an impossible reservation, and all blocks stay allocated', () => {
    const heap = new Heap(memoryOf(3), 0)
    const old = heap.allocate(page)
    const beside = heap.allocate(page)
    const { bytes } = heap
    expect(() => heap.reserve([2 * page], [old])).toThrow(RangeError)
    expect(heap.bytes).toBe(bytes)
    expect(heap.allocate(100)).toBeGreaterThan(beside)
  })

  test('frees nothing twice, and nothing that it has not allocated', () => {
    const heap = new Heap(memoryOf(1), 0)
    const [a, b] = [heap.allocate(100), heap.allocate(100)]
    heap.free(a)
    heap.free(a)
    heap.free(b + 16)
    expect(heap.allocate(100)).toBe(a)
    expect(heap.allocate(100)).toBeGreaterThan(b)
  })
})
