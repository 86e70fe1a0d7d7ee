import { fileKind } from './file-kind'

/** Formats of the pictures that can be put on the paper. */
export const pictureKinds = ['PNG', 'JPEG', 'WebP', 'BMP'] as const
export type PictureKind = (typeof pictureKinds)[number]

/** Limits for a picture; a very long, narrow one takes many times as long to decode as a square one with as many pixels. */
export const pictureLimits = { pixels: 25_000_000, side: 10_000 } as const

export interface PictureSize { readonly width: number, readonly height: number }

/** A picture's format by its first bytes; null for any other file. */
export const pictureKind = (start: Uint8Array): PictureKind | null => pictureKinds.find(kind => kind === fileKind(start)) ?? null

/**
 * Reads a picture's size from its header, without unpacking anything.
 * @param start first bytes of the file
 * @returns null when the size is not in these bytes; 0 is possible and means damage
 * @source PNG, "IHDR Image header"; ITU-T T.81, B.2.2; RFC 9649; Microsoft, "BITMAPINFOHEADER"
 */
export function pictureSize(start: Uint8Array, kind: PictureKind): PictureSize | null {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  try { return sizes[kind](view) }
  catch (cause) {
    if (cause instanceof RangeError) return null // beyond the end
    throw cause
  }
}

const sizes: Readonly<Record<PictureKind, (view: DataView) => PictureSize | null>> = {
  PNG: view => text(view, 12) === 'IHDR' ? { width: view.getUint32(16), height: view.getUint32(20) } : null,
  JPEG: (view) => {
    for (let at = 2; ;) {
      if (view.getUint8(at) !== 0xff) return null
      const marker = view.getUint8(at + 1)
      const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker) // these three are tables and reserved
      if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
      if (marker === 0xd9 || marker === 0xda) return null // the scan comes after the frame
      at += marker === 0xff ? 1 : hasLength(marker) ? 2 + view.getUint16(at + 2) : 2
    }
  },
  WebP: (view) => {
    const uint24 = (at: number): number => view.getUint16(at, true) + 0x10000 * view.getUint8(at + 2)
    switch (text(view, 12)) {
      case 'VP8 ': return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
      case 'VP8L': {
        const bits = view.getUint32(21, true)
        return { width: (bits & 0x3fff) + 1, height: (bits >>> 14 & 0x3fff) + 1 }
      }
      case 'VP8X': return { width: uint24(24) + 1, height: uint24(27) + 1 }
      default: return null
    }
  },
  BMP: view => view.getUint32(14, true) === 12 // the header of OS/2
    ? { width: view.getUint16(18, true), height: view.getUint16(20, true) }
    : { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) }, // negative height: rows from the top
}

const text = (view: DataView, at: number): string => String.fromCharCode(...[0, 1, 2, 3].map(i => view.getUint8(at + i)))
/** Whether a JPEG segment has a length: all but TEM and restart markers. */
const hasLength = (marker: number): boolean => marker !== 0x01 && !(marker >= 0xd0 && marker <= 0xd7)
