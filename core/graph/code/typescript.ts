import type { GraphDocument, Nested } from '../types'
import { planOf } from './plan'
import { type Listing, listingOf } from './listing'

/**
 * The graph as a TypeScript program based on the lab's core.
 * @returns a program that prints {"value": …, "gradients": {"x": …}} as one line of JSON
 * @throws LabError graph.*
 */
export function typescriptOf(document: GraphDocument): Listing {
  const { graph } = planOf(document)
  const { expression, upstream } = document
  const given = graph.inputs.map((name) => {
    const nested = Object.hasOwn(document.inputs, name) ? document.inputs[name]! : 1
    return `    ${/^[a-zA-Z_][a-zA-Z_0-9]*$/.test(name) && name !== '__proto__' ? name : `[${quoted(name)}]`}: ${nestedText(nested)},\n`
  })
  return listingOf([{ text: `import { toNested, traceOf } from '@core'

const { graph, forward, backward, problem } = traceOf({
  expression: ${quoted(expression)},
  inputs: {${given.length > 0 ? `\n${given.join('')}  ` : ''}},
${upstream === undefined ? '' : `  upstream: ${nestedText(upstream)},\n`}})
if (problem) throw new Error(\`\${problem.code} at \${problem.node}\`)

const value = toNested(forward.values.get(graph.output)!)
const gradients = Object.fromEntries(graph.inputs.map(name => [name, toNested(backward.gradients.get(name)!)]))
console.log(JSON.stringify({ value, gradients }))
` }])
}

const nestedText = (nested: Nested): string => JSON.stringify(nested).replaceAll(',', ', ')

/** A string literal in single quotes, with escapes. */
const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll('\'', '\\\'').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`
