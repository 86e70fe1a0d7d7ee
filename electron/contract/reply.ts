import { cut, type ErrorCode, type ErrorDetails, LabError } from '@core'

/** An error in the form that crosses threads and processes. */
export interface WireError {
  readonly code: ErrorCode
  /** English, for logs */
  readonly message: string
  readonly details: ErrorDetails
}

/** The reply to a request. Errors are values, because `invoke` would keep only their message. */
export type Reply<T> = { readonly ok: true, readonly value: T } | { readonly ok: false, readonly error: WireError }

/** Cuts every text to 200 characters: an error may quote its input, which can be of any size. */
export function toWire(cause: unknown): WireError {
  if (cause instanceof LabError) return { code: cause.code, message: cut(cause.message), details: short(cause.details) }
  const message = cut(messageOf(cause))
  return { code: 'internal', message, details: { found: message } }
}

const short = (details: ErrorDetails): ErrorDetails =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => [key, typeof value === 'string' ? cut(value, key === 'file' ? 'end' : 'start') : value]))

/** Any value can be thrown, even one that has no string form. */
function messageOf(cause: unknown): string {
  try { return cause instanceof Error ? String(cause.message) : String(cause) }
  catch { return typeof cause }
}

export const fromWire = ({ code, message, details }: WireError): LabError => new LabError(code, message, details)

/** Runs a handler and converts what it throws into a reply: never rejects. */
export async function replyOf<T>(work: () => T | Promise<T>): Promise<Reply<T>> {
  try { return { ok: true, value: await work() } }
  catch (cause) { return { ok: false, error: toWire(cause) } }
}
