import type { OperationNode, Trace } from '@core'

/**
 * Whether a question asks what a node sends back. The same operation elsewhere in the graph would tell the rule, so it
 * counts for all nodes of this operation.
 * @param hidden 'value:ID', 'gradient:ID', 'updated:ID'
 */
export const isRuleAsked = ({ graph }: Trace, hidden: ReadonlySet<string>, { operation }: OperationNode): boolean =>
  hidden.size > 0 && graph.nodes.some(node => node.kind === 'operation' && node.operation === operation && node.args.some(arg => hidden.has(`gradient:${arg}`)))
