import { FormatError } from '@core'

/** A hand-made safetensors file with any header text or bytes and any data. */
export function safetensorsOf(header: string | Uint8Array, data: ArrayLike<number> = [], length?: bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

/** A hand-made IDX file, big-endian. */
export function idxOf(magic: number, dimensions: readonly number[], data: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dimensions.length + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic)
  dimensions.forEach((n, i) => view.setUint32(4 + 4 * i, n))
  bytes.set(data, 4 + 4 * dimensions.length)
  return bytes
}

/** The FormatError that the work throws, as its code and details; any other error is rethrown. */
export function refusal(work: () => unknown): Record<string, unknown> {
  try { work() }
  catch (cause) {
    if (cause instanceof FormatError) return { code: cause.code, ...cause.details }
    throw cause
  }
  return { code: 'none: it was accepted' }
}
