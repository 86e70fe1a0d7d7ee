import { createReferenceOps, type Ops, SparseTensor, Tensor } from '@core'
import { describe, expect, test } from 'vitest'
import { Fast, modules } from './fast'

type Make = (...shape: readonly number[]) => Tensor
/** A call of each operation that fits, with the tensors in the order of its parameters */
const calls: Partial<Record<keyof Ops, (ops: Ops, t: Make) => unknown>> = {
  matmul: (ops, t) => ops.matmul(t(6, 4), t(6, 3), t(3, 4)),
  matmulNT: (ops, t) => ops.matmulNT(t(2, 3), t(2, 4), t(3, 4)),
  matmulTN: (ops, t) => ops.matmulTN(t(3, 4), t(2, 3), t(2, 4)),
  addRow: (ops, t) => ops.addRow(t(2, 3), t(3)),
  sumRows: (ops, t) => ops.sumRows(t(3), t(2, 3)),
  relu: (ops, t) => ops.relu(t(2, 3), t(2, 3)),
  reluBackward: (ops, t) => ops.reluBackward(t(2, 3), t(2, 3), t(2, 3)),
  sigmoid: (ops, t) => ops.sigmoid(t(2, 3), t(2, 3)),
  sigmoidBackward: (ops, t) => ops.sigmoidBackward(t(2, 3), t(2, 3), t(2, 3)),
  tanh: (ops, t) => ops.tanh(t(2, 3), t(2, 3)),
  tanhBackward: (ops, t) => ops.tanhBackward(t(2, 3), t(2, 3), t(2, 3)),
  dropout: (ops, t) => ops.dropout(t(2, 3), t(2, 3), { rate: 0.5, key: 1 }),
  columnMoments: (ops, t) => ops.columnMoments(t(3), t(3), t(2, 3)),
  normalize: (ops, t) => ops.normalize(t(2, 3), t(2, 3), t(2, 3), t(3), t(3), t(3), t(3), 1e-5),
  normalizeBackward: (ops, t) => ops.normalizeBackward(t(2, 3), t(3), t(3), t(2, 3), t(2, 3), t(3), t(3), 1e-5, false),
  softmax: (ops, t) => ops.softmax(t(2, 3), t(2, 3)),
  softmaxLoss: (ops, t) => ops.softmaxLoss(t(2, 3), t(2, 3), t(2)),
  softmaxLossBackward: (ops, t) => ops.softmaxLossBackward(t(2, 3), t(2, 3), t(2)),
  squaredLoss: (ops, t) => ops.squaredLoss(t(2, 3), t(2, 3)),
  squaredLossBackward: (ops, t) => ops.squaredLossBackward(t(2, 3), t(2, 3), t(2, 3)),
  addDecay: (ops, t) => ops.addDecay(t(2, 3), t(2, 3), t(2, 3), 0.1),
  scale: (ops, t) => ops.scale(t(2, 3), 0.9, t(2, 3)),
  sgd: (ops, t) => ops.sgd(t(2, 3), t(2, 3), 0.1, t(2, 3)),
  momentum: (ops, t) => ops.momentum(t(2, 3), t(2, 3), t(2, 3), { learningRate: 0.1, momentum: 0.9 }, t(2, 3)),
  adagrad: (ops, t) => ops.adagrad(t(2, 3), t(2, 3), t(2, 3), { learningRate: 0.1, epsilon: 1e-7 }, t(2, 3)),
  rmsprop: (ops, t) => ops.rmsprop(t(2, 3), t(2, 3), t(2, 3), { learningRate: 0.1, decay: 0.9, epsilon: 1e-7 }, t(2, 3)),
  adam: (ops, t) => ops.adam(t(2, 3), t(2, 3), t(2, 3), t(2, 3), { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, step: 1 }, t(2, 3)),
  copy: (ops, t) => ops.copy(t(2, 3), t(2, 3)),
  summarize: (ops, t) => ops.summarize({ squares: 0, absolute: 0, min: 0, max: 0, zeros: 0, finite: 0 }, t(2, 3)),
  histogram: (ops, t) => ops.histogram(new Uint32Array(5), t(2, 3), 1),
  distance: (ops, t) => ops.distance(t(2, 3), t(2, 3)),
  countBeyond: (ops, t) => ops.countBeyond(t(2, 3), 1),
  countPositive: (ops, t) => ops.countPositive(new Uint32Array(3), t(2, 3)),
}
const named = Object.entries(calls)
const { ops } = new Fast(...modules[0]!)
const reference = createReferenceOps('float32')

