import 'katex'

declare module 'katex' {
  /** A node of KaTeX's own tree, before it is drawn. */
  export interface KatexNode {
    attributes?: Record<string, string>
    children?: readonly KatexNode[]
    toNode: () => Node
  }
  /** What `render` draws; its types leave it out. */
  export function __renderToDomTree(expression: string, options: KatexOptions): KatexNode
}
