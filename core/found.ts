const maxLength = 200
const maxItems = 12
const maxDepth = 3
/** Larger ones take long to print. */
const largest = 10n ** 20n

/**
 * Prints an unexpected value for a message: similar to JSON, at most 200 characters.
 * It never throws, whatever the value is, and reads no more of the value than it prints.
 */
export const foundText = (value: unknown): string => value === undefined || value === '' ? '–' : cut(written(value, 0))

/**
 * Shortens a text to 200 characters.
 * @param keep the part that stays: paths keep their end, which names the file
 */
export function cut(text: string, keep: 'start' | 'end' = 'start'): string {
  if (text.length <= maxLength) return text
  // an unpaired surrogate would be displayed as a box
  return keep === 'start' ? `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…` : `…${text.slice(1 - maxLength).replace(/^[\udc00-\udfff]/, '')}`
}

function written(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string': return JSON.stringify(value.slice(0, maxLength))
    case 'bigint': return -largest < value && value < largest ? `${value}n` : 'bigint'
    case 'object': return value === null ? 'null' : Array.isArray(value) ? ofList(value, depth) : ofObject(value, depth)
    case 'number':
    case 'boolean': return String(value)
    default: return typeof value
  }
}

function ofList(list: readonly unknown[], depth: number): string {
  if (depth === maxDepth) return '[…]'
  const items = Array.from({ length: Math.min(list.length, maxItems) }, (_, i) => written(list[i], depth + 1))
  return `[${items.join(',')}${list.length > maxItems ? ',…' : ''}]`
}

function ofObject(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return Object.prototype.toString.call(value).slice('[object '.length, -1)
  if (depth === maxDepth) return '{…}'
  const members: string[] = []
  for (const key in value) {
    if (members.length === maxItems) return `{${members.join(',')},…}`
    members.push(`${written(key, depth)}:${written((value as Readonly<Record<string, unknown>>)[key], depth + 1)}`)
  }
  return `{${members.join(',')}}`
}
