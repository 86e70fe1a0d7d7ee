import { LabError } from '../../errors'
import { lengthOf } from '../../typed'
import { type FunctionOperation, functionOf, operatorsOf } from '../operations'
import type { Definition, Expression, OperationName, Program, Span } from '../types'
import { intendedFunction, functionNames, usageOf } from './functions'
import { expressionLimits } from './limits'
import { decimalComma, inOneNumber, opens, valuesIn, withBrackets, withOperator, withoutArguments } from './meant-tokens'
import { expressionError, type ExpressionErrorDetails } from './mistake'
import { type Sign, type Token, tokensOf } from './tokens'

/**
 * Parses an expression: `(apple * count + orange * 3) * tax`, or several, separated by line breaks or `;`, where all but the last define names:
 * `t = x + y; t ^ 2`. −x^2 is −(x^2), a^b^c is a^(b^c), other operators are left-associative.
 * @throws LabError graph.*, with `at` (character, from 1) and `from`, `to` (UTF-16 positions)
 */
export function parseProgram(source: string): Program {
  const length = source.length > expressionLimits.maxLength ? lengthOf(source) : source.length
  if (length > expressionLimits.maxLength)
    throw new LabError('graph.tooLong', `${length} characters`, { found: length, max: expressionLimits.maxLength })
  return new Parser(source).program()
}

const sums = operatorsOf(1)
const products = operatorsOf(2)

/** Whether the name is reserved, so that no input can have it. */
const isReserved = (name: string): boolean => functionOf(name)?.syntax.reserved === true

interface Statement { readonly name: Token & { kind: 'name' } | null, readonly value: Expression }

