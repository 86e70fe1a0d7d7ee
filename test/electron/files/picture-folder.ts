import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PNG } from 'pngjs'

/** A grey picture as a PNG. @param at grey of a pixel, 0 (black) to 255 (white) */
export function pngOf(width: number, height: number, at: (x: number, y: number) => number): Buffer {
  const png = new PNG({ width, height })
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const grey = at(x, y)
    png.data.set([grey, grey, grey, 255], 4 * (y * width + x))
  }
  return PNG.sync.write(png)
}

/** Writes files into a folder. @param files contents by their path inside it; null makes a folder */
export function writeTree(folder: string, files: Readonly<Record<string, Uint8Array | string | null>>): void {
  for (const [name, contents] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(contents === null ? path : dirname(path), { recursive: true })
    if (contents !== null) writeFileSync(path, contents)
  }
}

/** Letters on white paper: a bar that is upright for the first class, flat for the second, and so on; 8×6 pixels. */
export const letter = (kind: number, n: number, { width = 6, height = 8, paper = 255 - n % 5, ink = 10 + n } = {}): Buffer =>
  pngOf(width, height, (x, y) => (kind % 2 === 0 ? x === 2 : y === 3) && x > 0 && y > 0 && x < width - 1 && y < height - 1 ? ink : paper)

/** A folder of letters, so many of each class. */
export const letterFiles = (classes: readonly string[], each: number, below = ''): Record<string, Buffer> =>
  Object.fromEntries(classes.flatMap((name, kind) => Array.from({ length: each }, (_, n) => [`${below}${name}/${n}.png`, letter(kind, n)])))
