import { LabError } from '../errors'
import type { Precision } from '../tensor'
import type { Nested, Value } from './types'

/** A graph is meant to be read: larger tensors are shown in Train. */
export const maxNumbers = 4096
/** The dimensions of a batch of images with channels: N, C, H, W. */
export const maxDimensions = 4

/** Rounds a result to a precision. */
export type Round = (x: number) => number
export const roundTo = (precision: Precision): Round => precision === 'float32' ? Math.fround : x => x

export const scalar = (n: number): Value => ({ shape: [], data: [n] })
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)
export const filled = (shape: readonly number[], n: number): Value => ({ shape, data: new Array<number>(sizeOf(shape)).fill(n) })
export const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((n, i) => n === b[i])
export const mapValue = ({ shape, data }: Value, f: (x: number) => number): Value => ({ shape, data: data.map(f) })
export const roundValue = (value: Value, precision: Precision): Value => precision === 'float64' ? value : mapValue(value, Math.fround)

export const allFinite = ({ data }: Value): boolean => data.every(Number.isFinite)

/** (2, 3), as in books; () for a plain number. */
export const shapeText = (shape: readonly number[]): string => `(${shape.join(', ')})`

/**
 * Reads a number or nested lists of numbers with up to four levels; lists on the same level must have equal lengths.
 * @param name of the input, for the message
 * @throws LabError graph.inputValue, graph.tooLarge
 */
export function fromNested(nested: Nested, name = ''): Value {
  const shape: number[] = []
  for (let level: Nested | undefined = nested; Array.isArray(level); level = (level as readonly Nested[])[0]) shape.push(level.length)
  if (shape.length > maxDimensions || sizeOf(shape) > maxNumbers)
    throw new LabError('graph.tooLarge', `${name}: at most ${maxNumbers} numbers in ${maxDimensions} dimensions`, { name, found: shapeText(shape), max: maxNumbers })
  const data: number[] = []
  collect(nested, shape, 0, name, data)
  if (data.length === 0) throw wrong(name, '[]')
  return { shape, data }
}

function collect(nested: Nested, shape: readonly number[], depth: number, name: string, data: number[]): void {
  if (depth === shape.length) {
    if (typeof nested !== 'number' || !Number.isFinite(nested)) throw wrong(name, describe(nested))
    data.push(nested)
    return
  }
  if (!Array.isArray(nested) || nested.length !== shape[depth]) throw wrong(name, describe(nested))
  for (const item of nested as readonly Nested[]) collect(item, shape, depth + 1, name, data)
}

const describe = (found: unknown): string => (typeof found === 'number' ? String(found) : JSON.stringify(found) ?? String(found)).slice(0, 40)
const wrong = (name: string, found: string): LabError =>
  new LabError('graph.inputValue', `${name}: a finite number or equally long lists of them, not ${found}`, { name, found })

export function toNested({ shape, data }: Value): Nested {
  const level = (depth: number, from: number): Nested => {
    if (depth === shape.length) return data[from]!
    const size = sizeOf(shape.slice(depth + 1))
    return Array.from({ length: shape[depth]! }, (_, i) => level(depth + 1, from + i * size))
  }
  return level(0, 0)
}

/** The broadcast shape of two arguments, as in NumPy; null when they do not fit. */
export function broadcast(a: readonly number[], b: readonly number[]): readonly number[] | null {
  const length = Math.max(a.length, b.length)
  const shape: number[] = []
  for (let i = 0; i < length; i++) {
    const [n, m] = [a[a.length - length + i] ?? 1, b[b.length - length + i] ?? 1]
    if (n !== m && n !== 1 && m !== 1) return null
    shape.push(n === 1 ? m : n)
  }
  return shape
}

/** For each cell of the broadcast shape, the source cell; null if they are the same. */
export function stretchMap(from: readonly number[], to: readonly number[]): readonly number[] | null {
  if (sameShape(from, to)) return null
  const strides = to.map((_, i) => {
    const at = i - (to.length - from.length)
    return at < 0 || from[at] === 1 ? 0 : sizeOf(from.slice(at + 1))
  })
  return Array.from({ length: sizeOf(to) }, (_, cell) => {
    let index = 0
    for (let i = to.length - 1, rest = cell; i >= 0; i--) {
      index += (rest % to[i]!) * strides[i]!
      rest = Math.floor(rest / to[i]!)
    }
    return index
  })
}

/** Number of rows of the batch; 1 for a plain number or a single row. */
export const rowsOf = (shape: readonly number[]): number => shape.length < 2 ? 1 : shape[0]!

/** (N, everything else): the shape of an input of any number of dimensions as a matrix. */
export function matrixOf(shape: readonly number[]): readonly [number, number] {
  const rows = rowsOf(shape)
  return [rows, sizeOf(shape) / rows]
}
