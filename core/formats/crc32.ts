const bytesAtOnce = 8

/** Remainders for the polynomial of zip and PNG, bits reversed: of each byte, followed by 0, 1, …, 7 zero bytes. */
const tables = ((): readonly Uint32Array[] => {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1
    return remainder
  })
  const all = [first]
  while (all.length < bytesAtOnce) all.push(all.at(-1)!.map(remainder => (remainder >>> 8) ^ first[remainder & 0xff]!))
  return all
})()
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array]

/**
 * Checksum of bytes, as in zip files. Eight bytes at once, which is more than twice as fast as one by one: a checkpoint has up to 330 MB.
 * @param before checksum of the bytes before these; left out: there are none
 * @source RFC 1952, section 8
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let remainder = ~before
  const inEights = bytes.length - bytes.length % bytesAtOnce
  for (let i = 0; i < inEights; i += bytesAtOnce) {
    const four = remainder ^ (bytes[i]! | bytes[i + 1]! << 8 | bytes[i + 2]! << 16 | bytes[i + 3]! << 24)
    remainder = t7[four & 0xff]! ^ t6[(four >>> 8) & 0xff]! ^ t5[(four >>> 16) & 0xff]! ^ t4[four >>> 24]!
      ^ t3[bytes[i + 4]!]! ^ t2[bytes[i + 5]!]! ^ t1[bytes[i + 6]!]! ^ t0[bytes[i + 7]!]!
  }
  for (let i = inEights; i < bytes.length; i++) remainder = (remainder >>> 8) ^ t0[(remainder ^ bytes[i]!) & 0xff]!
  return ~remainder >>> 0
}
