import type { Value } from '../types'
import { sizeOf } from '../values'

/** A Python float literal: 100.0 */
export function floatText(n: number): string {
  const text = Object.is(n, -0) ? '-0' : String(n)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** A tensor as nested lists; long matrices take one line per row. */
export function nestedText({ shape, data }: Value, number: (n: number) => string, indent: string): string {
  const level = (depth: number, from: number, space: string): string => {
    if (depth === shape.length) return number(data[from]!)
    const size = sizeOf(shape.slice(depth + 1))
    const items = Array.from({ length: shape[depth]! }, (_, i) => level(depth + 1, from + i * size, `${space} `))
    return `[${items.join(depth + 1 < shape.length ? `,\n${space} ` : ', ')}]`
  }
  const text = level(0, 0, indent)
  const line = text.replace(/\n\s*/g, ' ')
  return line.length <= 80 ? line : text
}
