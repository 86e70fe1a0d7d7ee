import { LabError } from '../../errors'
import { list } from './list'
import type { FunctionSyntax, Operation } from './operation'

const byName = new Map(list.map(operation => [operation.name, operation]))

/** An operation with function syntax. */
export type FunctionOperation = Operation & { readonly syntax: FunctionSyntax }
const isFunction = (operation: Operation | undefined): operation is FunctionOperation => operation?.syntax.kind === 'function'

/** Every operation; registered ones come last. */
export const operations = (): readonly Operation[] => [...byName.values()]

/** @throws LabError internal for an unknown name, which parser and groups never produce */
export function operationOf(name: string): Operation {
  const found = byName.get(name)
  if (!found) throw new LabError('internal', `no operation ${name}`, { found: name })
  return found
}

/** Shown in its node and read by screen readers. */
export const symbolOf = (name: string): string => operationOf(name).symbol

/** The function of this name, if any. */
export function functionOf(name: string): FunctionOperation | undefined {
  const found = byName.get(name)
  return isFunction(found) ? found : undefined
}

export const functions = (): readonly FunctionOperation[] => operations().filter(isFunction)

/** The operators of one precedence, by sign. */
export const operatorsOf = (rank: number): ReadonlyMap<string, string> =>
  new Map(operations().flatMap(({ name, syntax }) => syntax.kind === 'operator' && syntax.rank === rank ? [[syntax.sign, name]] : []))

/**
 * Registers a function, or a part of one, for input, drawing, computation and export. Its name is not reserved, so documents
 * with an input of that name stay valid.
 * @returns a function that removes it
 * @throws LabError internal when the name is taken or invalid, or when the operation cannot be exported
 */
export function registerOperation(operation: Operation): () => void {
  const { name, syntax, code, parts = [] } = operation
  const refuse = (why: string): never => { throw new LabError('internal', `${name}: ${why}`, { found: name }) }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) refuse('the name must be one word in camelCase')
  if (byName.has(name)) refuse('the name is taken')
  if (syntax.kind === 'operator') refuse('only functions can be registered, not operators')
  if (syntax.kind === 'function' && !code) refuse('a function needs code for the exports')
  if (syntax.kind === 'function' && syntax.reserved) refuse('a registered name cannot be reserved')
  const missing = parts.find(part => !byName.has(part.operation))
  if (missing) refuse(`the operation of its part ${missing.key} is not registered`)
  byName.set(name, operation)
  return () => { byName.delete(name) }
}
