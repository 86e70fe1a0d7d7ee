import { foundText } from '../../found'
import type { LayerRegistry } from '../../layers/registry'
import { excerpt } from '../../typed/excerpt'
import { bytesOfLayout, type NumberArray, readNumbers } from '../array-numbers'
import { fault } from '../fault'
import { networkOf } from '../npz'
import type { WeightsFile } from '../weights'
import { Forbidden, type Machine, opcodes } from './opcodes'
import { ArrayValue, Broken, Dict, Global, globals, mark, type Value } from './values'

/** A dictionary of a thousand arrays takes 40,000 opcodes. */
const maxOpcodes = 100_000
/** All arrays together: a network of 20 million float64 numbers, with room for buffers */
const maxBytes = 200_000_000
const stop = '.'.charCodeAt(0)

/** The first bytes of a dictionary: of protocols 2 to 5, of 1, and of 0. @source Python, Lib/pickletools.py */
const starts = [...[2, 3, 4, 5].map(protocol => [0x80, protocol]), [...'}q'].map(code), [...'}('].map(code), [...'}.'].map(code), [...'(d'].map(code)]
function code(sign: string): number { return sign.charCodeAt(0) }

/** Whether a file begins as a pickled dictionary does, in any protocol. */
export const beginsAsPickle = (bytes: Uint8Array): boolean => starts.some(start => start.every((byte, i) => byte === bytes[i]))

/**
 * Reads a pickled dictionary of NumPy arrays, such as the book's params.pkl. A pickle is a program; this reader knows only the opcodes
 * and names that such a dictionary needs, refuses any other, and never runs anything.
 * @param bytes the whole file
 * @param file its name, for the message
 * @throws FormatError pickle.* naming the position
 */
export function readPickledArrays(bytes: Uint8Array, file: string): ReadonlyMap<string, NumberArray> {
  const { value, at } = valueIn(bytes, file)
  if (at !== bytes.length) throw fault(file, 'pickle.damaged', { at, wanted: `${at} bytes`, found: `${bytes.length} bytes` })
  if (!(value instanceof Dict)) throw fault(file, 'pickle.content', { at: at - 1, wanted: '{…}', found: nameOf(value) })
  let size = 0
  for (const [name, array] of value.entries) {
    if (!(array instanceof ArrayValue) || !array.contents) throw fault(file, 'pickle.content', { at: at - 1, wanted: `${excerpt(name)}: numpy.ndarray`, found: nameOf(array) })
    size += bytesOfLayout(array.contents.layout)!
    if (size > maxBytes) throw fault(file, 'pickle.tooLarge', { wanted: `${maxBytes / 1e6} MB`, found: `> ${maxBytes / 1e6} MB` })
  }
  return new Map([...value.entries].map(([name, array]) => {
    const { bytes, layout } = (array as ArrayValue).contents!
    return [name, readNumbers(bytes, layout)]
  }))
}

/** Reads a network from a pickled dictionary of arrays. @throws FormatError pickle.*; weights.*, chain.* for an unsupported or inconsistent network */
export const readPickle = (bytes: Uint8Array, file: string, registry?: LayerRegistry): WeightsFile => networkOf(readPickledArrays(bytes, file), new Map(), file, registry)

/** Follows the opcodes to the last. @returns the one value that is left, and the position behind it */
function valueIn(bytes: Uint8Array, file: string): { readonly value: Value | undefined, readonly at: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const take = (count: number): Uint8Array => {
    if (count > bytes.length - at) throw new Broken(`${count} bytes`, bytes.length - at)
    return bytes.subarray(at, at += count)
  }
  const machine: Machine = {
    stack: [], memo: new Map(), take,
    line() {
      const end = bytes.indexOf(10, at)
      if (end < 0) throw new Broken('\\n', bytes.length - at)
      const line = bytes.subarray(at, end)
      at = end + 1
      return line
    },
    count(width) {
      const from = at
      take(width)
      if (width < 8) return width === 1 ? view.getUint8(from) : width === 2 ? view.getUint16(from, true) : view.getUint32(from, true)
      return Number(view.getBigUint64(from, true))
    },
  }
  for (let steps = 0; steps < maxOpcodes; steps++) {
    const from = at
    try {
      const [opcode] = take(1)
      if (opcode === stop) {
        const [value, ...more] = machine.stack
        if (more.length > 0) throw new Broken('1', machine.stack.length)
        return { value, at }
      }
      const run = opcodes.get(opcode!)
      if (!run) throw fault(file, 'pickle.opcode', { at: from, found: excerpt(`0x${opcode!.toString(16).padStart(2, '0')} ${opcode! > 32 && opcode! < 127 ? String.fromCharCode(opcode!) : ''}`.trim()) })
      run(machine)
    }
    catch (cause) {
      if (cause instanceof Forbidden) throw fault(file, 'pickle.global', { at: from, wanted: globals.join(', '), found: excerpt(cause.global) })
      if (cause instanceof Broken) throw fault(file, 'pickle.damaged', { at: from, wanted: cause.wanted, found: nameOf(cause.found) })
      throw cause
    }
  }
  throw fault(file, 'pickle.tooLong', { at, wanted: maxOpcodes, found: `> ${maxOpcodes}` })
}

/** A value for a message. */
function nameOf(value: Value | undefined): string {
  if (value instanceof Global) return value.name
  if (value instanceof Uint8Array) return `${value.length} bytes`
  return value === mark ? '(' : typeof value === 'object' && value !== null ? value.constructor.name : excerpt(foundText(value))
}