/** Calls an operation once for each of its tensors, with a strange one in that tensor's place. @returns the places where it was not refused, or something was written */
function accepted(call: (ops: Ops, t: Make) => unknown, ops: Ops, strange: Make): readonly number[] {
  const arena = ops.arena()
  let count = 0
  call(ops, (...shape) => { count++; return arena.tensor(shape) }) // all of them fit
  expect(count).toBeGreaterThan(0)
  const places = Array.from({ length: count }, (_, place) => place).filter((place) => {
    const tensors: Tensor[] = []
    const t: Make = (...shape) => {
      const tensor = tensors.length === place ? strange(...shape) : arena.tensor(shape)
      tensors.push(tensor)
      if (!(tensor instanceof SparseTensor)) tensor.data.fill(0.25)
      return tensor
    }
    try { call(ops, t) }
    catch (cause) {
      expect(cause).toMatchObject({ code: 'internal' })
      return tensors.some(tensor => !(tensor instanceof SparseTensor) && tensor.data.some(value => value !== 0.25))
    }
    return true
  })
  arena.dispose()
  return places
}

/** Sparse rows of zeros in a backend's memory */
function sparse(home: Ops, ...shape: readonly number[]): SparseTensor {
  const { allocator } = home.arena()
  const inMemory = (size: number): Uint32Array => allocator ? new Uint32Array(allocator.buffer as ArrayBuffer, allocator.allocate(4 * size), size) : new Uint32Array(size)
  const rows = shape[0] ?? 1
  const x = new SparseTensor(inMemory(rows), new Float32Array(shape.reduce((a, b) => a * b, 1)), shape, allocator, 0.2)
  const pixelValues = inMemory(256)
  x.select({ width: shape[1] ?? 1, starts: inMemory(rows + 1).fill(0), entries: inMemory(1), pixelValues: new Float32Array(pixelValues.buffer, pixelValues.byteOffset, 256), allocator }, new Uint32Array(rows), 0, rows)
  return x
}

test('every operation is tried', () => {
  const others = ['name', 'threads', 'threadsFor', 'arena', 'sparseBelow', 'workingBlocks', 'missingBlocks', 'reserve']
  expect([...Object.keys(calls), ...others].sort()).toEqual(Object.keys(reference).sort())
  expect(Object.keys(ops).sort()).toEqual(Object.keys(reference).sort())
})

// Cause: a kernel takes a byte offset, so it would compute on whatever is there in its own memory.
describe.each(named)('%s on the kernels', (_, call) => {
  test('refuses a tensor in an array of its own, in any place', () => {
    expect(accepted(call, ops, (...shape) => Tensor.zeros(shape))).toEqual([])
  })

  test('refuses a tensor of another backend’s memory', () => {
    const other = new Fast(...modules[0]!).ops.arena()
    expect(accepted(call, ops, (...shape) => other.tensor(shape))).toEqual([])
  })

  test('takes tensors that were allocated before the memory grew', () => {
    const { ops } = new Fast(...modules[0]!)
    const arena = ops.arena()
    const early = new Map<string, Tensor[]>()
    call(ops, (...shape) => {
      const tensor = arena.tensor(shape)
      early.set(String(shape), [...early.get(String(shape)) ?? [], tensor])
      return tensor
    })
    const buffer = arena.allocator!.buffer
    arena.tensor([1_000_000])
    expect(arena.allocator!.buffer).not.toBe(buffer)
    expect(() => call(ops, (...shape) => early.get(String(shape))!.shift()!)).not.toThrow()
  })
})

describe.each([['kernels', ops], ['reference', reference]] as const)('on the %s', (_, ops) => {
  test.each(named)('%s refuses sparse rows, but for the x of matmul and matmulTN', (name, call) => {
    expect(accepted(call, ops, (...shape) => sparse(ops, ...shape))).toEqual(name === 'matmul' || name === 'matmulTN' ? [1] : [])
  })
})

test('sparse rows of another memory are refused, and so is a list of rows', () => {
  const other = new Fast(...modules[0]!).ops
  expect(accepted(calls.matmul!, ops, (...shape) => sparse(other, ...shape))).toEqual([])
  const arena = ops.arena()
  const mixed = sparse(ops, 6, 3)
  mixed.select(sparse(other, 6, 3).rowsOf!, new Uint32Array(6), 0, 6)
  expect(() => ops.matmul(arena.tensor([6, 4]), mixed, arena.tensor([3, 4]))).toThrow(/another memory/)
  expect(() => ops.matmulTN(arena.tensor([3, 4]), mixed, arena.tensor([6, 4]))).toThrow(/another memory/)
  const listed = sparse(other, 6, 3)
  listed.select(sparse(ops, 6, 3).rowsOf!, new Uint32Array(6), 0, 6)
  expect(() => ops.matmul(arena.tensor([6, 4]), listed, arena.tensor([3, 4]))).toThrow(/another memory/)
})
