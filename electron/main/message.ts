import { type Channel, type RequestArg, requests } from '@contract'
import { LabError } from '@core'
import * as v from 'valibot'

/** Upper limits for messages from the window. The largest is a graph, whose file may have 1 MB. */
const limits = { entries: 600_000, characters: 2 ** 21, depth: 16, keys: 2_000, bytes: 2 ** 16 }

/** Checks a request's argument. @throws LabError ipc.schema when it does not match the channel's schema */
export function checkArg<K extends Channel>(channel: K, arg: unknown): RequestArg<K> {
  const refused = rejectionOf(arg)
  if (refused !== null) throw new LabError('ipc.schema', `${channel}: ${refused}`, { found: channel })
  const result = v.safeParse(requests[channel].arg as v.GenericSchema<unknown, RequestArg<K>>, arg)
  if (result.success) return result.output
  throw new LabError('ipc.schema', `${channel}: ${result.issues[0].message}`, { found: channel })
}

/**
 * Runs before the schema, which may walk a whole message several times and copy it into its error.
 * @returns why the message is rejected (not a plain object, or too large); null when the schema may check it
 */
export function rejectionOf(message: unknown): string | null {
  if (typeof message === 'object' && message !== null && !isPlain(message)) return 'not a plain object'
  const budget = { entries: limits.entries, characters: limits.characters }
  return excessOf(budget, message, 0)
}

function excessOf(budget: { entries: number, characters: number }, value: unknown, depth: number): string | null {
  if (typeof value === 'string') return (budget.characters -= value.length) < 0 ? `more than ${limits.characters} characters` : null
  if (typeof value !== 'object' || value === null) return null
  if (ArrayBuffer.isView(value)) return value.byteLength > limits.bytes ? `a list of more than ${limits.bytes} bytes` : null
  if (depth === limits.depth) return `more than ${limits.depth} levels`
  if (Array.isArray(value)) return excessEntries(budget, value.length) ?? firstFound(value as unknown[], item => excessOf(budget, item, depth + 1))
  if (!isPlain(value)) return 'not a plain object'
  let keys = 0
  for (const key in value) {
    if (++keys > limits.keys) return `more than ${limits.keys} keys`
    const found = excessOf(budget, key, depth) ?? excessOf(budget, (value as Readonly<Record<string, unknown>>)[key], depth + 1)
    if (found !== null) return found
  }
  return excessEntries(budget, keys)
}

const excessEntries = (budget: { entries: number }, count: number): string | null => (budget.entries -= count) < 0 ? `more than ${limits.entries} entries` : null

function firstFound<T>(list: readonly T[], find: (item: T) => string | null): string | null {
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
