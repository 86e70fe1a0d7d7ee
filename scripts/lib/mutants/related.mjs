import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import ts from 'typescript'
import { parse } from 'vue/compiler-sfc'

// Finds the tests that reach a file. `vitest related` also follows imports, but treats a room's index as a unit (a test that
// uses one function of core would reach all of core), and misses files that a test bundles and starts by path.

/** @typedef {{ specifier: string, names: readonly string[] | null }} Import null means all names */
/** @typedef {{ imports: Import[], exports: (Import & { as: readonly string[] | null })[], declared: ReadonlySet<string>, barrel: boolean }} Module */

const folders = ['core', 'electron', 'renderer', 'test']
const endings = ['', '.ts', '.vue', '.mjs', '/index.ts']
/** @type {Readonly<Record<string, string>>} */
const aliases = { '@core': 'core/index.ts', '@contract': 'electron/contract/index.ts', '@lessons': 'electron/contract/lessons/index.ts', '@terminal': 'electron/contract/terminal/index.ts', '@files': 'electron/files/index.ts', '@kernels': 'electron/kernels/index.ts' }

/** Import graph of a project, which yields the tests that reach a file. */
export class Relations {
  /** @type {Map<string, Module>} */
  #modules = new Map()
  /** @type {Map<string, Set<string>>} file → files that import it directly */
  #users = new Map()

  /** @param {string} root */
  constructor(root) {
    this.root = root
    for (const file of sourcesBelow(root)) this.#modules.set(file, readModule(file, readFileSync(join(root, file), 'utf8')))
    for (const [file, module] of this.#modules) {
      for (const { specifier, names } of [...module.imports, ...module.barrel ? [] : module.exports]) {
        for (const target of this.#targets(file, specifier, names)) this.#use(target, file)
      }
    }
  }

  /**
   * The test files of the same part (core, electron or renderer) that reach the file, nearest first, led by the one of the same name.
   * @param {string} file
   * @returns {{ spec: string, distance: number }[]}
   */
  specsOf(file) {
    const own = `test/${file.split('/')[0]}/`
    const distances = new Map([[file, 0]])
    for (const [user, distance] of distances) {
      for (const next of this.#users.get(user) ?? []) if (!distances.has(next)) distances.set(next, distance + 1)
    }
    return [...distances].filter(([name]) => name.startsWith(own) && name.endsWith('.spec.ts')).map(([spec, distance]) => ({ spec, distance: nameOf(spec) === nameOf(file) ? 0 : distance })).sort((a, b) => a.distance - b.distance || (a.spec < b.spec ? -1 : 1))
  }

  /** @param {string} target @param {string} user */
  #use(target, user) {
    const users = this.#users.get(target) ?? new Set()
    users.add(user)
    this.#users.set(target, users)
  }

  /**
   * The files that an import reaches, following re-exports of index files.
   * @param {string} from
   * @param {string} specifier
   * @param {readonly string[] | null} names
   * @returns {string[]}
   */
  #targets(from, specifier, names) {
    const target = this.#resolve(from, specifier)
    const module = target === null ? undefined : this.#modules.get(target)
    if (target === null || !module) return []
    if (!module.barrel) return [target]
    if (names === null) return module.exports.flatMap(entry => this.#targets(target, entry.specifier, entry.names))
    return names.flatMap((name) => {
      const entry = module.exports.find(({ as }) => as?.includes(name)) ?? module.exports.find(({ as, specifier }) => as === null && this.#offers(target, specifier, name))
      if (!entry) return module.exports.flatMap(entry => this.#targets(target, entry.specifier, entry.names))
      return this.#targets(target, entry.specifier, [entry.names?.[entry.as?.indexOf(name) ?? 0] ?? name])
    })
  }

  /** @param {string} from @param {string} specifier @param {string} name @returns {boolean} */
  #offers(from, specifier, name) {
    const target = this.#resolve(from, specifier)
    const module = target === null ? undefined : this.#modules.get(target)
    if (target === null || !module) return false
    return module.declared.has(name) || module.exports.some(entry => entry.as?.includes(name) ?? this.#offers(target, entry.specifier, name))
  }

  /** @param {string} from @param {string} specifier */
  #resolve(from, specifier) {
    const path = specifier.split('?')[0] ?? ''
    const alias = aliases[path]
    if (alias) return this.#modules.has(alias) ? alias : null
    const bases = path.startsWith('.') ? [posix.join(dirname(from), path)] : [posix.join(dirname(from), path), posix.normalize(path)]
    return bases.flatMap(base => endings.map(ending => base + ending)).find(name => this.#modules.has(name)) ?? null
  }
}

/** @param {string} file */
const nameOf = file => posix.basename(file).replace(/(?:\.spec)?\.\w+$/, '').toLowerCase()

/** @param {string} root */
function sourcesBelow(root) {
  const present = folders.filter(folder => existsSync(join(root, folder)) && statSync(join(root, folder)).isDirectory())
  return present.flatMap(folder => readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && /\.(?:ts|vue|mjs)$/.test(entry.name))
    .map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(file => !file.includes('node_modules/')))
}

/** @param {string} file @param {string} text @returns {Module} */
function readModule(file, text) {
  const { descriptor } = file.endsWith('.vue') ? parse(text, { filename: file }) : { descriptor: null }
  const content = descriptor ? [descriptor.script?.content, descriptor.scriptSetup?.content].join('\n') : text
  const source = ts.createSourceFile(`${file}.ts`, content, ts.ScriptTarget.Latest, true)
  /** @type {Module} */
  const module = { imports: [], exports: [], declared: new Set(), barrel: false }
  /** @type {Set<string>} */
  const declared = new Set()
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) module.imports.push(...importsOf(statement))
    else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier && ts.isStringLiteral(statement.moduleSpecifier)) {
      if (!statement.isTypeOnly) module.exports.push(exportOf(statement, statement.moduleSpecifier.text))
    }
    else namesOf(statement).forEach(name => declared.add(name))
  }
  module.imports.push(...pathsIn(source, file.startsWith('test/')))
  module.declared = declared
  module.barrel = posix.basename(file) === 'index.ts' && source.statements.every(statement => ts.isExportDeclaration(statement) && statement.moduleSpecifier)
  return module
}

