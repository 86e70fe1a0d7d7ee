import { limits } from '../config'
import type { FormatError, LabError } from '../errors'
import { foundText } from '../found'
import type { LayerRegistry } from '../layers/registry'
import { difference } from './difference'

/** The file that is read, and the errors to throw. @param field 'recipe.config.batchSize', or a tensor's name */
export interface Reading {
  readonly file: string
  /** Version of the lab that wrote it */
  readonly version: string
  readonly registry: LayerRegistry | undefined
  invalid(field: string, wanted: string, found: unknown): FormatError
  unknown(field: string): FormatError
  /** The settings are not usable in this version. */
  unusable(cause: LabError): FormatError
}

/** @throws FormatError naming the first field of `given` that is unknown or has another value than the checked one */
export function same(given: unknown, checked: unknown, field: string, reading: Reading): void {
  const place = difference(given, checked, field)
  if (place) throw place.wanted === undefined ? reading.unknown(place.field) : reading.invalid(place.field, foundText(place.wanted), place.found)
}

/** Value of a JSON text; another text is returned as it is, so that the error shows it. */
export function parse(text: string): unknown {
  try { return JSON.parse(text) }
  catch { return text }
}

/** @throws FormatError when the value is no object */
export function object(value: unknown, field: string, reading: Reading): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw reading.invalid(field, '{…}', value)
}

/** @throws FormatError naming the first field of an object that is not a known one */
export function onlyKnown(value: Readonly<Record<string, unknown>>, known: readonly string[], field: string, reading: Reading): void {
  const unknown = Object.keys(value).find(name => !known.includes(name))
  if (unknown !== undefined) throw reading.unknown(`${field}.${unknown}`)
}

/** @throws FormatError when the value is no array */
export function list(value: unknown, field: string, reading: Reading): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw reading.invalid(field, '[…]', value)
}

/** @throws FormatError when the value is no number of steps */
export function count(value: unknown, field: string, reading: Reading): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= limits.iterations) return value
  throw reading.invalid(field, `0, 1, …, ${limits.iterations}`, value)
}
