import { type ErrorCode, type ErrorDetails, FormatError } from '../errors'

/** The error for a rule that a file breaks. @param details at least what was wanted and found, and where */
export const fault = (file: string, code: ErrorCode, details: ErrorDetails = {}): FormatError =>
  new FormatError(code, `${file}: ${code} ${JSON.stringify(details)}`, { file, ...details })

/** Bytes in hexadecimal digits, for a message. */
export const bytesText = (bytes: Uint8Array): string => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(' ') || '–'

/** A tensor's shape, for a message. */
export const shapeText = (dims: readonly number[]): string => `(${dims.slice(0, 20).join(', ')})`
