type Rgb = readonly [number, number, number]

// From orange over neutral to blue (the orange half of ColorBrewer's PuOr, the blue half of its RdBu): distinguishable
// with every common colour blindness.
const stops: Readonly<Record<'light' | 'dark', readonly Rgb[]>> = {
  light: [[127, 59, 8], [179, 88, 6], [224, 130, 20], [253, 184, 99], [254, 224, 182], [247, 247, 247], [209, 229, 240], [146, 197, 222], [67, 147, 195], [33, 102, 172], [5, 48, 97]],
  dark: [[255, 221, 178], [253, 174, 97], [224, 121, 32], [150, 75, 18], [76, 43, 20], [22, 27, 35], [22, 46, 82], [28, 82, 145], [58, 130, 210], [120, 180, 246], [205, 228, 255]],
}

const half = 127
const size = 2 * half + 1

/** A diverging scale for signed numbers: orange below zero, blue above, the background colour at zero. */
export class ColourScale {
  /** Colours from −1 to 1 as ImageData's 32-bit words (little-endian: ABGR) */
  readonly words = new Uint32Array(size)

  constructor(theme: 'light' | 'dark') {
    const list = stops[theme]
    for (let i = 0; i < size; i++) {
      const at = i / (size - 1) * (list.length - 1)
      const from = Math.min(Math.floor(at), list.length - 2)
      const [r, g, b] = list[from]!.map((c, k) => Math.round(c + (list[from + 1]![k]! - c) * (at - from))) as [number, number, number]
      this.words[i] = (255 << 24 | b << 16 | g << 8 | r) >>> 0
    }
  }

  /** @param end magnitude at the ends of the scale; larger values are clamped */
  word(value: number, end: number): number {
    const share = end > 0 && value === value ? Math.max(-1, Math.min(1, value / end)) : 0
    return this.words[half + Math.round(share * half)]!
  }

  /** For CSS: 'rgb(5 48 97)' */
  css(share: number): string {
    const word = this.word(share, 1)
    return `rgb(${word & 255} ${word >> 8 & 255} ${word >> 16 & 255})`
  }

  /** The scale as a CSS gradient from −1 to 1. */
  get gradient(): string {
    return `linear-gradient(to right, ${Array.from({ length: 11 }, (_, i) => this.css(i / 5 - 1)).join(', ')})`
  }
}

const made = new Map<string, ColourScale>()
export function colourScale(theme: 'light' | 'dark'): ColourScale {
  const scale = made.get(theme) ?? new ColourScale(theme)
  made.set(theme, scale)
  return scale
}
