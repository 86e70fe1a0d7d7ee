/** Where two JSON values differ; `wanted` is undefined for a field that is unknown. */
export interface Difference { readonly field: string, readonly wanted: unknown, readonly found: unknown }

/**
 * Finds the first field of a value that a checked copy of it lacks, or in which it differs. Fields that only the copy has do not count.
 * @param field path of the value: 'config'
 */
export function difference(given: unknown, checked: unknown, field: string): Difference | null {
  if (!isTree(given) || !isTree(checked) || Array.isArray(given) !== Array.isArray(checked)) return given === checked ? null : { field, wanted: checked, found: given }
  if (Array.isArray(given) && given.length !== (checked as unknown as readonly unknown[]).length) return { field, wanted: checked, found: given }
  for (const [key, value] of Object.entries(given)) {
    const found = difference(value, Object.hasOwn(checked, key) ? checked[key] : undefined, Array.isArray(given) ? `${field}[${key}]` : `${field}.${key}`)
    if (found) return found
  }
  return null
}

const isTree = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
