import { cut, type ErrorCode, type ErrorDetails, LabError } from '@core'

/** An error as it crosses a thread or process border. */
export interface WireError {
  readonly code: ErrorCode
  /** English, for logs */
  readonly message: string
  readonly details: ErrorDetails
}

/** What every request answers: errors are values, since `invoke` would keep only their message. */
export type Reply<T> = { readonly ok: true, readonly value: T } | { readonly ok: false, readonly error: WireError }

/** Every text at most 200 characters long: an error may quote what was sent, and that may be anything. */
export function toWire(cause: unknown): WireError {
  if (cause instanceof LabError) return { code: cause.code, message: cut(cause.message), details: short(cause.details) }
  const message = cut(messageOf(cause))
  return { code: 'internal', message, details: { found: message } }
}

const short = (details: ErrorDetails): ErrorDetails =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => [key, typeof value === 'string' ? cut(value, key === 'file' ? 'end' : 'start') : value]))

/** Anything can be thrown, also what cannot be made a text. */
function messageOf(cause: unknown): string {
  try { return cause instanceof Error ? String(cause.message) : String(cause) }
  catch { return typeof cause }
}

export const fromWire = ({ code, message, details }: WireError): LabError => new LabError(code, message, details)

/** Runs a handler and turns what it throws into a reply: it never rejects. */
export async function replyOf<T>(work: () => T | Promise<T>): Promise<Reply<T>> {
  try { return { ok: true, value: await work() } }
  catch (cause) { return { ok: false, error: toWire(cause) } }
}
