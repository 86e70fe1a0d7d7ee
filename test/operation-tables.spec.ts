import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { operations } from '../core/graph/operations'
import { isSource, projectFiles, root } from './rooms/imports'
import { syntaxOf } from './rooms/syntax'

/** Layer kinds have the same names and a registry of their own. */
const layerKinds = new Set(['affine', 'relu', 'sigmoid', 'tanh', 'softmax', 'softmaxWithLoss', 'identityWithLoss'])
const names = new Set(operations().map(({ name }) => name).filter(name => !layerKinds.has(name)))
/** One or two words such as max and sum belong to other things, too. */
const most = 2

/** The tables of a source by operation names: objects, lists, sets and switches. */
function tablesIn(source: string): readonly string[] {
  const tables: string[] = []
  const visit = (node: ts.Node): void => {
    const keys = ts.isObjectLiteralExpression(node)
      ? node.properties.flatMap(({ name }) => name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? [name.text] : [])
      : ts.isArrayLiteralExpression(node)
        ? node.elements.flatMap(element => ts.isStringLiteral(element) ? [element.text] : [])
        : ts.isCaseBlock(node) ? node.clauses.flatMap(clause => ts.isCaseClause(clause) && ts.isStringLiteral(clause.expression) ? [clause.expression.text] : []) : []
    const found = keys.filter(key => names.has(key))
    if (found.length > most) tables.push(found.join(', '))
    ts.forEachChild(node, visit)
  }
  visit(syntaxOf(source))
  return tables
}

const scriptsOf = (file: string, text: string): string =>
  file.endsWith('.vue') ? Array.from(text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g), ([, script]) => script).join('\n') : text

test('no file but an operation\'s own holds a table by operation names', () => {
  const files = projectFiles().filter(file => isSource(file) && /^(core|electron|renderer)\//.test(file) && !file.startsWith('core/graph/operations/'))
  expect(files.length).toBeGreaterThan(100)
  expect(files.flatMap(file => tablesIn(scriptsOf(file, readFileSync(join(root, file), 'utf8'))).map(table => `${file}: ${table}`))).toEqual([])
})

test.each([
  'const symbols = { add: \'+\', sub: \'-\', mul: \'*\' }', 'const ordered = new Set([\'sub\', \'div\', \'pow\'])', 'switch (node.operation) { case \'add\': case \'dot\': return 1; case \'mul\': return 2 }',
])('such a table would be found: %s', (source) => {
  expect(tablesIn(source)).toHaveLength(1)
})
