import { type Channel, type RequestArg, requests } from '@contract'
import { LabError } from '@core'
import * as v from 'valibot'

/** Upper limits for messages from the window. The largest is a graph, whose file may have 1 MB. */
const most = { entries: 600_000, characters: 2 ** 21, depth: 16, keys: 2_000, bytes: 2 ** 16 }

/** Checks a request's argument. @throws LabError ipc.schema when it does not match the channel's schema */
export function checkArg<K extends Channel>(channel: K, arg: unknown): RequestArg<K> {
  const refused = tooMuch(arg)
  if (refused !== null) throw new LabError('ipc.schema', `${channel}: ${refused}`, { found: channel })
  const result = v.safeParse(requests[channel].arg as v.GenericSchema<unknown, RequestArg<K>>, arg)
  if (result.success) return result.output
  throw new LabError('ipc.schema', `${channel}: ${result.issues[0].message}`, { found: channel })
}

/**
 * Runs before the schema, which may walk a whole message several times and copy it into its error.
 * @returns why the message is rejected (not a plain object, or too large); null when the schema may check it
 */
export function tooMuch(message: unknown): string | null {
  if (typeof message === 'object' && message !== null && !isPlain(message)) return 'no plain object'
  const left = { entries: most.entries, characters: most.characters }
  return largerThan(left, message, 0)
}

function largerThan(left: { entries: number, characters: number }, value: unknown, depth: number): string | null {
  if (typeof value === 'string') return (left.characters -= value.length) < 0 ? `more than ${most.characters} characters` : null
  if (typeof value !== 'object' || value === null) return null
  if (ArrayBuffer.isView(value)) return value.byteLength > most.bytes ? `a list of more than ${most.bytes} bytes` : null
  if (depth === most.depth) return `more than ${most.depth} levels`
  if (Array.isArray(value)) return manyEntries(left, value.length) ?? firstOf(value as unknown[], item => largerThan(left, item, depth + 1))
  if (!isPlain(value)) return 'no plain object'
  let keys = 0
  for (const key in value) {
    if (++keys > most.keys) return `more than ${most.keys} keys`
    const found = largerThan(left, key, depth) ?? largerThan(left, (value as Readonly<Record<string, unknown>>)[key], depth + 1)
    if (found !== null) return found
  }
  return manyEntries(left, keys)
}

const manyEntries = (left: { entries: number }, count: number): string | null => (left.entries -= count) < 0 ? `more than ${most.entries} entries` : null

function firstOf<T>(list: readonly T[], find: (item: T) => string | null): string | null {
  for (const item of list) {
    const found = find(item)
    if (found !== null) return found
  }
  return null
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
