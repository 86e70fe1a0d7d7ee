import ts from 'typescript'
import { parse } from 'vue/compiler-sfc'

/**
 * A single change to a source file.
 * @typedef {{ start: number, end: number, line: number, old: string, new: string, kind: string }} Mutation
 * @typedef {readonly [node: ts.Node, replacement: string, kind: string]} Found
 */

const kinds = ts.SyntaxKind

/** Replacements of each operator; the table shows the first letters of a kind. */
const operators = new Map([
  [kinds.LessThanToken, ['<=', 'boundary']], [kinds.LessThanEqualsToken, ['<', 'boundary']],
  [kinds.GreaterThanToken, ['>=', 'boundary']], [kinds.GreaterThanEqualsToken, ['>', 'boundary']],
  [kinds.EqualsEqualsEqualsToken, ['!==', 'condition']], [kinds.ExclamationEqualsEqualsToken, ['===', 'condition']],
  [kinds.PlusToken, ['-', 'arithmetic']], [kinds.MinusToken, ['+', 'arithmetic']],
  [kinds.AsteriskToken, ['/', 'arithmetic']], [kinds.SlashToken, ['*', 'arithmetic']],
  [kinds.PercentToken, ['*', 'arithmetic']], [kinds.AsteriskAsteriskToken, ['*', 'arithmetic']],
  [kinds.PlusEqualsToken, ['-=', 'arithmetic']], [kinds.MinusEqualsToken, ['+=', 'arithmetic']],
  [kinds.AsteriskEqualsToken, ['/=', 'arithmetic']], [kinds.SlashEqualsToken, ['*=', 'arithmetic']],
])

/** Calls whose names are seen only by development tools or by the compiler; they do not affect the program's behaviour. */
const unmutatedCalls = new Set(['defineStore', 'defineEmits', 'defineProps', 'defineOptions', 'Symbol'])

/**
 * All mutations of a file, grouped by place, so that a place with several variants is not drawn more often.
 * @param {string} file path, whose extension selects the parser
 * @param {string} text
 * @returns {Mutation[][]}
 */
export function mutationsOf(file, text) {
  const scripts = file.endsWith('.vue') ? scriptsOf(file, text) : [{ at: 0, content: text }]
  return scripts.flatMap(({ at, content }) => {
    const source = ts.createSourceFile(`${file}.ts`, content, ts.ScriptTarget.Latest, true)
    /** @type {Mutation[][]} */
    const places = []
    /** @param {ts.Node} node */
    const visit = (node) => {
      if (isUnmutated(node)) return
      const found = changesOf(node).map(([where, replacement, kind]) => {
        const [start, end] = [at + where.getStart(source), at + where.getEnd()]
        return { start, end, line: text.slice(0, start).split('\n').length, old: text.slice(start, end), new: replacement, kind }
      }).filter(mutation => mutation.old !== mutation.new)
      if (found.length > 0) places.push(found)
      ts.forEachChild(node, visit)
    }
    visit(source)
    return places
  })
}

/** @param {string} file @param {string} text */
function scriptsOf(file, text) {
  const { descriptor } = parse(text, { filename: file })
  return [descriptor.script, descriptor.scriptSetup].filter(block => block !== null).map(block => ({ at: block.loc.start.offset, content: block.content }))
}

/** Skips types, imports and error messages, which only developers read. @param {ts.Node} node */
function isUnmutated(node) {
  if (ts.isTypeNode(node) || ts.isTypeParameterDeclaration(node)) return true
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true
  if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === kinds.DeclareKeyword)) return true
  const { parent } = node
  if (parent && ts.isNewExpression(parent) && /Error$/.test(parent.expression.getText())) {
    const message = ['Error', 'RangeError', 'TypeError', 'SyntaxError'].includes(parent.expression.getText()) ? 0 : 1 // generated code after the component's own script
    return parent.arguments?.[message] === node
  }
  return parent !== undefined && ts.isCallExpression(parent) && (parent.expression.kind === kinds.SuperKeyword || unmutatedCalls.has(parent.expression.getText())) && parent.arguments[0] === node && ts.isLiteralExpression(node)
}

