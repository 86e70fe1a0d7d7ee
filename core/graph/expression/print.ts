import type { Expression, Program, TypedOperation } from '../types'

/** How tightly an operator binds; what binds less stands in brackets. */
const ranks: Partial<Record<TypedOperation, number>> = { add: 1, sub: 1, mul: 2, div: 2, neg: 3, pow: 4 }
const signs: Partial<Record<TypedOperation, string>> = { add: ' + ', sub: ' - ', mul: ' * ', div: ' / ' }
const whole = 5

function rankOf(expression: Expression): number {
  if (expression.kind === 'number') return expression.value < 0 || Object.is(expression.value, -0) ? 3 : whole
  return expression.kind === 'call' ? ranks[expression.operation] ?? whole : whole
}

/** An expression as text, with no more brackets than it needs: reading it again gives the same. */
export function printExpression(expression: Expression): string {
  return print(expression, 0)
}

export function printProgram({ definitions, result, resultName }: Program): string {
  const lines = definitions.map(({ name, value }) => `${name} = ${printExpression(value)}`)
  return [...lines, `${resultName === null ? '' : `${resultName} = `}${printExpression(result)}`].join('\n')
}

/** @param least the rank that needs no brackets here */
function print(expression: Expression, least: number): string {
  const rank = rankOf(expression)
  if (rank < least) return `(${print(expression, 0)})`
  if (expression.kind === 'number') return Object.is(expression.value, -0) ? '-0' : String(expression.value)
  if (expression.kind === 'name') return expression.name
  const { operation, args } = expression
  if (signs[operation] !== undefined) return printChain(expression)
  if (operation === 'pow') return `${print(args[0]!, whole)}^${print(args[1]!, 3)}`
  if (operation !== 'neg') return `${operation}(${args.map(arg => print(arg, 0)).join(', ')})`
  const x = args[0]!
  return x.kind === 'number' && rankOf(x) === whole ? `-(${print(x, 0)})` : `-${print(x, 3)}` // -3 would be a number
}

/** a + b + c + …: a loop, since there may be thousands. */
function printChain(expression: Expression): string {
  const parts: string[] = []
  let [left, rank] = [expression, rankOf(expression)]
  while (left.kind === 'call' && signs[left.operation] !== undefined && rankOf(left) >= rank) {
    rank = rankOf(left)
    parts.push(signs[left.operation]! + print(left.args[1]!, rank + 1))
    left = left.args[0]!
  }
  return print(left, rank) + parts.reverse().join('')
}
