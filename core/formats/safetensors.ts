import { fromHalf } from './half'
import { type Dtype, readableDtype, readSafetensorsHeader, type TensorPlace } from './safetensors-header'

export interface StoredTensor {
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** Always a copy, since the file's data may not be aligned */
  readonly data: Float32Array | Float64Array
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: ReadonlyMap<string, string>
}

/**
 * Reads a whole safetensors file, strictly.
 * @param bytes the whole file
 * @param file its name, for the message
 * @throws FormatError safetensors.*, with what was wanted and found
 */
export function parseSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const { tensors, metadata } = readSafetensorsHeader(bytes, file)
  for (const [name, { dtype }] of tensors) readableDtype(name, dtype, file) // check every dtype before converting any tensor
  return { metadata, tensors: new Map([...tensors].map(([name, place]) => [name, readTensor(bytes, name, place, file)])) }
}

/**
 * Reads one tensor.
 * @param bytes the whole file that the header describes
 * @throws FormatError safetensors.dtype
 */
export function readTensor(bytes: Uint8Array, name: string, { dtype, shape, from, to }: TensorPlace, file: string): StoredTensor {
  const kind = readableDtype(name, dtype, file)
  return { dtype: kind, shape, data: readNumbers(kind, bytes.subarray(from, to)) }
}

/**
 * Writes a safetensors file: header padded to 8 bytes, tensors sorted by name.
 * @param tensors float32 or float64, row-major
 */
export function writeSafetensors(tensors: ReadonlyMap<string, { readonly shape: readonly number[], readonly data: Float32Array | Float64Array }>, metadata: ReadonlyMap<string, string>): Uint8Array<ArrayBuffer> {
  const order = [...tensors].sort(([a, { data: x }], [b, { data: y }]) => y.BYTES_PER_ELEMENT - x.BYTES_PER_ELEMENT || (a < b ? -1 : 1))
  let end = 0
  const entries = order.map(([name, { shape, data }]) => {
    const from = end
    end += data.byteLength
    return [name, { dtype: data instanceof Float64Array ? 'F64' : 'F32', shape, data_offsets: [from, end] }] as const
  })
  const json = JSON.stringify(Object.fromEntries([['__metadata__', Object.fromEntries(metadata)], ...entries]))
  const unpadded = new TextEncoder().encode(json)
  const N = Math.ceil(unpadded.length / 8) * 8
  const bytes = new Uint8Array(8 + N + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(N), true)
  bytes.fill(0x20, 8, 8 + N)
  bytes.set(unpadded, 8)
  let at = 8 + N
  for (const [, { data }] of order) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return bytes
}

function readNumbers(dtype: Dtype, bytes: Uint8Array): Float32Array | Float64Array {
  const { buffer } = new Uint8Array(bytes) // copy for alignment; slice() of Node's Buffer would share memory
  if (dtype === 'F64') return new Float64Array(buffer)
  if (dtype === 'F32') return new Float32Array(buffer)
  const halves = new Uint16Array(buffer)
  const values = new Float32Array(halves.length)
  if (dtype === 'F16') for (let i = 0; i < halves.length; i++) values[i] = fromHalf(halves[i]!)
  else { // BF16 is the upper half of a float32
    const bits = new Uint32Array(values.buffer)
    for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16
  }
  return values
}
