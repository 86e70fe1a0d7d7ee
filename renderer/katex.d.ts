import 'katex'

declare module 'katex' {
  /** A node of KaTeX's tree, before it is rendered. */
  export interface KatexNode {
    attributes?: Record<string, string>
    children?: readonly KatexNode[]
    toNode: () => Node
  }
  /** The tree that `render` renders; missing in KaTeX's own types. */
  export function __renderToDomTree(expression: string, options: KatexOptions): KatexNode
}
