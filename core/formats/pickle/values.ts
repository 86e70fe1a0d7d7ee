import { bytesOfLayout, isNumberType, type NumberLayout, type NumberType } from '../array-numbers'

/** A function or class that a file names. It is only a name: nothing is ever looked up or called. */
export class Global { constructor(readonly name: string) {} }
export class Tuple { constructor(readonly items: readonly Value[]) {} }
export class Dict { readonly entries = new Map<string, Value>() }
/** Type of an array's numbers: built in two steps; the second one names the byte order. */
export class ElementType {
  littleEndian = true
  constructor(readonly type: NumberType) {}
}
/** An array, which is empty until its contents are given. */
export class ArrayValue { contents: { readonly layout: NumberLayout, readonly bytes: Uint8Array } | null = null }
/** A place on the stack where a tuple or the entries of a dictionary begin. */
export const mark = Symbol('mark')
/** Strings of Python 2 are bytes. */
export type Value = null | boolean | number | string | Uint8Array | Global | Tuple | Dict | ElementType | ArrayValue | typeof mark

/** A rule that is broken: what was wanted, and what was found. */
export class Broken extends Error { constructor(readonly wanted: string, readonly found: Value | undefined) { super(wanted) } }

/** A text, of Python 2 as well. */
export function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array && value.length <= 1000) return new TextDecoder('latin1').decode(value)
  throw new Broken('a text', value)
}

/** What may be named, and what becomes of its arguments. @source NumPy, `ndarray.__reduce__`, `ndarray.__reduce_ex__`, `dtype.__reduce__` */
const functions: Readonly<Record<string, (args: readonly Value[]) => Value>> = {
  '_reconstruct': () => new ArrayValue(),
  '_frombuffer': ([bytes, type, shape, order]) => filled(new ArrayValue(), { bytes, type, shape, fortran: textOf(order) === 'F' }),
  'dtype': ([name]) => elementTypeOf(textOf(name)),
  // protocols 0 to 2 have no bytes: they stand as the characters of Latin-1
  'encode': ([text, encoding]) => {
    if (typeof text !== 'string' || !/^latin-?1$/.test(textOf(encoding))) throw new Broken('latin1', encoding)
    const bytes = new Uint8Array(text.length)
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 255) throw new Broken('latin1', text.slice(i, i + 10))
      bytes[i] = code
    }
    return bytes
  },
}
const functionOf: Readonly<Record<string, keyof typeof functions>> = {
  'numpy.core.multiarray._reconstruct': '_reconstruct', 'numpy._core.multiarray._reconstruct': '_reconstruct',
  'numpy.core.numeric._frombuffer': '_frombuffer', 'numpy._core.numeric._frombuffer': '_frombuffer',
  'numpy.dtype': 'dtype', '_codecs.encode': 'encode',
}
/** Every name that is accepted. */
export const globals: readonly string[] = [...Object.keys(functionOf), 'numpy.ndarray']

/** What a named function would make of its arguments. @throws Broken */
export function reduced(callable: Value | undefined, args: Value | undefined): Value {
  const make = callable instanceof Global ? functions[functionOf[callable.name] ?? ''] : undefined
  if (!make) throw new Broken(Object.keys(functionOf)[0]!, callable)
  if (!(args instanceof Tuple)) throw new Broken('a tuple', args)
  return make(args.items)
}

/** Gives an array or an element type its state. @throws Broken */
export function built(value: Value | undefined, state: Value | undefined): void {
  const items = state instanceof Tuple ? state.items : []
  if (value instanceof ArrayValue) {
    const [, shape, type, fortran, bytes] = items
    filled(value, { shape, type, fortran: fortran === true || fortran === 1, bytes })
  }
  else if (value instanceof ElementType) {
    const [, order, part, names, fields] = items
    if (part !== null || names !== null || fields !== null) throw new Broken('a plain number', state)
    if (!['<', '>', '|', '='].includes(textOf(order))) throw new Broken('<, >, |', order)
    value.littleEndian = textOf(order) !== '>'
  }
  else throw new Broken('an array', value)
}

function filled(array: ArrayValue, { shape, type, fortran, bytes }: { readonly shape: Value | undefined, readonly type: Value | undefined, readonly fortran: boolean, readonly bytes: Value | undefined }): ArrayValue {
  if (!(type instanceof ElementType)) throw new Broken('numpy.dtype', type)
  if (!(bytes instanceof Uint8Array)) throw new Broken('bytes', bytes)
  const sizes = shape instanceof Tuple ? shape.items.filter((size): size is number => typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) : null
  if (!(shape instanceof Tuple) || sizes?.length !== shape.items.length) throw new Broken('(0, 1, 2, …)', shape)
  const layout: NumberLayout = { type: type.type, littleEndian: type.littleEndian, fortran, shape: sizes }
  if (bytesOfLayout(layout) !== bytes.length) throw new Broken(`${bytesOfLayout(layout) ?? '< 2^53'} bytes`, bytes)
  array.contents = { layout, bytes }
  return array
}

function elementTypeOf(name: string): ElementType {
  if (isNumberType(name)) return new ElementType(name)
  throw new Broken('f4, f8, …', name)
}
