/** Bytes of a message in pieces, which are joined once. */
export interface Message {
  readonly pieces: readonly Uint8Array[]
  readonly length: number
}

/** How a field's value is written. @source Protocol Buffers, "Encoding" */
const [varint, delimited, fixed32] = [0, 2, 5]

/** A message of fields in their order. */
export const message = (...fields: readonly Message[]): Message =>
  ({ pieces: fields.flatMap(({ pieces }) => pieces), length: fields.reduce((sum, { length }) => sum + length, 0) })

/** An integer that is not negative. */
export const integer = (field: number, value: number): Message => piece(Uint8Array.from([...varintOf(field << 3 | varint), ...varintOf(value)]))

export function float(field: number, value: number): Message {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return message(piece(Uint8Array.from(varintOf(field << 3 | fixed32))), piece(bytes))
}

export const bytes = (field: number, value: Uint8Array): Message => embedded(field, piece(value))
export const text = (field: number, value: string): Message => bytes(field, new TextEncoder().encode(value))
export const embedded = (field: number, value: Message): Message =>
  message(piece(Uint8Array.from([...varintOf(field << 3 | delimited), ...varintOf(value.length)])), value)

/** The bytes of a whole message. */
export function joined({ pieces, length }: Message): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

const piece = (bytes: Uint8Array): Message => ({ pieces: [bytes], length: bytes.length })

/** Seven bits in each byte, lowest first; the highest bit says that more follow. */
function varintOf(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push(rest % 128 + 128)
  }
}
