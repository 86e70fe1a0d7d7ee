/** More than the window ever sends: the largest is a graph, whose file may have 1 MB. */
const most = { entries: 600_000, characters: 2 ** 21, depth: 16, keys: 2_000, bytes: 2 ** 16 }

/**
 * Looks at a message before its schema does, which may walk all of it more than once and copy it into its complaint.
 * @returns why it is refused: what is no plain object, or larger than any message of the window's; null when it may be looked at
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
