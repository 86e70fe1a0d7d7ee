import * as v from 'valibot'

/** A table of channels: for each the schema that main checks the argument with, and the type of the result. */
export type Requests = Readonly<Record<string, { readonly arg: v.GenericSchema, readonly result: unknown }>>

/** Stands for a type in a table. There is no value: it is `undefined` at run time, and only its type counts. */
export function type<T>(): T { return undefined as T }

/** The argument of a request that takes none */
export const nothing = v.null()
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** For `v.custom`. Valibot's object schemas also take arrays and class instances. */
export const isPlainObject = (value: unknown): boolean => Object.prototype.toString.call(value) === '[object Object]'
