import { type ErrorCode, FormatError } from '../errors'
import { excerpt } from './excerpt'
import { JsonReader, type Refuse } from './json-reader'

/** Number formats that can be read; F16 and BF16 become float32. */
export const dtypes = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const
export type Dtype = keyof typeof dtypes

export interface StoredTensor {
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** A copy, whatever the file's alignment */
  readonly data: Float32Array | Float64Array
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: ReadonlyMap<string, string>
}

interface Entry { readonly name: string, readonly dtype: Dtype, readonly shape: readonly number[], readonly from: number, readonly to: number }

const maxHeader = 100_000_000

/**
 * Reads a safetensors file strictly: what the format forbids is refused, not repaired.
 * @param bytes the whole file
 * @param file its name, for the message
 * @throws FormatError safetensors.*, saying what was wanted and what was found
 * @source https://github.com/huggingface/safetensors, "Format"
 */
export function parseSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const fail = failing(file)
  if (bytes.length === 0) throw fail('safetensors.empty', 'a safetensors file', '0 bytes')
  if (bytes.length < 8) throw fail('safetensors.truncated', 'at least 8 bytes', `${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const long = view.getBigUint64(0, true)
  // Another kind of file has other bytes here: its "header length" is absurd, or no header follows.
  if (long > BigInt(maxHeader) || (bytes.length > 8 && bytes[8] !== 0x7b)) throw fail('safetensors.foreign', 'safetensors', startOf(bytes))
  const N = Number(long)
  if (8 + N > bytes.length) throw fail('safetensors.truncated', `${8 + N} bytes`, `${bytes.length} bytes`)
  const { entries, metadata } = parseHeader(decode(bytes.subarray(8, 8 + N), fail), fail)
  entries.sort((a, b) => a.from - b.from || a.to - b.to)
  let end = 0
  for (const { name, from, to } of entries) { // no holes, no overlaps
    if (from !== end) throw fail('safetensors.offsets', `${name}: ${end}`, String(from))
    end = to
  }
  if (8 + N + end > bytes.length) throw fail('safetensors.truncated', `${8 + N + end} bytes`, `${bytes.length} bytes`)
  if (8 + N + end < bytes.length) throw fail('safetensors.offsets', `${8 + N + end} bytes`, `${bytes.length} bytes`)
  const start = 8 + N
  return { metadata, tensors: new Map(entries.map(entry => [entry.name, { dtype: entry.dtype, shape: entry.shape, data: readNumbers(entry.dtype, bytes.subarray(start + entry.from, start + entry.to)) }])) }
}

/**
 * Writes a safetensors file: header padded to 8 bytes, tensors by name.
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
  order.reduce((at, [, { data }]) => {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    return at + data.byteLength
  }, 8 + N)
  return bytes
}

type Fail = (code: ErrorCode, wanted: string, found: string) => FormatError
const failing = (file: string): Fail => (code, wanted, found) =>
  new FormatError(code, `${file}: ${code}: wanted ${wanted}, found ${found}`, { file, wanted, found })

function decode(bytes: Uint8Array, fail: Fail): string {
  try { return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  catch { throw fail('safetensors.header', 'UTF-8', startOf(bytes)) }
}

function parseHeader(text: string, fail: Fail): { entries: Entry[], metadata: Map<string, string> } {
  const json = new JsonReader(text, key => fail('safetensors.duplicate', '1', excerpt(key)))
  const refuse: Refuse = (wanted, found) => fail('safetensors.header', wanted, found)
  const refuseMetadata: Refuse = (wanted, found) => fail('safetensors.metadata', wanted, found)
  const entries: Entry[] = []
  const metadata = new Map<string, string>()
  json.object(refuse, (name) => {
    if (name === '__metadata__') json.object(refuseMetadata, (key) => { metadata.set(key, json.string(refuseMetadata)) })
    else entries.push(parseEntry(json, name, fail))
  })
  json.end(refuse)
  return { entries, metadata }
}

function parseEntry(json: JsonReader, name: string, fail: Fail): Entry {
  const label = excerpt(name)
  const refuse = (code: ErrorCode, of: string): Refuse => (wanted, found) => fail(code, `${label}: ${of}${wanted}`, found)
  const refuseDtype: Refuse = (_, found) => fail('safetensors.dtype', Object.keys(dtypes).join(', '), `${label}: ${excerpt(found)}`)
  const entry: { dtype?: string, shape?: number[], offsets?: number[] } = {}
  json.object(refuse('safetensors.header', ''), (key) => {
    if (key === 'dtype') entry.dtype = json.string(refuseDtype)
    else if (key === 'shape') entry.shape = json.counts(refuse('safetensors.header', 'shape '))
    else if (key === 'data_offsets') entry.offsets = json.counts(refuse('safetensors.offsets', 'data_offsets '))
    else json.skip(refuse('safetensors.header', `${excerpt(key)} `))
  })
  const { dtype = '–', shape, offsets } = entry
  if (!isDtype(dtype)) throw refuseDtype('', dtype)
  if (!shape) throw refuse('safetensors.header', 'shape ')('[…]', '–')
  const [from, to, ...more] = offsets ?? []
  if (from === undefined || to === undefined || more.length > 0 || to < from)
    throw refuse('safetensors.offsets', 'data_offsets ')('[from, to]', offsets ? excerpt(`[${offsets.slice(0, 8).join(', ')}]`) : '–')
  const size = bytesOf(shape, dtypes[dtype])
  if (to - from !== size) throw fail('safetensors.offsets', `${label}: ${size ?? '< 2^53'} bytes`, `${to - from} bytes`)
  return { name, dtype, shape, from, to }
}

/** Bytes of a tensor; null where counting them overflows on the way, even towards zero. */
function bytesOf(shape: readonly number[], each: number): number | null {
  let size = each
  for (const n of shape) {
    size *= n
    if (!Number.isSafeInteger(size)) return null
  }
  return size
}

function readNumbers(dtype: Dtype, bytes: Uint8Array): Float32Array | Float64Array {
  const { buffer } = new Uint8Array(bytes) // a copy is aligned; Node's Buffer would share memory in slice()
  if (dtype === 'F64') return new Float64Array(buffer)
  if (dtype === 'F32') return new Float32Array(buffer)
  const halves = new Uint16Array(buffer)
  if (dtype === 'BF16') return new Float32Array(Uint32Array.from(halves, half => half << 16).buffer)
  return Float32Array.from(halves, fromHalf)
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024))
}

const isDtype = (name: string): name is Dtype => Object.hasOwn(dtypes, name)
const startOf = (bytes: Uint8Array): string => excerpt([...bytes.subarray(0, 12)].map(byte => byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·').join(''))
