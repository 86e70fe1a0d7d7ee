import { Broken, built, Dict, Global, globals, mark, reduced, textOf, Tuple, type Value } from './values'

/** What an opcode may use: the file after it, and the values so far. */
export interface Machine {
  readonly stack: Value[]
  readonly memo: Map<number, Value>
  /** @throws Broken at the end of the file */
  take(count: number): Uint8Array
  /** Up to the next line break, without it */
  line(): Uint8Array
  /** An unsigned number, lowest byte first */
  count(bytes: 1 | 2 | 4 | 8): number
}

/** A name that is not among the accepted ones. */
export class Forbidden extends Error { constructor(readonly global: string) { super(global) } }

const pop = ({ stack }: Machine): Value => {
  const value = stack.pop()
  if (value === undefined || value === mark) throw new Broken('a value', value)
  return value
}
const top = ({ stack }: Machine): Value | undefined => stack.at(-1)
/** Values behind the last mark, which goes with them. */
function behindMark({ stack }: Machine): readonly Value[] {
  const at = stack.lastIndexOf(mark)
  if (at < 0) throw new Broken('a mark', undefined)
  const values = stack.splice(at)
  return values.slice(1)
}
function setItems(dict: Value | undefined, items: readonly Value[]): Dict {
  if (!(dict instanceof Dict) || items.length % 2 !== 0) throw new Broken('a dictionary', dict)
  for (let i = 0; i < items.length; i += 2) {
    const key = textOf(items[i])
    if (dict.entries.has(key)) throw new Broken('1', key)
    dict.entries.set(key, items[i + 1]!)
  }
  return dict
}
function globalOf(module: string, name: string): Global {
  const full = `${module}.${name}`
  if (!globals.includes(full)) throw new Forbidden(full)
  return new Global(full)
}
function recall(machine: Machine, index: number): Value {
  const value = machine.memo.get(index)
  if (value === undefined) throw new Broken('a kept value', index)
  return value
}
const keep = (machine: Machine, index: number): void => { machine.memo.set(index, machine.stack.at(-1) ?? pop(machine)) }

