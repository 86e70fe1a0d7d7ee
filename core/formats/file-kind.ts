import { excerpt } from '../typed/excerpt'

/** Signatures of other file formats, as Latin-1 text, with a further text among the first 256 bytes. @source the formats' own specifications */
const kinds: readonly (readonly [name: string, start: string | RegExp, near?: string | RegExp])[] = [
  ['PNG', '\x89PNG\r\n\x1a\n'], ['JPEG', '\xff\xd8\xff'], ['GIF', 'GIF8'], ['BMP', 'BM'], ['WebP', 'RIFF', 'WEBP'], ['TIFF', 'II*\0'], ['TIFF', 'MM\0*'],
  ['AVIF', /^.{4}ftyp/s, /^.{8}avi[fs]/s], ['HEIC', /^.{4}ftyp/s, /^.{8}(?:hei|hev|mif)/s], ['ICO', '\0\0\x01\0'], ['PDF', '%PDF'],
  ['SVG', /^\s*</, /<svg/], ['HTML', /^\s*<(?:!doctype html|html)/i], ['XML', /^\s*<\?xml/],
  // torch.save writes a zip; before PyTorch 1.6 it wrote a pickle that starts with PyTorch's magic number
  ['PyTorch (.pt)', 'PK\x03\x04', 'data.pkl'], ['PyTorch (.pt)', '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19'],
  ['NumPy (.npz)', 'PK\x03\x04', '.npy'], ['NumPy (.npy)', '\x93NUMPY'], ['Keras (.keras)', 'PK\x03\x04', /metadata\.json|config\.json|model\.weights\.h5/],
  ['ZIP', 'PK\x03\x04'], ['ZIP', 'PK\x05\x06'], ['HDF5 (.h5)', '\x89HDF\r\n\x1a\n'], ['GGUF', 'GGUF'], ['gzip', '\x1f\x8b'],
  ['pickle', '\x80\x02'], ['pickle', '\x80\x03'], ['pickle', '\x80\x04'], ['pickle', '\x80\x05'],
]

/**
 * Identifies a file format by its first bytes.
 * @param bytes at least the first 256, or the whole file
 * @returns the format's name, which is not translated; null for an unknown format
 */
export function fileKind(bytes: Uint8Array): string | null {
  const text = latin1(bytes.subarray(0, 256))
  const isThere = (what: string | RegExp, at: (what: string) => boolean): boolean => typeof what === 'string' ? at(what) : what.test(text)
  return kinds.find(([, start, near = '']) => isThere(start, what => text.startsWith(what)) && isThere(near, what => text.includes(what)))?.[0] ?? null
}

/** The start of a file of unknown format: text in quotes, binary data in hexadecimal. */
export function fileStart(bytes: Uint8Array): string {
  if (bytes.length === 0) return '0 bytes'
  const text = latin1(bytes.subarray(0, 12))
  if (/^[\x20-\x7e\s]+$/.test(text)) return `“${excerpt(text.trim().replace(/\s+/g, ' '))}…”`
  return `${[...bytes.subarray(0, 8)].map(byte => byte.toString(16).padStart(2, '0')).join(' ')} …`
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