// One class, although the file has over 200 lines: the methods of a recursive-descent parser, for the grammar's rules and their errors,
// all work on the same token position.
class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0
  #nodes = 0
  /** First use of each name that had no definition at that point */
  readonly #used = new Map<string, Span>()
  readonly #defined = new Set<string>()

  constructor(private readonly source: string) {
    this.#tokens = tokensOf(source)
  }

  program(): Program {
    const statements: Statement[] = []
    while (this.#at < this.#tokens.length) {
      if (this.next.kind === 'end') this.#at++
      else {
        this.checkNamed(statements.at(-1))
        statements.push(this.statement())
      }
    }
    const last = statements.pop()
    if (!last) throw expressionError('graph.empty', this.source, { from: 0, to: this.source.length })
    const definitions = statements.map(({ name, value }): Definition => ({ name: name!.name, value, span: { from: name!.span.from, to: value.span.to } }))
    return { source: this.source, definitions, result: last.value, resultName: last.name?.name ?? null }
  }

  /** Every line except the last must define a name. */
  private checkNamed(before: Statement | undefined): void {
    if (before?.name === null) throw this.wrong('graph.unnamed', before.value.span, { wanted: 't = …' })
  }

  private statement(): Statement {
    const [name, equals] = [this.next, this.#tokens[this.#at + 1]]
    if (name.kind !== 'name' || equals?.kind !== 'sign' || equals.sign !== '=') return { name: null, value: this.line() }
    if (isReserved(name.name)) throw this.unexpected(name, usageOf(name.name))
    if (this.#defined.has(name.name)) throw this.wrong('graph.repeatedName', name.span, { name: name.name })
    this.#at += 2
    const value = this.line()
    const earlier = this.#used.get(name.name)
    if (earlier) throw this.wrong('graph.usedBefore', earlier, { name: name.name })
    this.#defined.add(name.name)
    return { name, value }
  }

  /** Parses an expression up to the end of its line. */
  private line(): Expression {
    const value = this.sum()
    const next = this.next
    if (next.kind === 'end') return value
    throw this.notOver(next)
  }

  private sum(): Expression {
    return this.chain(sums, () => this.chain(products, () => this.signed()))
  }

  /** Parses left-associative operators of one precedence; iteratively, since there may be thousands. */
  private chain(operators: ReadonlyMap<string, OperationName>, operand: () => Expression): Expression {
    let left = operand()
    for (;;) {
      const next = this.next
      const operation = next.kind === 'sign' ? operators.get(next.sign) : undefined
      if (!operation) return left
      this.#at++
      const right = operand()
      left = this.call(operation, [left, right], { from: left.span.from, to: right.span.to })
    }
  }

  /** Parses −x, x ^ y or x. */
  private signed(): Expression {
    const minus = this.next
    if (!this.accept('-')) return this.power()
    const [number, after] = [this.next, this.#tokens[this.#at + 1]]
    if (number.kind === 'number' && !(after?.kind === 'sign' && after.sign === '^')) { // −3 is a literal, −3^2 is −(3^2)
      this.#at++
      return this.number(-number.value, { from: minus.span.from, to: number.span.to })
    }
    const x = this.deeper(minus, () => this.signed())
    return this.call('neg', [x], { from: minus.span.from, to: x.span.to })
  }

  private power(): Expression {
    const base = this.operand()
    const sign = this.next
    if (!this.accept('^')) return base
    const exponent = this.deeper(sign, () => this.signed())
    return this.call('pow', [base, exponent], { from: base.span.from, to: exponent.span.to })
  }

  private operand(): Expression {
    const token = this.next
    if (token.kind === 'end') throw this.endsEarly()
    this.#at++
    if (token.kind === 'number') return this.number(token.value, token.span)
    if (token.kind === 'name') return this.isCall() ? this.function(token) : this.name(token)
    if (token.sign !== '(') throw this.wrong('graph.missingOperand', token.span, { found: token.text })
    const inner = this.deeper(token, () => this.sum())
    return { ...inner, span: { from: token.span.from, to: this.close(token) } }
  }

  private number(value: number, span: Span): Expression {
    this.count()
    return { kind: 'number', value, span }
  }

  private name({ name, span }: Token & { kind: 'name' }): Expression {
    if (isReserved(name)) throw this.withoutBrackets(name, span)
    if (!this.#defined.has(name) && !this.#used.has(name)) {
      this.#used.set(name, span)
      this.count()
    }
    return { kind: 'name', name, span }
  }

  private isCall(): boolean { return opens(this.next) }

  private function({ name, span }: Token & { kind: 'name' }): Expression {
    const operation = this.functionBefore(name)
    if (!operation) throw this.noFunction(name, span)
    const open = this.#tokens[this.#at++]!
    const args: Expression[] = []
    this.deeper(open, () => {
      if (this.next.kind === 'sign' && this.next.sign === ')') return
      do args.push(this.sum())
      while (this.accept(','))
    })
    const whole = { from: span.from, to: this.close(open) }
    const wanted = operation.syntax.args.length
    if (args.length !== wanted) throw this.wrong('graph.argumentCount', whole, { name, wanted: usageOf(name), found: args.length, suggestion: args.length === wanted + 1 ? decimalComma(this.source, whole) : undefined })
    return this.call(name, args, whole)
  }

  /** The function that a name before a bracket stands for. A name that is not reserved may be an input instead. */
  private functionBefore(name: string): FunctionOperation | undefined {
    return isReserved(name) || !this.isInput(name) ? functionOf(name) : undefined
  }

  private isInput(name: string): boolean {
    return this.#defined.has(name) || this.#tokens.some((token, i) => token.kind === 'name' && token.name === name && !opens(this.#tokens[i + 1]) && i !== this.#at - 1)
  }

  /** Error for a bracket after a name that is not a function: the name is misspelt, or an operator is missing. */
  private noFunction(name: string, span: Span): LabError {
    const called = this.isInput(name) ? null : intendedFunction(name, valuesIn(this.#tokens, this.#at))
    if (called) return this.wrong('graph.unknownFunction', span, { found: name, wanted: functionNames().join(', '), suggestion: called.function ?? undefined })
    return this.wrong('graph.missingTimes', this.next.span, { name, suggestion: withoutArguments(this.source, this.#tokens, this.#at) ?? withOperator(this.source, this.#tokens, this.#at, ' * ') })
  }

  private call(operation: OperationName, args: readonly Expression[], span: Span): Expression {
    this.count()
    return { kind: 'call', operation, args, span }
  }

  /** @returns the end of the closing bracket */
  private close(open: Token): number {
    const next = this.next
    if (this.accept(')')) return next.span.to
    if (next.kind === 'end' || next.newLine) throw this.wrong('graph.unclosed', open.span)
    throw this.notOver(next)
  }

  private deeper<T>({ span }: Token, read: () => T): T {
    if (++this.#depth > expressionLimits.maxDepth) throw this.wrong('graph.tooDeep', span, { max: expressionLimits.maxDepth })
    const inner = read()
    this.#depth--
    return inner
  }

  private count(): void {
    if (++this.#nodes > expressionLimits.maxNodes)
      throw new LabError('graph.tooManyNodes', `more than ${expressionLimits.maxNodes} nodes`, { max: expressionLimits.maxNodes })
  }

  /** Always defined: inside a line the parser never moves past the final 'end' token. */
  private get next(): Token { return this.#tokens[this.#at]! }

  private accept(sign: Sign): boolean {
    const next = this.next
    if (next.kind !== 'sign' || next.sign !== sign) return false
    this.#at++
    return true
  }

  private wrong(code: Parameters<typeof expressionError>[0], span: Span, details: ExpressionErrorDetails = {}): LabError {
    return expressionError(code, this.source, span, details)
  }

  private unexpected({ text, span }: Pick<Token, 'text' | 'span'>, wanted: string, suggestion?: ExpressionErrorDetails['suggestion']): LabError {
    return this.wrong('graph.unexpected', span, { found: text, wanted, suggestion })
  }

  /** Error for a function name without brackets: exp + 1, or log x. */
  private withoutBrackets(name: string, span: Span): LabError {
    return this.unexpected({ text: name, span }, usageOf(name), withBrackets(this.#tokens, this.#at))
  }

  /** Error for a token after a complete expression: a misplaced sign, or a missing operator before it. */
  private notOver(next: Token): LabError {
    const { text: found, span } = next
    const number = inOneNumber(this.source, this.#tokens, this.#at)
    if (next.kind === 'sign' && next.sign !== '(') return this.wrong('graph.misplaced', span, { found, suggestion: number })
    const before = this.#tokens[this.#at - 1]
    if (before?.kind === 'name' && next.kind !== 'sign' && !this.#defined.has(before.name)) { // as in sin x
      if (functionOf(before.name)) return this.withoutBrackets(before.name, before.span)
      if (intendedFunction(before.name, 1)) return this.noFunction(before.name, before.span)
    }
    return this.wrong('graph.missingOperator', span, { found, suggestion: number ?? withOperator(this.source, this.#tokens, this.#at, ' * ') })
  }

  /** Error at the last token, after which something is missing. */
  private endsEarly(): LabError {
    return this.wrong('graph.endsEarly', this.#tokens[this.#at - 1]!.span)
  }
}