const ascii = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)
function utf8(bytes: Uint8Array): string {
  try { return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  catch { throw new Broken('UTF-8', bytes) }
}
function decimal(bytes: Uint8Array): number {
  const text = ascii(bytes.subarray(0, 20))
  if (!/^-?\d{1,16}L?$/.test(text)) throw new Broken('0, 1, 2, …', text)
  return Number(text.replace('L', ''))
}
/** A signed number of any bytes, lowest first. */
function signed(bytes: Uint8Array): number {
  if (bytes.length > 8) throw new Broken('≤ 8 bytes', bytes.length)
  const value = bytes.reduce((sum, byte, i) => sum + byte * 256 ** i, 0)
  return (bytes.at(-1) ?? 0) > 127 ? value - 256 ** bytes.length : value
}

const escapes: Readonly<Record<string, number>> = { 'n': 10, 'r': 13, 't': 9, '\\': 92, '\'': 39, '"': 34 }
/** A string of Python 2 as `repr` writes it: '\x00\n…' */
function quoted(line: Uint8Array): Uint8Array {
  const [first, last] = [line[0], line.at(-1)]
  if (line.length < 2 || first !== last || (first !== 39 && first !== 34)) throw new Broken('\'…\'', line.subarray(0, 10))
  const bytes = new Uint8Array(line.length)
  let to = 0
  for (let from = 1; from < line.length - 1; from++) {
    if (line[from] !== 92) { bytes[to++] = line[from]!; continue }
    const sign = String.fromCharCode(line[++from]!)
    const digits = sign === 'x' ? ascii(line.subarray(from + 1, from + 3)) : ''
    const byte = /^[\da-f]{2}$/i.test(digits) ? parseInt(digits, 16) : escapes[sign]
    if (byte === undefined || from >= line.length - 1) throw new Broken('\\x00', ascii(line.subarray(from - 1, from + 3)))
    from += digits.length
    bytes[to++] = byte
  }
  return bytes.slice(0, to)
}
/** A text of protocol 0: Latin-1 with \\u005c for other characters. */
const rawUnicode = (line: Uint8Array): string =>
  ascii1(line).replace(/\\u([\da-f]{4})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
/** Latin-1 as bytes are; a TextDecoder would read 0x80 to 0x9f as Windows does. */
function ascii1(bytes: Uint8Array): string {
  let text = ''
  for (let from = 0; from < bytes.length; from += 8192) text += String.fromCharCode(...bytes.subarray(from, from + 8192))
  return text
}

const pushes = (value: (machine: Machine) => Value) => (machine: Machine): void => { machine.stack.push(value(machine)) }
const tuple = (count: number) => (machine: Machine): void => {
  const items = Array.from({ length: count }, () => pop(machine)).reverse()
  machine.stack.push(new Tuple(items))
}

/**
 * The opcodes that a dictionary of arrays needs, by their byte. Each moves values; none calls anything.
 * @source Python, Lib/pickletools.py
 */
export const opcodes: ReadonlyMap<number, (machine: Machine) => void> = new Map(Object.entries<(machine: Machine) => void>({
  '\x80': machine => machine.count(1), // PROTO
  '\x95': machine => machine.count(8), // FRAME
  '(': pushes(() => mark),
  '}': pushes(() => new Dict()), // EMPTY_DICT
  'd': machine => machine.stack.push(setItems(new Dict(), behindMark(machine))), // DICT
  's': (machine) => { // SETITEM
    const value = pop(machine)
    const key = pop(machine)
    setItems(top(machine), [key, value])
  },
  'u': (machine) => { // SETITEMS
    const items = behindMark(machine)
    setItems(top(machine), items)
  },
  ')': pushes(() => new Tuple([])), // EMPTY_TUPLE
  't': pushes(machine => new Tuple(behindMark(machine))), // TUPLE
  '\x85': tuple(1), '\x86': tuple(2), '\x87': tuple(3),
  'c': pushes(machine => globalOf(ascii(machine.line()), ascii(machine.line()))), // GLOBAL
  '\x93': (machine) => { // STACK_GLOBAL
    const name = textOf(pop(machine))
    machine.stack.push(globalOf(textOf(pop(machine)), name))
  },
  'R': (machine) => { // REDUCE
    const args = pop(machine)
    machine.stack.push(reduced(pop(machine), args))
  },
  'b': (machine) => { // BUILD
    const state = pop(machine)
    built(top(machine), state)
  },
  'p': machine => keep(machine, decimal(machine.line())), 'q': machine => keep(machine, machine.count(1)), 'r': machine => keep(machine, machine.count(4)), '\x94': machine => keep(machine, machine.memo.size), // PUT, MEMOIZE
  'g': pushes(machine => recall(machine, decimal(machine.line()))), 'h': pushes(machine => recall(machine, machine.count(1))), 'j': pushes(machine => recall(machine, machine.count(4))), // GET
  'N': pushes(() => null), '\x88': pushes(() => true), '\x89': pushes(() => false),
  'I': pushes((machine) => { // INT, which writes booleans as 00 and 01
    const line = machine.line()
    return line.length === 2 && line[0] === 48 ? line[1] === 49 : decimal(line)
  }),
  'L': pushes(machine => decimal(machine.line())), 'J': pushes(machine => signed(machine.take(4))), 'K': pushes(machine => machine.count(1)), 'M': pushes(machine => machine.count(2)), '\x8a': pushes(machine => signed(machine.take(machine.count(1)))),
  'V': pushes(machine => rawUnicode(machine.line())), 'X': pushes(machine => utf8(machine.take(machine.count(4)))), '\x8c': pushes(machine => utf8(machine.take(machine.count(1)))), '\x8d': pushes(machine => utf8(machine.take(machine.count(8)))), // UNICODE
  'S': pushes(machine => quoted(machine.line())), 'T': pushes(machine => machine.take(machine.count(4))), 'U': pushes(machine => machine.take(machine.count(1))), // STRING
  'B': pushes(machine => machine.take(machine.count(4))), 'C': pushes(machine => machine.take(machine.count(1))), '\x8e': pushes(machine => machine.take(machine.count(8))), '\x96': pushes(machine => machine.take(machine.count(8))), // BYTES, BYTEARRAY8
}).map(([sign, run]) => [sign.charCodeAt(0), run] as const))
