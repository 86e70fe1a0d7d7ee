const uint16 = (value: number): number[] => [value >> 8 & 0xff, value & 0xff]
const uint32 = (value: number): number[] => [...uint16(value >>> 16), ...uint16(value)]
const ascii = (text: string): number[] => [...text].map(letter => letter.charCodeAt(0))

/** The first bytes of a PNG, up to its IHDR. */
export const png = (width: number, height: number): Uint8Array => Uint8Array.from([0x89, ...ascii('PNG\r\n\x1a\n'), ...uint32(13), ...ascii('IHDR'), ...uint32(width), ...uint32(height), 8, 0, 0, 0, 0])
/** A JPEG up to its frame. @param before bytes of segments before it */
export const jpeg = (width: number, height: number, { frame = 0xc0, before = [] as readonly number[] } = {}): Uint8Array =>
  Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, ...uint16(16), ...ascii('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0, ...before, 0xff, frame, ...uint16(11), 8, ...uint16(height), ...uint16(width), 1, 1, 0x11, 0])
/** A WebP with the first bytes of its first chunk. */
export const webp = (chunk: string, data: readonly number[]): Uint8Array => Uint8Array.from([...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBP'), ...ascii(chunk), 0, 0, 0, 0, ...data])
/** A BMP up to its size. */
export const bmp = (width: number, height: number): Uint8Array => Uint8Array.from([...ascii('BM'), ...Array<number>(12).fill(0), 40, 0, 0, 0, ...uint32(width).reverse(), ...uint32(height).reverse()])
