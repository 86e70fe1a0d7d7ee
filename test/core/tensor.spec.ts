import { Arena, Heap, Slot, Tensor } from '@core'
import { describe, expect, test } from 'vitest'

describe('a tensor', () => {
  test('knows its rows, and counts all other dimensions as columns', () => {
    const tensor = Tensor.zeros([2, 3, 4, 5], 'float64')
    expect([tensor.rows, tensor.columns, tensor.size]).toEqual([2, 60, 120])
    expect(Tensor.from([1, 2, 3], [3])).toMatchObject({ rows: 3, columns: 1 })
  })

  test('narrowed to fewer rows, uses the beginning of the same memory, and can be widened again', () => {
    const tensor = Tensor.from([1, 2, 3, 4, 5, 6], [3, 2])
    tensor.setRows(2)
    expect([tensor.shape, [...tensor.data]]).toEqual([[2, 2], [1, 2, 3, 4]])
    tensor.data[0] = 9
    tensor.setRows(3)
    expect([tensor.shape, [...tensor.data]]).toEqual([[3, 2], [9, 2, 3, 4, 5, 6]])
  })

  test.each([0, -1, 4, 1.5, NaN])('refuses %s of 3 rows', (rows) => {
    expect(() => Tensor.zeros([3, 2]).setRows(rows)).toThrow(RangeError)
  })

  test('narrows a slot’s gradient together with its value', () => {
    const slot = new Slot(Tensor.zeros([3, 2]), Tensor.zeros([3, 2]))
    slot.setRows(1)
    expect([slot.value.shape, slot.grad!.shape]).toEqual([[1, 2], [1, 2]])
  })
})

describe('an arena', () => {
  test('allocates tensors in the host’s memory, aligned to 16 bytes without overlap, and frees it', () => {
    const memory = { buffer: new SharedArrayBuffer(1024), grow: () => { throw new RangeError('no more') } }
    const heap = new Heap(memory, 0)
    const arena = new Arena('float32', heap)
    const a = arena.tensor([3]) // three float32 values take 12 bytes, padded to 16
    const b = arena.tensor([2, 2])
    expect(a.data.buffer).toBe(memory.buffer)
    expect([a.data.byteOffset % 16, b.data.byteOffset % 16]).toEqual([0, 0])
    expect(b.data.byteOffset).toBeGreaterThanOrEqual(a.data.byteOffset + 12)
    expect(arena.bytes).toBe(28)
    expect(() => arena.tensor([300])).toThrow(RangeError)
    arena.dispose()
    expect(heap.bytes).toBe(0)
    expect(() => arena.tensor([1])).toThrow(RangeError)
  })

  test('allocates nothing more once sealed', () => {
    const arena = new Arena('float64')
    expect(arena.slot([2]).grad.data).toBeInstanceOf(Float64Array)
    expect(arena.slot([2], { grad: false }).grad).toBeNull()
    arena.seal()
    expect(() => arena.tensor([1])).toThrow(RangeError)
  })
})
