import { type CodeSource, titleOf } from './source'

/** A training as a TypeScript module based on the lab's core: the same weights as in the lab, bit for bit, on kernels of the same kind. */
export function typescriptNetwork(source: CodeSource): string {
  return `// ${titleOf(source)}, for ${source.dataset.name}
import { createReferenceOps, type Dataset, type Ops, type RunConfig, Trainer } from '@core'

const config: RunConfig = ${literal(source.config)}

/** Learns \`steps\` mini-batches. The reference operations are readable; the lab's WebAssembly kernels are faster. */
export function train(dataset: Dataset, steps: number, ops: Ops = createReferenceOps('float32')): Trainer {
  const trainer = new Trainer(config, dataset, { ops })
  for (let step = 0; step < steps; step++) trainer.learn()
  return trainer
}
`
}

/** A value as TypeScript, with keys that need no quotes and short objects in one line. */
function literal(value: unknown, indent = ''): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value !== 'object' || value === null) return String(value)
  const inner = `${indent}  `
  const items = Array.isArray(value) ? value.map(item => literal(item, inner)) : Object.entries(value).flatMap(([key, item]) => item === undefined ? [] : [`${key}: ${literal(item, inner)}`])
  const [open, close, space] = Array.isArray(value) ? ['[', ']', ''] : ['{', '}', ' ']
  const line = `${open}${space}${items.join(', ')}${space}${close}`
  return line.length + indent.length <= 90 && !line.includes('\n') ? line : `${open}\n${items.map(item => `${inner}${item},\n`).join('')}${indent}${close}`
}
