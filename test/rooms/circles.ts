import { posix } from 'node:path'
import { importsOf, isSource } from './imports'
import { aliases, entries, rooms } from './rules'

/** Source of each file, by its path from the project's root. */
export type Sources = Readonly<Record<string, string>>

/** Import graph: a file's path to the paths of the files that it imports, types included. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/** @param sources all files; an import of anything else (a package, JSON, a style) is left out */
export function importGraph(sources: Sources): ImportGraph {
  const files = new Set(Object.keys(sources).filter(isSource))
  return new Map([...files].map(file => [file, [...new Set(importsOf(file, sources[file]!).flatMap(specifier => resolved(file, specifier, files)))].sort()]))
}

function resolved(file: string, specifier: string, files: ReadonlySet<string>): string[] {
  const path = specifier.split('?')[0]!
  const entry = entries[path]
  if (entry) return [entry].filter(target => files.has(target))
  const alias = aliases[path]
  if (alias) return [`${rooms[alias]!.folder}/index.ts`].filter(target => files.has(target))
  if (!path.startsWith('.')) return []
  const target = posix.join(posix.dirname(file), path)
  if (target.includes('*')) return [...files].filter(file => file !== target && globOf(target).test(file))
  const found = [target, `${target}.ts`, `${target}.d.ts`, `${target}.mjs`, `${target}/index.ts`, `${target}/index.mjs`].find(name => files.has(name))
  return found === undefined ? [] : [found]
}

/** A pattern of `import.meta.glob`: one star stays within a folder, two cross folders. */
const globOf = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*\*\/|\*/g, star => star === '*' ? '[^/]*' : '(?:.*/)?')}$`)

/**
 * A shortest circle through each group of files that can all reach each other.
 * @returns each circle as its files in order, starting with the alphabetically first; sorted; empty when there is none
 * @source R. Tarjan, "Depth-first search and linear graph algorithms", 1972
 */
export function circlesOf(graph: ImportGraph): string[][] {
  return componentsOf(graph).filter(([first, second]) => second !== undefined || graph.get(first!)!.includes(first!)).map(files => shortestCircle(graph, files)).sort(([a], [b]) => a! < b! ? -1 : 1)
}

/** Strongly connected components. */
export function componentsOf(graph: ImportGraph): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const components: string[][] = []
  const visit = (file: string): void => {
    index.set(file, index.size)
    low.set(file, index.get(file)!)
    stack.push(file)
    onStack.add(file)
    for (const next of graph.get(file) ?? []) {
      if (!index.has(next)) {
        visit(next)
        low.set(file, Math.min(low.get(file)!, low.get(next)!))
      }
      else if (onStack.has(next)) low.set(file, Math.min(low.get(file)!, index.get(next)!))
    }
    if (low.get(file) !== index.get(file)) return
    const component = stack.splice(stack.indexOf(file))
    for (const member of component) onStack.delete(member)
    components.push(component.sort())
  }
  for (const file of graph.keys()) if (!index.has(file)) visit(file)
  return components
}

/** Breadth-first search from each file back to itself, within one component. */
function shortestCircle(graph: ImportGraph, files: readonly string[]): string[] {
  const inside = new Set(files)
  let shortest: string[] = []
  for (const start of files) {
    const cameFrom = new Map<string, string>()
    const queue = [start]
    for (let file = queue.shift(); file !== undefined && !cameFrom.has(start); file = queue.shift()) {
      for (const next of graph.get(file)!) if (inside.has(next) && !cameFrom.has(next)) {
        cameFrom.set(next, file)
        queue.push(next)
      }
    }
    const circle = [start]
    for (let file = cameFrom.get(start)!; file !== start; file = cameFrom.get(file)!) circle.splice(1, 0, file)
    if (shortest.length === 0 || circle.length < shortest.length) shortest = circle
  }
  return shortest
}
