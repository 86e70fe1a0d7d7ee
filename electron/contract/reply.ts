import { type ErrorCode, type ErrorDetails, LabError } from '@core'

/** An error as it crosses a thread or process border. */
export interface WireError {
  readonly code: ErrorCode
  /** English, for logs */
  readonly message: string
  readonly details: ErrorDetails
}

/** What every request answers: errors are values, since `invoke` would keep only their message. */
export type Reply<T> = { readonly ok: true, readonly value: T } | { readonly ok: false, readonly error: WireError }

export function toWire(cause: unknown): WireError {
  if (cause instanceof LabError) return { code: cause.code, message: cause.message, details: cause.details }
  const message = cause instanceof Error ? cause.message : String(cause)
  return { code: 'internal', message, details: { found: message } }
}

export const fromWire = ({ code, message, details }: WireError): LabError => new LabError(code, message, details)

/** Runs a handler and turns what it throws into a reply. */
export async function replyOf<T>(work: () => T | Promise<T>): Promise<Reply<T>> {
  try { return { ok: true, value: await work() } }
  catch (cause) { return { ok: false, error: toWire(cause) } }
}
