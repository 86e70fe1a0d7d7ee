import { __renderToDomTree, type KatexNode, type KatexOptions } from 'katex'

/** Keeps a number in scientific notation on one line: 4.2 \times 10^{-7}. */
const whole = (latex: string): string => latex.replace(/[\d.]+ \\times 10\^\{-?\d+\}/g, '{$&}')

/**
 * Renders a formula into an element. The content security policy blocks the style attributes that KaTeX writes for tall
 * brackets (`cases`, matrices; SVG) and for parse errors, so these are set as properties.
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
