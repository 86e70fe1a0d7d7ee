import { textWidth } from '../layout/text-width'

type Attributes = Readonly<Record<string, string | number | undefined>>

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&apos;' }
/** Control characters that are invalid in XML would make the whole file invalid. */
// eslint-disable-next-line no-control-regex
const safe = (text: string): string => text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replaceAll(/[&<>"']/g, sign => escapes[sign]!)

const written = (value: string | number): string => typeof value === 'number' ? String(Math.round(value * 100) / 100) : safe(value)

/** An element as text. @param inner its content, already as markup */
export function element(name: string, attributes: Attributes, inner = ''): string {
  const list = Object.entries(attributes).flatMap(([key, value]) => value === undefined ? [] : [` ${key}="${written(value)}"`]).join('')
  return inner ? `<${name}${list}>${inner}</${name}>` : `<${name}${list}/>`
}

export interface Writing {
  readonly x: number
  readonly y: number
  readonly fill: string
  readonly size: number
  readonly weight?: number
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly italic?: boolean
  readonly family?: string
}

/** One line of text, centred vertically by an offset: not every program supports `dominant-baseline`. */
export function writing(text: string, { x, y, fill, size, weight = 400, anchor = 'middle', italic = false, family }: Writing): string {
  return element('text', {
    x, y: y + size * 0.36, fill, 'font-size': size, 'font-weight': weight, 'text-anchor': anchor, 'font-style': italic ? 'italic' : undefined, 'font-family': family,
  }, safe(text))
}

export const patchHeight = 18

/** Text on a filled background, so that no line runs through it. */
export function patch(text: string, background: string, options: Writing): string {
  const width = textWidth(text, `${options.weight ?? 400} ${options.size}px`) + 10
  const rect = element('rect', { x: options.x - width / 2, y: options.y - patchHeight / 2, width, height: patchHeight, rx: 5, fill: background })
  return rect + writing(text, options)
}
