import { sizeOfShape } from '../layers/definition'
import { fromHalf } from './half'

/** Numbers of an array; integers of 64 bits are float64, which holds them exactly up to 2^53. */
export type ArrayNumbers = Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array

/** An array of NumPy. */
export interface NumberArray {
  readonly type: NumberType
  readonly shape: readonly number[]
  /** Row-major, whatever the order in the file; unsigned bytes may be a view of the file */
  readonly data: ArrayNumbers
}

/** How an array's numbers lie in a file. */
export interface NumberLayout {
  readonly type: NumberType
  readonly littleEndian: boolean
  /** Whether the first index changes fastest */
  readonly fortran: boolean
  readonly shape: readonly number[]
}

/** A type of numbers: its memory, and how one is read. */
interface Numbers {
  readonly bytes: 1 | 2 | 4 | 8
  readonly memory: new (from: number | ArrayBuffer) => ArrayNumbers
  readonly at: (view: DataView, at: number, littleEndian: boolean) => number
  /** Whether the memory holds other bytes than a file in this computer's byte order */
  readonly converted?: true
}

/** The types that are read, by kind and bytes. @source NumPy, "Array protocol type strings" */
const numbers = {
  u1: { bytes: 1, memory: Uint8Array, at: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, memory: Int8Array, at: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, memory: Uint16Array, at: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, memory: Int16Array, at: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, memory: Uint32Array, at: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, memory: Int32Array, at: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, memory: Float64Array, at: (view, at, little) => Number(view.getBigUint64(at, little)), converted: true },
  i8: { bytes: 8, memory: Float64Array, at: (view, at, little) => Number(view.getBigInt64(at, little)), converted: true },
  f2: { bytes: 2, memory: Float32Array, at: (view, at, little) => fromHalf(view.getUint16(at, little)), converted: true },
  f4: { bytes: 4, memory: Float32Array, at: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, memory: Float64Array, at: (view, at, little) => view.getFloat64(at, little) },
} as const satisfies Readonly<Record<string, Numbers>>
export type NumberType = keyof typeof numbers
export const numberTypes = Object.keys(numbers) as readonly NumberType[]
export const isNumberType = (name: string): name is NumberType => Object.hasOwn(numbers, name)

/** Bytes of an array in a file; null if they cannot be counted, even when a later 0 makes the result 0. */
export function bytesOfLayout({ type, shape }: Pick<NumberLayout, 'type' | 'shape'>): number | null {
  let size: number = numbers[type].bytes
  for (const n of shape) {
    size *= n
    if (!Number.isSafeInteger(size)) return null
  }
  return size
}

/**
 * Reads an array's numbers.
 * @param bytes exactly as many as `bytesOfLayout` says
 */
export function readNumbers(bytes: Uint8Array, layout: NumberLayout): NumberArray {
  const { type, shape, fortran } = layout
  const reorders = fortran && shape.filter(n => n > 1).length > 1 // a vector has the same order either way
  const data = reorders ? rowMajor(allNumbers(bytes, layout), shape) : allNumbers(bytes, layout)
  return { type, shape, data }
}

function allNumbers(bytes: Uint8Array, { type, littleEndian }: NumberLayout): ArrayNumbers {
  const { bytes: width, memory: Memory, at, converted }: Numbers = numbers[type]
  if (type === 'u1') return bytes
  if (littleEndian && !converted) return new Memory(new Uint8Array(bytes).buffer) // a copy, since the file's may not be aligned; typed arrays are little-endian wherever the program runs
  const data = new Memory(bytes.length / width)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < data.length; i++) data[i] = at(view, i * width, littleEndian)
  return data
}

/** Numbers in the order of C: the last index changes fastest. */
function rowMajor(data: ArrayNumbers, shape: readonly number[]): ArrayNumbers {
  const ordered = data.slice()
  const strides = shape.map((_, axis) => sizeOfShape(shape.slice(0, axis)))
  const index = shape.map(() => 0)
  let from = 0
  for (let to = 0; to < ordered.length; to++) {
    ordered[to] = data[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++
      from += strides[axis]!
      if (index[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return ordered
}
