import { posix } from 'node:path'
import ts from 'typescript'
import { isSource } from './imports'
import { syntaxOf } from './syntax'

/** Files by their path from the project's root, each with its source. */
export type Sources = Readonly<Record<string, string>>

/**
 * Exported values that no other of these files imports: dead code, or a declaration that need not leave its file. Tests
 * may look at what its own file uses. A file that is imported as a whole (`import * as`, `import()`, a glob) counts as
 * used in all its parts. Types are left out: the types of other exports are named by them.
 * @returns 'renderer/lib/keys.ts: isComposing', sorted
 */
export function unusedExports(sources: Sources, tests: Sources = {}): string[] {
  const files = Object.keys(sources).filter(isSource)
  const trees = new Map(files.map(file => [file, scriptsOf(file, sources[file]!)]))
  const used = new Set(files.flatMap(file => trees.get(file)!.flatMap(script => usesOf(file, script, files))))
  const tested = new Set(Object.entries(tests).flatMap(([file, source]) => scriptsOf(file, headOf(source)).flatMap(script => usesOf(file, script, files))))
  const isUsed = (file: string, name: string) => used.has(`${file}: ${name}`) || used.has(`${file}: *`)
    || (tested.has(`${file}: ${name}`) && trees.get(file)!.some(script => countOf(script, name) > 1))
  return files.flatMap(file => trees.get(file)!.flatMap(exportsOf).filter(name => !isUsed(file, name)).map(name => `${file}: ${name}`)).sort()
}

/** A test's imports stand above all else: the rest need not be parsed. */
const headOf = (source: string): string => source.slice(0, Math.max(0, ...Array.from(source.matchAll(/^(?:import|\}) .*from .*$/gm), ({ index, 0: line }) => index + line.length)))

/** How often a script names something, its declaration included. */
function countOf(script: ts.SourceFile, name: string): number {
  let count = 0
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name) count++
    ts.forEachChild(node, visit)
  }
  visit(script)
  return count
}

function scriptsOf(file: string, source: string): ts.SourceFile[] {
  if (!file.endsWith('.vue')) return [syntaxOf(source)]
  // components are many, and of them only the scripts are wanted
  return Array.from(source.matchAll(/^<script[^>]*>$(.*?)^<\/script>$|<script[^>]*>(.*?)<\/script>/gms), ([, block, inline]) => syntaxOf(block ?? inline!))
}

/** The names of the values that a script exports; `export *` and `export { a } from` only pass on. */
function exportsOf(script: ts.SourceFile): string[] {
  return script.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) return !statement.moduleSpecifier && statement.exportClause && ts.isNamedExports(statement.exportClause) ? statement.exportClause.elements.map(({ name }) => name.text) : []
    if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return []
    if (ts.getModifiers(statement)!.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) return []
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name))
    return (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name ? [statement.name.text] : []
  })
}

const namesIn = (name: ts.BindingName): string[] => ts.isIdentifier(name) ? [name.text] : name.elements.flatMap(element => ts.isOmittedExpression(element) ? [] : namesIn(element.name))

/** What a script takes from other files, as 'FILE: NAME' or 'FILE: *'. */
function usesOf(file: string, script: ts.SourceFile, files: readonly string[]): string[] {
  const found: string[] = []
  const take = (specifier: ts.Node | undefined, names: readonly string[]) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return
    const targets = targetsOf(file, specifier.text, files)
    found.push(...targets.flatMap(target => names.map(name => `${target}: ${name}`)))
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && node.importClause?.namedBindings) {
      const { namedBindings } = node.importClause
      take(node.moduleSpecifier, ts.isNamedImports(namedBindings) ? namedBindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text) : ['*'])
    }
    if (ts.isExportDeclaration(node)) take(node.moduleSpecifier, node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text) : ['*'])
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) take(node.argument.literal, ['*'])
    if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'import.meta.glob')) take(node.arguments[0], ['*'])
    ts.forEachChild(node, visit)
  }
  // only what is imported in the middle of a script needs the whole tree
  if (/\bimport\s*\(|import\.meta\.glob/.test(script.text)) visit(script)
  else script.statements.filter(statement => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)).forEach(visit)
  return found
}

function targetsOf(file: string, specifier: string, files: readonly string[]): string[] {
  if (!specifier.startsWith('.')) return []
  const path = posix.join(posix.dirname(file), specifier.split('?')[0]!)
  // of a glob everything counts below the folder that it begins with
  if (path.includes('*')) return files.filter(other => other.startsWith(path.slice(0, path.indexOf('*'))))
  return [path, `${path}.ts`, `${path}/index.ts`].filter(name => files.includes(name)).slice(0, 1)
}
