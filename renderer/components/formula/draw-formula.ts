import { __renderToDomTree, type KatexNode, type KatexOptions } from 'katex'

/** The digits of a power of ten stay in one line: 4.2 \times 10^{-7} is one number. */
const whole = (latex: string): string => latex.replace(/[\d.]+ \\times 10\^\{-?\d+\}/g, '{$&}')

/**
 * Draws a formula into an element. The window's policy refuses styles that are set as attributes, which KaTeX does at
 * the tall brackets of `cases` and of matrices (SVG) and at its own mistakes: there they are set as properties.
 */
export function drawFormula(latex: string, place: HTMLElement, options: KatexOptions): void {
  const tree = __renderToDomTree(whole(latex), options)
  asProperties(tree)
  place.replaceChildren(tree.toNode())
}

function asProperties(node: KatexNode): void {
  const { style } = node.attributes ?? {}
  if (node.attributes && style !== undefined) {
    delete node.attributes['style']
    const make = node.toNode.bind(node)
    node.toNode = () => {
      const made = make() as HTMLElement | SVGElement
      made.style.cssText += style
      return made
    }
  }
  node.children?.forEach(asProperties)
}
