type Rgb = readonly [number, number, number]
type Theme = 'light' | 'dark'

// From purple over neutral to green, ColorBrewer's PRGn and its like on a dark background: distinguishable with every common
// colour blindness, and neither the blue of values nor the orange of gradients.
const stops: Readonly<Record<Theme, readonly Rgb[]>> = {
  light: [[64, 0, 75], [118, 42, 131], [153, 112, 171], [194, 165, 207], [231, 212, 232], [247, 247, 247], [217, 240, 211], [166, 219, 160], [90, 174, 97], [27, 120, 55], [0, 68, 27]],
  dark: [[240, 214, 250], [206, 160, 226], [161, 104, 187], [110, 62, 134], [62, 38, 78], [22, 27, 35], [22, 58, 42], [30, 98, 62], [58, 148, 92], [126, 205, 146], [210, 245, 214]],
}

/** What a cell is that the scale has no colour for: beyond its ends, or no finite number. */
export const signs = ['above', 'below', 'nan', 'plusInfinity', 'minusInfinity'] as const
export type Sign = (typeof signs)[number]

/** The sign of a value, null for one on the scale. @param end magnitude at the ends of the scale */
export function signOf(value: number, end: number): Sign | null {
  // 1e-8 is below float32's precision: a value that the end was computed from is not beyond it
  if (Math.abs(value) <= end * (1 + 1e-8)) return null
  if (value === Infinity) return 'plusInfinity'
  if (value === -Infinity) return 'minusInfinity'
  if (Number.isNaN(value)) return 'nan'
  return end === 0 ? null : value > 0 ? 'above' : 'below'
}

const [lime, magenta, yellow, black]: readonly Rgb[] = [[130, 255, 50], [255, 70, 255], [255, 221, 0], [0, 0, 0]]
/** Colours that are not on the scale, and the dots on those of cells without a finite number, so that they differ by their texture too. */
const signColours: Readonly<Record<Sign, readonly [plain: Rgb, dot: Rgb]>> = {
  above: [lime!, lime!], below: [magenta!, magenta!], nan: [yellow!, black!], plusInfinity: [lime!, black!], minusInfinity: [magenta!, black!],
}

/** A colour as ImageData's 32-bit word (little-endian: ABGR). */
const wordOf = ([r, g, b]: Rgb): number => (255 << 24 | b << 16 | g << 8 | r) >>> 0
const cssOf = (word: number): string => `rgb(${word & 255} ${word >> 8 & 255} ${word >> 16 & 255})`

const half = 127
const size = 2 * half + 1

/** A diverging scale for signed numbers: purple below zero, green above, the background colour at zero. */
export class ColourScale {
  /** Colours from −1 to 1 */
  readonly words = new Uint32Array(size)
  /** Colours of cells with a sign */
  readonly signs: Readonly<Record<Sign, { readonly plain: number, readonly dot: number }>>

  constructor(theme: Theme) {
    const list = stops[theme]
    for (let i = 0; i < size; i++) {
      const at = i / (size - 1) * (list.length - 1)
      const from = Math.min(Math.floor(at), list.length - 2)
      this.words[i] = wordOf(list[from]!.map((c, k) => Math.round(c + (list[from + 1]![k]! - c) * (at - from))) as unknown as Rgb)
    }
    this.signs = Object.fromEntries(signs.map(sign => [sign, { plain: wordOf(signColours[sign][0]), dot: wordOf(signColours[sign][1]) }])) as ColourScale['signs']
  }

  /** @param end magnitude at the ends of the scale; larger values have the colour of the end, NaN that of its sign */
  word(value: number, end: number): number {
    if (Number.isNaN(value)) return this.signs.nan.plain
    const share = end > 0 ? Math.max(-1, Math.min(1, value / end)) : 0
    return this.words[half + Math.round(share * half)]!
  }

  /** Black or white, whichever is easier to see on a value's colour. */
  inkOn(value: number, end: number): '#000' | '#fff' {
    const word = this.word(value, end)
    return 0.3 * (word & 255) + 0.59 * (word >> 8 & 255) + 0.11 * (word >> 16 & 255) > 127 ? '#000' : '#fff'
  }

  /** For CSS: 'rgb(5 48 97)' */
  css(share: number): string { return cssOf(this.word(share, 1)) }

  /** The background of a sign in a legend. @param isPlain without its texture */
  signCss(sign: Sign, isPlain = false): string {
    const { plain, dot } = this.signs[sign]
    return isPlain || plain === dot ? cssOf(plain) : `conic-gradient(${cssOf(dot)} 25%, ${cssOf(plain)} 0) 0 0 / 4px 4px`
  }

  /** The scale as a CSS gradient from −1 to 1. */
  get gradient(): string {
    return `linear-gradient(to right, ${Array.from({ length: 11 }, (_, i) => this.css(i / 5 - 1)).join(', ')})`
  }
}

const made = new Map<string, ColourScale>()
export function colourScale(theme: Theme): ColourScale {
  const scale = made.get(theme) ?? new ColourScale(theme)
  made.set(theme, scale)
  return scale
}
