import type { FormatError } from '../errors'
import { excerpt } from '../typed/excerpt'
import { bytesOfLayout, isNumberType, type NumberArray, type NumberLayout, numberTypes, readNumbers } from './array-numbers'
import { bytesText, fault } from './fault'

/** The beginning of an array's file. */
export interface NpyHeader extends NumberLayout {
  /** Where its numbers begin */
  readonly from: number
}

const magic = [0x93, ...new TextEncoder().encode('NUMPY')]
/** Longer headers belong to records with many fields, which are not read; NumPy itself warns of them. */
const maxHeader = 10_000
/** NumPy's limit for the axes of an array */
const maxAxes = 32
/** Numbers begin at a multiple of this. */
const alignment = 64

/**
 * Reads the header of a file of NumPy's, versions 1 to 3.
 * @param start the file's first bytes: at least its header
 * @param file its name, for the message
 * @throws FormatError npy.* naming the place
 * @source NumPy, "The NPY format"
 */
export function readNpyHeader(start: Uint8Array, file: string): NpyHeader {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  if (magic.some((byte, i) => byte !== start[i])) throw fault(file, 'npy.foreign', { at: 0, wanted: '\\x93NUMPY', found: bytesText(start.subarray(0, 6)) })
  const major = start[6] ?? 0
  if (major < 1 || major > 3 || start[7] !== 0) throw fault(file, 'npy.version', { at: 6, wanted: '1.0, 2.0, 3.0', found: `${start[6] ?? '–'}.${start[7] ?? '–'}` })
  const first = major === 1 ? 10 : 12
  if (start.length < first) throw fault(file, 'npy.cut', { wanted: first, found: start.length })
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > maxHeader) throw fault(file, 'npy.header', { at: 8, wanted: `≤ ${maxHeader}`, found: length })
  if (start.length < first + length) throw fault(file, 'npy.cut', { wanted: first + length, found: start.length })
  return { ...new Dict(new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(start.subarray(first, first + length)), first, file).read(), from: first + length }
}

/**
 * Reads an array from a file of NumPy's.
 * @param bytes the whole file
 * @throws FormatError npy.* naming the place
 */
export function readNpy(bytes: Uint8Array, file: string): NumberArray {
  const header = readNpyHeader(bytes, file)
  const size = bytesOfLayout(header)
  if (size === null || header.from + size !== bytes.length) throw fault(file, 'npy.length', { at: header.from, wanted: size === null ? '< 2^53' : header.from + size, found: bytes.length })
  return readNumbers(bytes.subarray(header.from), header)
}

/** Writes an array of float32 as NumPy does. @param data row-major */
export function writeNpy(shape: readonly number[], data: Float32Array): Uint8Array<ArrayBuffer> {
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const first = 10
  const from = Math.ceil((first + dict.length + 1) / alignment) * alignment
  const bytes = new Uint8Array(from + data.byteLength)
  bytes.set([...magic, 1, 0])
  new DataView(bytes.buffer).setUint16(8, from - first, true)
  bytes.set(new TextEncoder().encode(`${dict.padEnd(from - first - 1)}\n`), first)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), from)
  return bytes
}

/** Reads the one dictionary of a header: { 'descr': '<f4', 'fortran_order': False, 'shape': (3,), }, in any order. */
class Dict {
  #at = 0

  /** @param first position of the text in the file */
  constructor(private readonly text: string, private readonly first: number, private readonly file: string) {}

  read(): NumberLayout {
    const found: { descr?: Pick<NumberLayout, 'type' | 'littleEndian'>, fortran?: boolean, shape?: readonly number[] } = {}
    this.take(/\{/y, '{')
    while (!this.has(/\}/y)) {
      const at = this.#at
      const [, , key = ''] = this.take(/(['"])(descr|fortran_order|shape)\1/y, 'descr, fortran_order, shape')
      if ((key === 'fortran_order' ? 'fortran' : key) in found) throw this.fault(at, '1', key)
      this.take(/:/y, ':')
      if (key === 'descr') found.descr = this.descr()
      else if (key === 'shape') found.shape = this.shape()
      else found.fortran = this.take(/True|False/y, 'True, False')[0] === 'True'
      if (!this.has(/,/y)) {
        this.take(/\}/y, '}')
        break
      }
    }
    this.take(/[ \n]*$/y, '}')
    const { descr, fortran, shape } = found
    if (!descr || fortran === undefined || !shape) throw this.fault(0, `'${!descr ? 'descr' : !shape ? 'shape' : 'fortran_order'}'`, '–')
    return { ...descr, fortran, shape }
  }

  private descr(): Pick<NumberLayout, 'type' | 'littleEndian'> {
    this.skipSpace()
    const at = this.#at
    const [text, order = '', type = ''] = this.match(/'([<>|=]?)([a-zA-Z?]\d*)'/y) ?? ['']
    if (isNumberType(type) && (order !== '|' || type.endsWith('1'))) return { type, littleEndian: order !== '>' }
    throw fault(this.file, 'npy.type', { at: this.first + at, wanted: numberTypes.join(', '), found: excerpt(text || this.text.slice(at, at + 60)) || '–' })
  }

  private shape(): readonly number[] {
    this.take(/\(/y, '(')
    const shape: number[] = []
    while (!this.has(/\)/y)) {
      const at = this.#at
      const size = Number(this.take(/(?:0|[1-9]\d{0,15})(?!\d)L?/y, '0, 1, 2, …')[0].replace('L', '')) // Python 2 writes long numbers as 3L
      if (!Number.isSafeInteger(size)) throw this.fault(at, '< 2^53', String(size))
      shape.push(size)
      if (shape.length > maxAxes) throw this.fault(at, `≤ ${maxAxes}`, `> ${maxAxes}`)
      const [, comma] = this.take(/(,)|(?=\))/y, ', )')
      if (comma === undefined && shape.length === 1) throw this.fault(this.#at, ',', ')') // (3) is a number
    }
    return shape
  }

  private has(pattern: RegExp): boolean {
    this.skipSpace()
    return this.match(pattern) !== null
  }

  private take(pattern: RegExp, wanted: string): RegExpExecArray {
    this.skipSpace()
    const match = this.match(pattern)
    if (!match) throw this.fault(this.#at, wanted, excerpt(this.text.slice(this.#at, this.#at + 60)) || '–')
    return match
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.text)
    if (match) this.#at = pattern.lastIndex
    return match
  }

  private skipSpace(): void { this.match(/ */y) }

  private fault(at: number, wanted: string, found: string): FormatError { return fault(this.file, 'npy.header', { at: this.first + at, wanted, found }) }
}
