import { extname } from 'node:path'
import ts from 'typescript'

const parsed = new Map<string, ts.SourceFile>()

/**
 * The syntax tree of a script, with parents. Several tests examine all files, and parsing is most of the work, so that
 * trees are kept for all of them; they must not be changed.
 * @param name only its extension matters
 */
export function syntaxOf(content: string, name = 'script.ts'): ts.SourceFile {
  const extension = extname(name)
  const key = `${extension} ${content}`
  const known = parsed.get(key)
  if (known) return known
  const tree = ts.createSourceFile(`script${extension}`, content, ts.ScriptTarget.Latest, true)
  parsed.set(key, tree)
  return tree
}
