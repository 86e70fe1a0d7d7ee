/** Limits of an expression: a larger graph would not be readable. */
export const expressionLimits = {
  /** Characters, as code points */
  maxLength: 4000,
  /** Nesting of brackets, calls, unary minus and powers */
  maxDepth: 100,
  /** Number of operations, constants and distinct names */
  maxNodes: 2000,
} as const