/** @param {ts.Node} node @returns {Found[]} */
function changesOf(node) {
  if (ts.isBinaryExpression(node)) return changesOfBinary(node)
  if (ts.isConditionalExpression(node)) return [[node.condition, `!(${node.condition.getText()})`, 'condition'], [node, node.whenTrue.getText(), 'condition'], [node, node.whenFalse.getText(), 'condition']]
  if (ts.isIfStatement(node)) return changesOfIf(node)
  if (ts.isWhileStatement(node)) return [[node.expression, `!(${node.expression.getText()})`, 'condition']]
  if (ts.isExpressionStatement(node)) return isRemovable(node.expression) ? [[node, ';', 'removed']] : []
  if (ts.isThrowStatement(node) || ts.isBreakStatement(node) || ts.isContinueStatement(node)) return ts.isCaseOrDefaultClause(node.parent) ? [] : [[node, ';', 'removed']]
  if (ts.isReturnStatement(node)) return node.expression && node.expression.getText() !== 'undefined' ? [[node, 'return', 'emptied']] : []
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return [[node.body, 'undefined', 'emptied']]
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return changesOfUnary(node)
  if (ts.isNumericLiteral(node)) return numbersNear(node.getText()).map(near => [node, near, 'constant'])
  if (ts.isStringLiteralLike(node)) return isValue(node) && node.text.length > 0 ? [[node, '\'\'', 'string']] : []
  if (node.kind === kinds.TrueKeyword || node.kind === kinds.FalseKeyword) return [[node, node.kind === kinds.TrueKeyword ? 'false' : 'true', 'boolean']]
  if (ts.isPropertyAssignment(node)) return [[node, '...{}', 'removed']]
  if (ts.isArrayLiteralExpression(node)) return node.elements.length > 0 && isValue(node) ? [[node, '[]', 'emptied']] : []
  if (ts.isCallExpression(node)) return changesOfCall(node)
  return []
}

/** @param {ts.BinaryExpression} node @returns {Found[]} */
function changesOfBinary(node) {
  const { left, right, operatorToken } = node
  const [one, other] = [left.getText(), right.getText()]
  switch (operatorToken.kind) {
    case kinds.AmpersandAmpersandToken: return [[node, one, 'clause'], [node, other, 'clause'], [operatorToken, '||', 'condition']]
    case kinds.BarBarToken: return [[node, one, 'clause'], [node, other, 'clause'], [operatorToken, '&&', 'condition']]
    case kinds.QuestionQuestionToken: return [[node, one, 'clause'], [node, other, 'clause']]
    default: {
      const change = operators.get(operatorToken.kind)
      return change ? [[operatorToken, change[0] ?? '', change[1] ?? '']] : []
    }
  }
}

/** @param {ts.IfStatement} node @returns {Found[]} */
function changesOfIf(node) {
  /** @type {Found} */
  const negated = [node.expression, `!(${node.expression.getText()})`, 'condition']
  return node.elseStatement ? [negated] : [negated, [node, ';', 'removed']]
}

/** @param {ts.PrefixUnaryExpression | ts.PostfixUnaryExpression} node @returns {Found[]} */
function changesOfUnary(node) {
  const operand = node.operand.getText()
  switch (node.operator) {
    case kinds.ExclamationToken: return [[node, operand, 'condition']]
    case kinds.MinusToken: return [[node, operand, 'arithmetic']]
    case kinds.PlusPlusToken: return [[node, ts.isPrefixUnaryExpression(node) ? `--${operand}` : `${operand}--`, 'arithmetic']]
    case kinds.MinusMinusToken: return [[node, ts.isPrefixUnaryExpression(node) ? `++${operand}` : `${operand}++`, 'arithmetic']]
    default: return []
  }
}

/** @param {ts.CallExpression} node @returns {Found[]} */
function changesOfCall(node) {
  const name = node.expression.getText()
  if (name !== 'Math.min' && name !== 'Math.max') return []
  const [only, second] = node.arguments
  /** @type {Found} */
  const swapped = [node.expression, name === 'Math.min' ? 'Math.max' : 'Math.min', 'arithmetic']
  return only && second && node.arguments.length === 2 && !node.arguments.some(ts.isSpreadElement) ? [swapped, [node, `(${only.getText()})`, 'clause'], [node, `(${second.getText()})`, 'clause']] : [swapped]
}

/** @param {ts.Expression} expression */
function isRemovable(expression) {
  if (ts.isCallExpression(expression) && expression.expression.kind === kinds.SuperKeyword) return false
  return !ts.isStringLiteral(expression) // 'use strict'
}

/** Excludes names of properties and patterns. @param {ts.Node} node */
function isValue(node) {
  const { parent } = node
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent)) return parent.name !== node
  return !(ts.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind === kinds.EqualsToken)
}

/**
 * The neighbours of a small integer; half and double of any other number, where ±1 would make no relevant difference.
 * @param {string} text
 */
export function numbersNear(text) {
  const value = Number(text.replaceAll('_', ''))
  if (!Number.isFinite(value)) return []
  if (value === 0) return ['1']
  if (Number.isInteger(value) && value <= 16) return [String(value + 1), String(value - 1)]
  return [String(value * 2), String(value / 2)]
}
