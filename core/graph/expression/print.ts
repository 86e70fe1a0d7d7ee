import { atomRank, operationOf } from '../operations'
import type { Expression, OperationName, Program } from '../types'

/** The sign of a sum or product; null for other operations. */
function chainSign(operation: OperationName): string | null {
  const { syntax } = operationOf(operation)
  return syntax.kind === 'operator' && syntax.rank <= 2 ? syntax.sign : null
}

/** Precedence of an expression; as an operand of higher precedence it needs brackets. */
function rankOf(expression: Expression): number {
  if (expression.kind === 'number') return expression.value < 0 || Object.is(expression.value, -0) ? 3 : atomRank
  if (expression.kind === 'name') return atomRank
  const { syntax } = operationOf(expression.operation)
  return syntax.kind === 'operator' ? syntax.rank : atomRank
}

/** Prints an expression with the fewest brackets that parse to the same expression. */
export function printExpression(expression: Expression): string {
  return print(expression, 0)
}

export function printProgram({ definitions, result, resultName }: Program): string {
  const lines = definitions.map(({ name, value }) => `${name} = ${printExpression(value)}`)
  return [...lines, `${resultName === null ? '' : `${resultName} = `}${printExpression(result)}`].join('\n')
}

/** @param least lowest precedence that needs no brackets here */
function print(expression: Expression, least: number): string {
  const rank = rankOf(expression)
  if (rank < least) return `(${print(expression, 0)})`
  if (expression.kind === 'number') return Object.is(expression.value, -0) ? '-0' : String(expression.value)
  if (expression.kind === 'name') return expression.name
  const { operation, args } = expression
  if (chainSign(operation) !== null) return printChain(expression)
  if (rank === 4) return `${print(args[0]!, atomRank)}^${print(args[1]!, 3)}`
  if (rank !== 3) return `${operation}(${args.map(arg => print(arg, 0)).join(', ')})`
  const x = args[0]!
  return x.kind === 'number' && rankOf(x) === atomRank ? `-(${print(x, 0)})` : `-${print(x, 3)}` // without brackets, -3 would be a literal
}

/** Prints a + b + c + …; iteratively, since there may be thousands of terms. */
function printChain(expression: Expression): string {
  const parts: string[] = []
  let [left, rank] = [expression, rankOf(expression)]
  while (left.kind === 'call' && chainSign(left.operation) !== null && rankOf(left) >= rank) {
    rank = rankOf(left)
    parts.push(` ${chainSign(left.operation)} ${print(left.args[1]!, rank + 1)}`)
    left = left.args[0]!
  }
  return print(left, rank) + parts.reverse().join('')
}
