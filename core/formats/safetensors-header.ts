import { type ErrorCode, FormatError } from '../errors'
import { excerpt } from '../typed/excerpt'
import { fileKind } from './file-kind'
import { JsonReader, type Refuse } from './json-reader'

/** Supported number formats with their sizes in bytes; F16 and BF16 are converted to float32. */
export const dtypes = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const
export type Dtype = keyof typeof dtypes

/** Position and format of a tensor in the file. */
export interface TensorPlace {
  /** As written in the file; only those in `dtypes` can be read */
  readonly dtype: string
  readonly shape: readonly number[]
  /** Byte offsets in the file; `to` is exclusive */
  readonly from: number
  readonly to: number
}

/** Everything in a safetensors file except the tensors' data. */
export interface SafetensorsHeader {
  /** Ordered by their offsets */
  readonly tensors: ReadonlyMap<string, TensorPlace>
  readonly metadata: ReadonlyMap<string, string>
}

/** The lab's own headers take a few hundred bytes; larger ones cost seconds and gigabytes to parse. */
export const maxHeaderBytes = 2_000_000
/** Limit for tensors, and for entries of the metadata */
const maxEntries = 1_000
/** The format's own limit: a larger length means a different file format. */
const maxFormatHeader = 100_000_000
const lengthBytes = 8

type Fail = (code: ErrorCode, wanted: string, found: string) => FormatError
export const failing = (file: string): Fail => (code, wanted, found) =>
  new FormatError(code, `${file}: ${code}: wanted ${wanted}, found ${found}`, { file, wanted, found })

/**
 * Size of the header with its length field, so that only those bytes need to be read.
 * @param start the file's first bytes: at least 256, or all of them
 * @param file its name, for the message
 * @param fileBytes size of the whole file
 * @throws FormatError safetensors.empty, truncated, foreign, kind, pytorch, headerSize
 */
export function safetensorsHeaderEnd(start: Uint8Array, file: string, fileBytes = start.length): number {
  const fail = failing(file)
  if (fileBytes === 0) throw fail('safetensors.empty', 'a safetensors file', '0 bytes')
  if (start.length < lengthBytes) throw fail('safetensors.truncated', `at least ${lengthBytes} bytes`, `${start.length} bytes`)
  const length = new DataView(start.buffer, start.byteOffset, start.byteLength).getBigUint64(0, true)
  // A file of another format has an absurd header length, or no header after it.
  if (length > BigInt(maxFormatHeader) || (start.length > lengthBytes && start[lengthBytes] !== 0x7b)) throw foreign(start, fail)
  const end = lengthBytes + Number(length)
  if (end > fileBytes) throw fail('safetensors.truncated', `${end} bytes`, `${fileBytes} bytes`)
  if (Number(length) > maxHeaderBytes) throw fail('safetensors.headerSize', `${maxHeaderBytes / 1e6} MB`, `${Math.ceil(Number(length) / 1e6)} MB`)
  return end
}

/**
 * Reads a safetensors header strictly: violations of the format are errors, not repaired. No tensor data is read.
 * @param start the file's first bytes: at least up to `safetensorsHeaderEnd`
 * @param file its name, for the message
 * @param fileBytes size of the whole file
 * @throws FormatError safetensors.*, with what was wanted and found
 * @source https://github.com/huggingface/safetensors, "Format"
 */
export function readSafetensorsHeader(start: Uint8Array, file: string, fileBytes = start.length): SafetensorsHeader {
  const fail = failing(file)
  const first = safetensorsHeaderEnd(start, file, fileBytes)
  const { entries, metadata } = parseHeader(decode(start.subarray(lengthBytes, first), fail), first, fail)
  entries.sort(([, a], [, b]) => a.from - b.from || a.to - b.to)
  let end = first
  for (const [name, { from, to }] of entries) { // no gaps, no overlaps
    if (from !== end) throw fail('safetensors.offsets', `${excerpt(name)}: ${end - first}`, String(from - first))
    end = to
  }
  if (end > fileBytes) throw fail('safetensors.truncated', `${end} bytes`, `${fileBytes} bytes`)
  if (end < fileBytes) throw fail('safetensors.trailing', `${end}`, `${fileBytes - end}`)
  return { metadata, tensors: new Map(entries) }
}

function foreign(start: Uint8Array, fail: Fail): FormatError {
  const kind = fileKind(start)
  if (kind === null) return fail('safetensors.foreign', 'safetensors', startOf(start))
  return fail(kind.startsWith('PyTorch') ? 'safetensors.pytorch' : 'safetensors.kind', 'safetensors', kind)
}

/** @throws FormatError safetensors.dtype naming the tensor and its number format */
export function readableDtype(name: string, dtype: string, file: string): Dtype {
  if (isDtype(dtype)) return dtype
  throw failing(file)('safetensors.dtype', Object.keys(dtypes).join(', '), `${excerpt(name)}: ${excerpt(dtype)}`)
}

function decode(bytes: Uint8Array, fail: Fail): string {
  try { return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  catch { throw fail('safetensors.header', 'UTF-8', startOf(bytes)) }
}

function parseHeader(text: string, first: number, fail: Fail): { entries: [string, TensorPlace][], metadata: Map<string, string> } {
  const json = new JsonReader(text, key => fail('safetensors.duplicate', '1', excerpt(key)))
  const refuse: Refuse = (wanted, found) => fail('safetensors.header', wanted, found)
  const refuseMetadata: Refuse = (wanted, found) => fail('safetensors.metadata', wanted, found)
  const checkCount = (count: number): void => { if (count >= maxEntries) throw fail('safetensors.tooMany', `${maxEntries}`, `> ${maxEntries}`) }
  const entries: [string, TensorPlace][] = []
  const metadata = new Map<string, string>()
  json.object(refuse, (name) => {
    if (name === '__metadata__') return json.object(refuseMetadata, (key) => {
      checkCount(metadata.size)
      metadata.set(key, json.string(refuseMetadata))
    })
    checkCount(entries.length)
    entries.push([name, parseEntry(json, name, first, fail)])
  })
  json.end(refuse)
  return { entries, metadata }
}

function parseEntry(json: JsonReader, name: string, first: number, fail: Fail): TensorPlace {
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
  const { dtype, shape, offsets } = entry
  if (dtype === undefined) throw refuseDtype('', '–')
  if (!shape) throw refuse('safetensors.header', 'shape ')('[…]', '–')
  const [from, to, ...more] = offsets ?? []
  if (from === undefined || to === undefined || more.length > 0 || to < from)
    throw refuse('safetensors.offsets', 'data_offsets ')('[from, to]', offsets ? excerpt(`[${offsets.slice(0, 8).join(', ')}]`) : '–')
  // the size of an unknown dtype cannot be checked, and is not needed
  const size = isDtype(dtype) ? bytesOf(shape, dtypes[dtype]) : to - from
  if (to - from !== size) throw fail('safetensors.offsets', `${label}: ${size ?? '< 2^53'} bytes`, `${to - from} bytes`)
  return { dtype, shape, from: first + from, to: first + to }
}

/** Bytes of a tensor; null if any intermediate product overflows, even when a later 0 makes the result 0. */
function bytesOf(shape: readonly number[], each: number): number | null {
  let size = each
  for (const n of shape) {
    size *= n
    if (!Number.isSafeInteger(size)) return null
  }
  return size
}

const isDtype = (name: string): name is Dtype => Object.hasOwn(dtypes, name)
const startOf = (bytes: Uint8Array): string => excerpt([...bytes.subarray(0, 12)].map(byte => byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·').join(''))
