/** The values of the window's CSS tokens: an exported file has no style sheet. */
export interface Palette {
  readonly background: string
  readonly text: string
  readonly muted: string
  readonly outline: string
  readonly rule: string
  readonly frame: string
  readonly forward: string
  readonly forwardSoft: string
  readonly forwardLine: string
  readonly backward: string
  readonly backwardSoft: string
  readonly backwardLine: string
  readonly good: string
  readonly danger: string
  readonly dangerSoft: string
}
export type Theme = 'light' | 'dark'

export const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    background: '#ffffff', text: '#18202c', muted: '#536072', outline: '#aeb9c8', rule: '#d8dee8', frame: '#f5f7fa',
    forward: '#1d63c9', forwardSoft: '#dce9fb', forwardLine: '#3b82e6', backward: '#a84b04', backwardSoft: '#fdebd9', backwardLine: '#e0771a',
    good: '#1b7344', danger: '#b3261e', dangerSoft: '#fbe4e2',
  },
  dark: {
    background: '#181e27', text: '#e8edf4', muted: '#9dabbc', outline: '#4d5a6c', rule: '#2b3441', frame: '#151a22',
    forward: '#7db4ff', forwardSoft: '#16294a', forwardLine: '#4f95f5', backward: '#ffb070', backwardSoft: '#3c2613', backwardLine: '#f08c33',
    good: '#6fd09a', danger: '#ff938b', dangerSoft: '#43201d',
  },
}

/** The colours of an edge whose gradient nothing uses: grey. */
export const unused = (palette: Palette): Palette => ({ ...palette, backward: palette.muted, backwardSoft: palette.rule, backwardLine: palette.outline })

/** Dims colours towards the background: lines strongly, text to a contrast of at least 4.5:1. */
export function dimmed(palette: Palette): Palette {
  const back = (colour: string, share: number) => mix(colour, palette.background, share)
  return {
    ...palette,
    text: back(palette.text, 0.65), muted: back(palette.muted, 0.9), outline: back(palette.outline, 0.45),
    forward: back(palette.forward, 0.9), forwardLine: back(palette.forwardLine, 0.36), backward: back(palette.backward, 0.9), backwardLine: back(palette.backwardLine, 0.36),
  }
}

function mix(a: string, b: string, share: number): string {
  const part = (colour: string, i: number) => Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16)
  return `#${[0, 1, 2].map(i => Math.round(part(a, i) * share + part(b, i) * (1 - share)).toString(16).padStart(2, '0')).join('')}`
}
