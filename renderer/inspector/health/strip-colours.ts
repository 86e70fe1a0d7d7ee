import { token } from '../../components/charts/line-chart'
import { css } from '../../lib/paper'
import type { Rgb } from '../../lib/grey'
import type { StripColours } from './strip-picture'
import type { UnitColours } from './unit-map'

/** A colour of the theme: '#1d63c9', or '#fff' as the build shortens it */
function colourOf(name: string): Rgb {
  const digits = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(token(name))?.[1] ?? '808080'
  const each = digits.length === 3 ? [...digits].map(digit => digit + digit) : [0, 2, 4].map(i => digits.slice(i, i + 2))
  return each.map(digit => parseInt(digit, 16)) as unknown as Rgb
}
const mixed = (a: Rgb, b: Rgb, share: number): Rgb => a.map((c, i) => Math.round(c + (b[i]! - c) * share)) as unknown as Rgb
/** A colour as ImageData's 32-bit word (little-endian: ABGR) */
const wordOf = ([r, g, b]: Rgb): number => (255 << 24 | b << 16 | g << 8 | r) >>> 0

const size = 64

/** One hue, from the surface to its strongest colour: blue forward, orange backward. It becomes darker, or brighter in the dark, all the way. */
function rampOf(tone: 'forward' | 'backward'): readonly Rgb[] {
  const [surface, line, strong, text] = ['--surface', `--${tone}-line`, `--${tone}`, '--text'].map(colourOf) as [Rgb, Rgb, Rgb, Rgb]
  const stops = [surface, line, mixed(strong, text, 0.45)]
  return Array.from({ length: size }, (_, i) => {
    const at = i / (size - 1) * (stops.length - 1)
    const from = Math.min(stops.length - 2, Math.floor(at))
    return mixed(stops[from]!, stops[from + 1]!, at - from)
  })
}

/** The colours of a strip in the current theme. */
export const stripColours = (tone: 'forward' | 'backward'): StripColours => ({ ramp: Uint32Array.from(rampOf(tone), wordOf), nonFinite: wordOf(colourOf('--danger')) })

/** The colours of the unit map in the current theme. */
export const unitColours = (): UnitColours => ({ ramp: Uint32Array.from(rampOf('forward'), wordOf), silent: wordOf(colourOf('--danger-soft')) })

/** A ramp as a CSS gradient from no number to the strongest colour. */
export const rampGradient = (tone: 'forward' | 'backward'): string => `linear-gradient(to right, ${rampOf(tone).filter((_, i) => i % 9 === 0).map(css).join(', ')})`
