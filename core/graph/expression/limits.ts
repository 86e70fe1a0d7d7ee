/** What an expression may be at most: beyond it, nobody reads the graph any more. */
export const expressionLimits = {
  /** As a person counts: code points */
  maxLength: 4000,
  /** Brackets, calls, unary minus and powers inside each other */
  maxDepth: 100,
  /** Operations, constants and different names */
  maxNodes: 2000,
} as const
