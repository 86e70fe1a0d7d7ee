import { readdirSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'
import { parse } from 'vue/compiler-sfc'
import { syntaxOf } from './syntax'

export const root = resolve(import.meta.dirname, '../..')

/** Folders without source code of the project. */
const foreign = new Set(['node_modules', 'out', 'dist', 'build', 'coverage', 'test-results', '.git', '.cache'])

export const isSource = (file: string): boolean => /\.(?:[cm]?[jt]s|[jt]sx|vue)$/.test(file)

/** All files of the project, relative to it, with forward slashes. */
export function projectFiles(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (foreign.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? projectFiles(path) : [relative(root, path).split(sep).join('/')]
  })
}

/** A module name that is not a literal: `import(name)`. */
export const computed = '(computed)'

/**
 * All module names in a file: static, dynamic and type imports, re-exports, `require`, mocks, globs,
 * `new URL(…, import.meta.url)`, reference directives; in a component also `src` and `@import` of a style.
 */
export function importsOf(file: string, source: string): string[] {
  const known = read.get(file)
  if (known?.source === source) return known.imports
  const imports = importsIn(file, source)
  read.set(file, { source, imports })
  return imports
}

/** Several tests examine all files, and parsing is most of the work, so results are cached. */
const read = new Map<string, { readonly source: string, readonly imports: string[] }>()

function importsIn(file: string, source: string): string[] {
  if (!file.endsWith('.vue')) return importsOfScript(file, source)
  const { descriptor } = parse(source, { filename: file })
  const scripts = [descriptor.script, descriptor.scriptSetup].filter(block => block !== null)
  const sources = [...scripts, descriptor.template, ...descriptor.styles].flatMap(block => block?.src ?? [])
  const styles = descriptor.styles.flatMap(style => [...style.content.matchAll(/@import\s+(?:url\()?['"]([^'"]+)/g)].map(match => match[1] ?? ''))
  return [...scripts.flatMap(block => importsOfScript(`${file}.ts`, block.content)), ...sources, ...styles]
}

function importsOfScript(file: string, source: string): string[] {
  const parsed = syntaxOf(source, file)
  const found = [...parsed.referencedFiles, ...parsed.typeReferenceDirectives].map(reference => reference.fileName)
  const visit = (node: ts.Node): void => {
    found.push(...moduleNamesOf(node))
    ts.forEachChild(node, visit)
  }
  visit(parsed)
  return found
}

function moduleNamesOf(node: ts.Node): string[] {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) return literals(node.moduleSpecifier)
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literals(node.argument.literal)
  if (ts.isExternalModuleReference(node)) return literals(node.expression)
  if (ts.isNewExpression(node) && node.expression.getText() === 'URL' && node.arguments?.[1]?.getText() === 'import.meta.url') return literals(node.arguments[0])
  if (ts.isCallExpression(node) && loads(node)) return literals(node.arguments[0])
  return []
}

const loaders = /^(?:import|require|require\.resolve|vi\.(?:mock|doMock|unmock|importActual|importMock)|import\.meta\.(?:glob|resolve))$/

const loads = (call: ts.CallExpression): boolean => loaders.test(call.expression.getText())

function literals(node: ts.Node | undefined): string[] {
  if (node && ts.isStringLiteralLike(node)) return [node.text]
  if (node && ts.isArrayLiteralExpression(node)) return node.elements.flatMap(literals)
  if (node && ts.isCallExpression(node) && loads(node)) return [] // vi.mock(import('…')): the inner one counts
  return [computed]
}
