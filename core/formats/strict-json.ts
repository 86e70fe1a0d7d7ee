/**
 * The keys that stand twice in one object of a JSON text: `JSON.parse` would hide the first of them.
 * @param text valid JSON
 * @returns the first such key, undefined when there is none
 */
export function duplicateKey(text: string): string | undefined {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g
  const scopes: (Set<string> | null)[] = [] // null: an array
  let last = ''
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found] = match
    if (found === '{') scopes.push(new Set())
    else if (found === '[') scopes.push(null)
    else if (found === '}' || found === ']') scopes.pop()
    else if (found === ':') {
      const key = JSON.parse(last) as string
      const keys = scopes.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
    last = found
  }
  return undefined
}
