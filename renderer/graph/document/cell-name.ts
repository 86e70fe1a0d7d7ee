import { matrixOf } from '@core'

/** The name of a cell: W1[3, 7], b1[2], L. */
export function cellName(node: string, cell: number, shape: readonly number[]): string {
  const short = node.split('/').at(-1) ?? node
  if (shape.length === 0) return short
  if (shape.length === 1) return `${short}[${cell}]`
  const [, columns] = matrixOf(shape)
  return `${short}[${Math.floor(cell / columns)}, ${cell % columns}]`
}
