import * as v from 'valibot'

/** A table of channels: the schema with which main checks the argument, and the type of the result. */
export type Requests = Readonly<Record<string, { readonly arg: v.GenericSchema, readonly result: unknown }>>

/** Declares a type in a table. At run time the value is `undefined`. */
export function type<T>(): T { return undefined as T }

/** Schema for requests without an argument */
export const nothing = v.null()
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** Name of a layer or of the loss: 'affine1' */
export const layerName = v.pipe(v.string(), v.regex(/^\w{1,40}$/))

/** For `v.custom`, because Valibot's object schemas also accept arrays and class instances. */
export const isPlainObject = (value: unknown): boolean => Object.prototype.toString.call(value) === '[object Object]'
