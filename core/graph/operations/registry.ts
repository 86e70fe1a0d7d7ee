import { LabError } from '../../errors'
import { list } from './list'
import type { FunctionSyntax, Operation } from './operation'

const byName = new Map(list.map(operation => [operation.name, operation]))

/** An operation that is typed by its name. */
export type FunctionOperation = Operation & { readonly syntax: FunctionSyntax }
const isFunction = (operation: Operation | undefined): operation is FunctionOperation => operation?.syntax.kind === 'function'

/** Every operation, the lab's own first. */
export const operations = (): readonly Operation[] => [...byName.values()]

/** @throws LabError internal for a name that the parser and the groups cannot have made */
export function operationOf(name: string): Operation {
  const found = byName.get(name)
  if (!found) throw new LabError('internal', `no operation ${name}`, { found: name })
  return found
}

/** What its node shows, and what a screen reader says. */
export const symbolOf = (name: string): string => operationOf(name).symbol

/** The function that a word stands for before a bracket, if any. */
export function functionOf(name: string): FunctionOperation | undefined {
  const found = byName.get(name)
  return isFunction(found) ? found : undefined
}

export const functions = (): readonly FunctionOperation[] => operations().filter(isFunction)

/** The operators that bind equally tightly, by their sign. */
export const operatorsOf = (rank: number): ReadonlyMap<string, string> =>
  new Map(operations().flatMap(({ name, syntax }) => syntax.kind === 'operator' && syntax.rank === rank ? [[syntax.sign, name]] : []))

/**
 * Adds a function, or a part of one, to what can be typed, drawn, computed and exported. Its name is not reserved:
 * documents with an input of that name stay as they are.
 * @returns takes it away again
 * @throws LabError internal when the name is taken or is no word, or when it cannot be exported
 */
export function registerOperation(operation: Operation): () => void {
  const { name, syntax, code, parts = [] } = operation
  const refuse = (why: string): never => { throw new LabError('internal', `${name}: ${why}`, { found: name }) }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) refuse('a name is a word in camelCase')
  if (byName.has(name)) refuse('the name is taken')
  if (syntax.kind === 'operator') refuse('signs are fixed; register a function')
  if (syntax.kind === 'function' && !code) refuse('what can be typed can be exported')
  if (syntax.kind === 'function' && syntax.reserved) refuse('no further name is reserved')
  const missing = parts.find(part => !byName.has(part.operation))
  if (missing) refuse(`its part ${missing.key} is no operation`)
  byName.set(name, operation)
  return () => { byName.delete(name) }
}
