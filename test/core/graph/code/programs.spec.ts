import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, describe, expect, test } from 'vitest'
import * as core from '@core'
import { numpyOf, pytorchOf, typescriptOf } from '../../../../core/graph/code'
import { traceOf } from '../../../../core/graph/run'
import type { GraphDocument, Nested } from '../../../../core/graph/types'
import { toNested } from '../../../../core/graph/values'
import { type Python, pythonFor } from '../../../fixtures/python'
import { documents } from './documents'

interface Printed { readonly value: Nested, readonly gradients: Readonly<Record<string, Nested>> }

const folder = mkdtempSync(join(tmpdir(), 'lab-programs-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

/** All programs in one process, since importing torch takes a second. */
function runPython({ python, path }: Python, name: string, programs: Readonly<Record<string, string>>): Readonly<Record<string, { out: string, error: string }>> {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(programs))
  const runner = `import contextlib, io, json, sys, traceback, warnings
warnings.simplefilter("ignore")
results = {}
for name, source in json.load(open(sys.argv[1], encoding="utf-8")).items():
    out, error = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(source, name, "exec"), {"__name__": "__main__"})
    except Exception:
        error = traceback.format_exc()
    results[name] = {"out": out.getvalue(), "error": error}
print(json.dumps(results))`
  const { stdout, stderr } = spawnSync(python, ['-c', runner, file], { encoding: 'utf8', timeout: 120_000, maxBuffer: 1e8, env: { ...process.env, ...path === undefined ? {} : { PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1' } } })
  if (!stdout) throw new Error(stderr)
  return JSON.parse(stdout) as Record<string, { out: string, error: string }>
}

function runTypescript(source: string): string {
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 }, reportDiagnostics: true })
  const lines: string[] = []
  const load = (name: string): unknown => {
    if (name === '@core') return core
    throw new Error(name)
  }
  new Function('require', 'exports', 'console', outputText)(load, {}, { log: (line: string) => lines.push(line) })
  return lines.join('\n')
}

function wanted(document: GraphDocument): Printed {
  const { graph, forward, backward, problem } = traceOf(document)
  if (problem) throw new Error(`${problem.code} at ${problem.node}`)
  return {
    value: toNested(forward.values.get(graph.output)!),
    gradients: Object.fromEntries(graph.inputs.map(name => [name, toNested(backward.gradients.get(name)!)])),
  }
}

/** Largest difference relative to the largest number of the same tensor, since small numbers may be differences of large ones. */
function difference(found: Nested, right: Nested): number {
  const [a, b] = [[found].flat(4) as number[], [right].flat(4) as number[]]
  if (JSON.stringify(found).replace(/[^[\],]/g, '') !== JSON.stringify(right).replace(/[^[\],]/g, '')) return Infinity // shapes differ
  const scale = Math.max(...b.map(Math.abs)) || 1
  return Math.max(...a.map((n, i) => Math.abs(n - b[i]!) / scale))
}

/** BLAS and torch sum in a different order, which adds a few roundings of 1e-16. */
const tolerance = 1e-12

function expectPrinted(line: string, document: GraphDocument): void {
  expect(line.trim().split('\n')).toHaveLength(1)
  const printed = JSON.parse(line) as Printed
  const right = wanted(document)
  expect(Object.keys(printed)).toEqual(['value', 'gradients'])
  expect(Object.keys(printed.gradients)).toEqual(Object.keys(right.gradients))
  expect(difference(printed.value, right.value)).toBeLessThanOrEqual(tolerance)
  for (const [name, gradient] of Object.entries(right.gradients)) expect([name, difference(printed.gradients[name]!, gradient)]).toEqual([name, expect.toSatisfy((d: number) => d <= tolerance)])
}

/** Every kind of layer in one chain, as its definition writes it, and each loss. A dropout mask is one of the inputs. */
const chains: Readonly<Record<string, GraphDocument>> = Object.fromEntries(core.losses.map((loss) => {
  const [rows, classes, input] = [4, 3, [5]]
  const random = new core.Random(9)
  const numbers = (shape: readonly number[]): core.Value => ({ shape, data: Array.from({ length: core.sizeOf(shape) }, () => random.normal()) })
  const settings = { units: 6, rate: 0.3 }
  const specs: readonly core.LayerSpec[] = [{ kind: 'affine', units: 6 }, ...[...core.layerKinds.keys()].map(kind => ({ kind, ...settings })), { kind: 'affine', units: classes }]
  const inputs = new Map<string, core.Value>([['X', numbers([rows, ...input])], ['T', { shape: [rows, classes], data: Array.from({ length: rows * classes }, (_, i) => Number(i % classes === Math.floor(i / classes) % classes)) }]])
  let x = 'X'
  const lines = core.planOf({ input, layers: specs }).map(({ name, spec, input }) => {
    const definition = core.layerDefinition(spec.kind)
    const at = `${core.layerNumber(name)}`
    for (const { name, shape, trained } of definition.tensors(spec, input)) if (trained) inputs.set(`${name}${at}`, numbers(shape))
    for (const { name: mask, ...value } of definition.constants?.(spec, { name, at, rows, input, seed: 1, step: 2 }) ?? []) inputs.set(mask, value)
    const line = `${name} = ${definition.expression(spec, x, at)}`
    x = name
    return line
  })
  const expression = [...lines, core.lossDefinition(loss).expression(x, 'T')].join('\n')
  return [`every kind of layer with ${loss}`, { expression, inputs: Object.fromEntries([...inputs].map(([name, value]) => [name, toNested(value)])) }]
}))

describe.each([['NumPy', 'numpy', numpyOf], ['PyTorch', 'torch', pytorchOf]] as const)('as a %s program', (title, name, write) => {
  const python = pythonFor(name)
  const why = python ? '' : ` (skipped: no python3 here can import ${name})`
  const chain: GraphDocument = { expression: Array.from({ length: 1000 }, (_, i) => i % 2 ? 'a' : 'b').join('+'), inputs: { a: 0.5, b: 2 } }
  const all: Readonly<Record<string, GraphDocument>> = { ...documents, ...chains, 'a thousand terms': chain }
  const results = python ? runPython(python, name, Object.fromEntries(Object.entries(all).map(([key, document]) => [key, write(document).text]))) : {}

  test.skipIf(!python).each(Object.entries(all))(`%s prints the lab's own numbers${why}`, (key, document) => {
    expect(results[key]?.error, write(document).text).toBe('')
    expectPrinted(results[key]!.out, document)
  })

  test(`${title} programs do not depend on which groups are open`, () => {
    for (const document of Object.values(documents)) {
      expect(write(document).text).toBe(write({ ...document, opened: [] }).text)
    }
  })
})

test('a NumPy program numbers the layers of each kind from 1, in the order of the forward pass', () => {
  const layersOf = (document: GraphDocument): readonly string[] => Array.from(numpyOf(document).text.matchAll(/^(\w+) = [A-Z]\w*\(/gm), ([, name]) => name!)
  expect(layersOf({ expression: 'affine(relu(affine(x, W, b)), W, b)', inputs: { x: [[1, 2]], W: [[1, 2], [3, 4]], b: [5, 6] } })).toEqual(['affine1', 'relu1', 'affine2'])
  expect(layersOf({ expression: 'a * b + c * d + a', inputs: {} })).toEqual(['mul1', 'mul2', 'add1', 'add2'])
  expect(layersOf({ expression: 'mul1 * b', inputs: {} })).not.toContain('mul1') // names chosen by the user take precedence
})

describe('as a TypeScript program', () => {
  test.each(Object.entries(documents))('%s prints the lab\'s own numbers, to the last bit', (_, document) => {
    const closed = { ...document, opened: [] } // opened parts round differently
    expect(JSON.parse(runTypescript(typescriptOf(document).text))).toEqual(JSON.parse(JSON.stringify(wanted(closed))))
  })

  test('an expression with quotes, backslashes or line breaks is preserved', () => {
    const document = { expression: 't = x\n\u2028z = t * 2', inputs: { x: 3, __proto__: 1 } }
    expect(runTypescript(typescriptOf(document).text)).toBe('{"value":6,"gradients":{"x":2}}')
  })
})

test('an expression that yields no program is refused with the playground’s own errors', () => {
  for (const write of [numpyOf, pytorchOf, typescriptOf]) {
    expect(() => write({ expression: 'x +', inputs: {} })).toThrow(expect.objectContaining({ code: 'graph.endsEarly' }) as Error)
    expect(() => write({ expression: 'x * y', inputs: { x: [1, 2], y: [1, 2, 3] } })).toThrow(expect.objectContaining({ code: 'graph.shapes' }) as Error)
  }
})