/** Type imports do not exist at run time. @param {ts.ImportDeclaration} statement @returns {Import[]} */
function importsOf({ importClause, moduleSpecifier }) {
  if (!ts.isStringLiteral(moduleSpecifier)) return []
  const specifier = moduleSpecifier.text
  if (!importClause) return [{ specifier, names: null }]
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return []
  const { namedBindings } = importClause
  if (!namedBindings || ts.isNamespaceImport(namedBindings)) return [{ specifier, names: null }]
  const names = namedBindings.elements.filter(element => !element.isTypeOnly).map(element => (element.propertyName ?? element.name).text)
  return names.length > 0 || importClause.name ? [{ specifier, names: importClause.name ? null : names }] : []
}

/** @param {ts.ExportDeclaration} statement @param {string} specifier */
function exportOf({ exportClause }, specifier) {
  if (!exportClause || ts.isNamespaceExport(exportClause)) return { specifier, names: null, as: null }
  const values = exportClause.elements.filter(element => !element.isTypeOnly)
  return { specifier, names: values.map(element => (element.propertyName ?? element.name).text), as: values.map(element => element.name.text) }
}

/** @param {ts.Statement} statement @returns {string[]} */
function namesOf(statement) {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => ts.isIdentifier(name) ? [name.text] : name.elements.flatMap(element => ts.isBindingElement(element) && ts.isIdentifier(element.name) ? [element.name.text] : []))
  if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name) return [statement.name.text]
  return []
}

/**
 * Dynamic imports and, in tests, files that are bundled by path.
 * @param {ts.SourceFile} source
 * @param {boolean} isTest
 */
function pathsIn(source, isTest) {
  /** @type {Import[]} */
  const found = []
  /** @param {ts.Node} node */
  const visit = (node) => {
    const loaded = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments[0] : undefined
    if (loaded && ts.isStringLiteralLike(loaded)) found.push({ specifier: loaded.text, names: null })
    else if (isTest && ts.isStringLiteralLike(node) && /\.(?:ts|vue|mjs)$/.test(node.text) && !ts.isImportDeclaration(node.parent)) found.push({ specifier: node.text, names: null })
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}
