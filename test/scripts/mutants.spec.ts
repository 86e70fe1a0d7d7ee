import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { copyProject } from '../../scripts/lib/mutants/copy.mjs'
import { inOrder, isSame, judgeAll, limitOf } from '../../scripts/lib/mutants/judge.mjs'
import { Job } from '../../scripts/lib/mutants/job.mjs'
import { mutationsOf, numbersNear } from '../../scripts/lib/mutants/operators.mjs'
import { Relations } from '../../scripts/lib/mutants/related.mjs'
import { line, share, summary } from '../../scripts/lib/mutants/report.mjs'
import { draw, filesOfRoom, listed } from '../../scripts/lib/mutants/rooms.mjs'
import { Types } from '../../scripts/lib/mutants/types.mjs'
import { at } from '../../scripts/lib/project.mjs'

const folders: string[] = []
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }) })

/** A small project in a temporary folder. */
function projectOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'lab-mutants-test-'))
  folders.push(root)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}

/** All texts that a single mutation of a source produces. */
const changed = (text: string, file = 'a.ts'): string[] => mutationsOf(file, text).flat().map(({ start, end, new: replacement }) => text.slice(0, start) + replacement + text.slice(end))

describe('mutations', () => {
  test.each([
    ['a boundary', 'f(a < b)', ['f(a <= b)']],
    ['equality', 'f(a === b)', ['f(a !== b)']],
    ['arithmetic', 'f(a + b)', ['f(a - b)']],
    ['a clause of "and"', 'f(a && b)', ['f(a)', 'f(b)', 'f(a || b)']],
    ['a fallback', 'f(a ?? b)', ['f(a)', 'f(b)']],
    ['a negation', 'f(!a)', ['f(a)']],
    ['a condition', 'if (a) f()', ['if (!(a)) f()', ';', 'if (a) ;']],
    ['a small number', 'f(2)', ['f(3)', 'f(1)']],
    ['a large number', 'f(250)', ['f(500)', 'f(125)']],
    ['a truth value', 'f(true)', ['f(false)']],
    ['a text', 'f("a")', ['f(\'\')']],
    ['a property', 'f({ a })\nf({ b: c })', ['f({ a })\nf({ ...{} })']],
    ['a list', 'f([a])', ['f([])']],
    ['what a function returns', 'const f = () => g', ['const f = () => undefined']],
    ['a return', 'function f() { return a }', ['function f() { return }']],
    ['the smaller of two', 'f(Math.min(a, b))', ['f(Math.max(a, b))', 'f((a))', 'f((b))']],
    ['counting', 'for (;;) i++', ['for (;;) ;', 'for (;;) i--']],
  ])('reach %s', (_, source, expected) => {
    expect(changed(source)).toEqual(expect.arrayContaining(expected))
  })

  test.each([
    ['types', 'type A = 1 | "b"\nlet a: A | true'],
    ['imports', 'import { a } from "b"\nexport { c } from "d"'],
    ['names of fields', 'class A { "a": B }'],
    ['an error\'s own text', 'const e = new RangeError("text")'],
    ['the text of an error of ours', 'const e = new FormatError(code, `${a - 1} of ${"b"}`, details)'],
    ['the name of a store', 'defineStore("name", f)'],
  ])('ignore %s', (_, source) => {
    expect(changed(source).filter(text => !/^;/.test(text))).toEqual([])
  })

  test('reach a component’s script, at its position in the file', () => {
    const text = '<script setup lang="ts">\nconst a = b > 1\n</script>\n<template><i v-if="c > 1" /></template>\n'
    expect(changed(text, 'A.vue')).toContain(text.replace('b > 1', 'b >= 1'))
    expect(mutationsOf('A.vue', text).flat().map(({ line }) => line)).toEqual([2, 2, 2])
  })

  test('of a small integer are its neighbours, of any other number half and double', () => {
    expect([numbersNear('0'), numbersNear('1'), numbersNear('16'), numbersNear('1_000'), numbersNear('0.5')]).toEqual([['1'], ['2', '0'], ['17', '15'], ['2000', '500'], ['1', '0.25']])
  })
})

describe('a draw', () => {
  const root = projectOf({ 'core/a.ts': 'export const a = (x: number) => x > 1 && x < 5\n', 'core/ops/kernels/b.ts': 'export const b = 1 + 2\n', 'core/c.d.ts': 'declare const c: 1\n' })

  test('is the same with the same seed, and different with another', () => {
    const drawn = (seed: number) => draw(root, 'core', { count: 3, seed })
    expect(drawn(7)).toEqual(drawn(7))
    expect(new Set(Array.from({ length: 10 }, (_, seed) => JSON.stringify(drawn(seed)))).size).toBeGreaterThan(1)
  })

  test('takes each place once, and not more places than there are', () => {
    const all = draw(root, 'core', { count: 1000, seed: 1 })
    expect(all).toHaveLength(mutationsOf('core/a.ts', readFileSync(join(root, 'core/a.ts'), 'utf8')).length)
    expect(all.map(({ start }) => start)).toEqual(all.map(({ start }) => start).sort((a, b) => a - b))
  })

  test('excludes the kernels and the declarations', () => {
    expect(filesOfRoom(root, 'core')).toEqual(['core/a.ts'])
  })

  test('may be from a single file', () => {
    expect(filesOfRoom(root, 'core/ops/kernels/b.ts')).toEqual(['core/ops/kernels/b.ts'])
  })

  test('from an unknown room names the rooms', () => {
    expect(() => filesOfRoom(root, 'cellar')).toThrow(/no room or file "cellar".*core, electron/)
  })
})

describe('listed mutants', () => {
  const root = projectOf({ 'core/a.ts': 'const a = 1\nconst b = 2\nconst c = 2\n' })

  test('are placed at their text', () => {
    expect(listed(root, [{ id: 'A1', file: 'core/a.ts', old: 'b = 2', new: 'b = 3' }]).mutants).toMatchObject([{ id: 'A1', line: 2, start: 18, end: 23 }])
  })

  test('are stale when their text is missing or ambiguous, and say so', () => {
    const rows = [{ file: 'core/a.ts', old: 'd', new: '' }, { file: 'core/a.ts', old: '= 2', new: '' }, { file: 'core/b.ts', old: 'a', new: '' }]
    expect(listed(root, rows).stale.map(({ why }) => why)).toEqual(['the text is gone', 'the text stands there more than once', 'the file is gone'])
  })
})

describe('the tests that reach a file', () => {
  const root = projectOf({
    'core/index.ts': 'export { a } from \'./a\'\nexport * from \'./b\'\n',
    'core/a.ts': 'export const a = 1\n',
    'core/b.ts': 'export const b = 1\n',
    'core/types.ts': 'export interface T { x: 1 }\n',
    'core/late.ts': 'export const late = 1\n',
    'core/entry.ts': 'import { b } from \'./b\'\nb\n',
    'test/core/a.spec.ts': 'import { a } from \'@core\'\nimport type { T } from \'../../core/types\'\na\n',
    'test/core/b.spec.ts': 'import { b } from \'@core\'\nvoid import(\'../../core/late\')\nb\n',
    'test/core/bundled.spec.ts': 'bundle(\'../../core/entry.ts\')\n',
    'test/electron/a.spec.ts': 'import { a } from \'@core\'\n',
  })
  const seeing = (file: string) => new Relations(root).specsOf(file).map(({ spec }) => spec)

  test('are those that use it, through an index only when they use what it exports', () => {
    expect(seeing('core/a.ts')).toEqual(['test/core/a.spec.ts'])
    expect(seeing('core/b.ts')).toEqual(['test/core/b.spec.ts', 'test/core/bundled.spec.ts'])
  })

  test('include those that import it dynamically, or bundle it by its path', () => {
    expect(seeing('core/late.ts')).toEqual(['test/core/b.spec.ts'])
    expect(seeing('core/entry.ts')).toEqual(['test/core/bundled.spec.ts'])
  })

  test('do not exist for a file of types', () => {
    expect(seeing('core/types.ts')).toEqual([])
  })

  test('start with the one of the file’s own name', () => {
    const root = projectOf({ 'core/b.ts': 'export const b = 1\n', 'test/core/a.spec.ts': 'import { b } from \'../../core/b\'\n', 'test/core/b.spec.ts': 'import { b } from \'../../core/b\'\n' })
    expect(new Relations(root).specsOf('core/b.ts')[0]).toEqual({ spec: 'test/core/b.spec.ts', distance: 0 })
  })

  test('run near and fast first; their timeout grows with their duration', () => {
    const specs = [{ spec: 'slow', distance: 1 }, { spec: 'far', distance: 5 }, { spec: 'near', distance: 1 }]
    const times = new Map([['slow', 30_000], ['far', 10], ['near', 10]])
    expect(inOrder(specs, times)).toEqual(['near', 'far', 'slow'])
    expect(limitOf(['slow'], times)).toBeGreaterThanOrEqual(90_000)
  })
})

const mutant = { room: 'core', file: 'core/a.ts', start: 0, end: 1, line: 1, old: 'a', new: 'b', kind: 'x' }

describe('the table', () => {
  const judged = (['killed', 'killed', 'timed out', 'survived', 'no test', 'equivalent', 'no program'] as const).map(verdict => ({ ...mutant, verdict, by: verdict === 'equivalent' ? 'reason' : null, ms: 0 }))

  test('counts a timeout as noticed, a mutant without a test as not, and excludes equivalents and type errors', () => {
    expect(share(judged)).toMatchObject({ killed: 2, equivalent: 1, share: 3 / 5 })
    expect(summary(judged)).toMatch(/core +2 +1 +1 +1 +1 +1 +60\.0 %$/)
  })

  test('names the place, the change and why a mutant is equivalent', () => {
    expect(line(judged[5]!)).toMatch(/^equivalent +core +core\/a\.ts:1 {2}a → b {2}\(reason\)$/)
  })

  test('no equivalent is listed whose line is not in its file any more', () => {
    const known = JSON.parse(readFileSync(at('scripts', 'mutants-equivalent.json'), 'utf8')) as { file: string, line: string }[]
    const linesOf = (file: string) => readFileSync(at(...file.split('/')), 'utf8').split('\n').map(line => line.trim())
    expect(known.length).toBeGreaterThan(0)
    expect(known.filter(({ file, line }) => !linesOf(file).includes(line))).toEqual([])
  })

  test('an equivalent is recognized by its file, its line’s text and the change', () => {
    const root = projectOf({ 'core/a.ts': '  a()\n' })
    const known = { file: 'core/a.ts', line: 'a()', old: 'a', new: 'b', why: 'reason' }
    expect([known, { ...known, line: 'b()' }, { ...known, new: 'c' }, { ...known, file: 'core/b.ts' }].map(each => isSame(root, each, mutant))).toEqual([true, false, false, false])
  })
})

describe('the type checker', () => {
  test('refuses a change that does not compile, and accepts every other', () => {
    const root = projectOf({
      'tsconfig.core.json': '{ "compilerOptions": { "strict": true, "noEmit": true, "noUnusedLocals": true, "types": [] }, "include": ["core/**/*.ts"] }',
      'core/kinds.ts': 'export type Kind = "a" | "b"\n',
      'core/a.ts': 'import type { Kind } from \'./kinds\'\nconst first = 1\nexport function f(kind: Kind): number {\n  return kind === \'a\' ? first : 2\n}\n',
    })
    const types = new Types(root)
    const takes = (old: string, replacement: string) => types.takes(listed(root, [{ file: 'core/a.ts', old, new: replacement }]).mutants[0]!)
    expect([takes('\'a\'', '\'\''), takes('return kind', 'return'), takes('return kind === \'a\' ? first : 2', 'return')]).toEqual([false, false, false])
    expect([takes('===', '!=='), takes('2\n', '3\n'), takes('? first :', '? 5 :')]).toEqual([true, true, true]) // the linter covers unused names
  })
})

describe('a copy', () => {
  test('has the packages, keeps files that tools write beside them, and leaves the project as it was when it is removed', () => {
    const root = projectOf({ 'package.json': '{}', 'core/a.ts': 'a', 'node_modules/p/index.js': 'p', 'out/main.js': 'o' })
    const { root: copy, remove } = copyProject(root)
    writeFileSync(join(copy, 'core/a.ts'), 'changed')
    mkdirSync(join(copy, 'node_modules/.vite'))
    expect([readFileSync(join(copy, 'node_modules/p/index.js'), 'utf8'), existsSync(join(copy, 'out'))]).toEqual(['p', false])
    remove()
    expect([existsSync(copy), readFileSync(join(root, 'core/a.ts'), 'utf8'), readFileSync(join(root, 'node_modules/p/index.js'), 'utf8'), readdirSync(join(root, 'node_modules'))]).toEqual([false, 'a', 'p', ['p']])
  })
})

describe('mutants under test', () => {
  const small = () => {
    const root = projectOf({
      'package.json': '{ "type": "module" }',
      'tsconfig.core.json': '{ "compilerOptions": { "strict": true, "noEmit": true, "types": [] }, "include": ["core/**/*.ts"] }',
      'vitest.config.ts': 'export default { test: { isolate: false, include: [\'test/**/*.spec.ts\'] } }\n',
      'core/count.ts': 'export function count(n: number): number {\n  let sum = 0\n  while (sum < n) sum++\n  if (sum > 1000) sum = n\n  return sum\n}\n',
      'core/alone.ts': 'export const alone = 1\n',
      'test/core/count.spec.ts': 'import { expect, test } from \'vitest\'\nimport { count } from \'../../core/count\'\ntest(\'counts\', () => { expect(count(3)).toBe(3) })\n',
    })
    symlinkSync(at('node_modules'), join(root, 'node_modules'), 'junction')
    return root
  }
  const rows = [{ id: 'killed', file: 'core/count.ts', old: 'sum < n', new: 'sum < n - 1' }, { id: 'survived', file: 'core/count.ts', old: 'sum > 1000', new: 'sum > 2000' }, { id: 'lonely', file: 'core/alone.ts', old: '1', new: '2' }]

  test('are killed, survive or have no test, each alone', async () => {
    const root = small()
    const { judged, red } = await judgeAll(root, listed(root, rows).mutants, { jobs: 1, equivalents: [], onVerdict: () => undefined })
    expect(judged.map(({ id, verdict, by }) => [id, verdict, by])).toEqual([['killed', 'killed', 'test/core/count.spec.ts: counts'], ['survived', 'survived', null], ['lonely', 'no test', null]])
    expect(red).toEqual([])
    expect(readFileSync(join(root, 'core/count.ts'), 'utf8')).toContain('sum < n)')
  }, 120_000)

  test('that never end are killed; the next one finds the copy restored', async () => {
    const root = small()
    const [endless, killed] = listed(root, [{ file: 'core/count.ts', old: 'sum++', new: 'sum--' }, rows[0]!]).mutants
    const job = new Job(root)
    expect(await job.judge(endless!, ['test/core/count.spec.ts'], 2500)).toMatchObject({ verdict: 'timed out' })
    expect(await job.baseline(['test/core/count.spec.ts'], 60_000)).toMatchObject({ failed: null })
    expect(await job.judge(killed!, ['test/core/count.spec.ts'], 60_000)).toMatchObject({ verdict: 'killed' })
    await job.close()
    expect(existsSync(job.copy.root)).toBe(false)
  }, 120_000)

  test('test files that fail without any change are excluded', async () => {
    const root = small()
    writeFileSync(join(root, 'test/core/broken.spec.ts'), 'import { test } from \'vitest\'\nimport \'../../core/count\'\ntest(\'fails\', () => { throw new Error(\'oh\') })\n')
    const { judged, red } = await judgeAll(root, listed(root, rows.slice(1, 2)).mutants, { jobs: 1, equivalents: [], onVerdict: () => undefined })
    expect([red, judged.map(({ verdict }) => verdict)]).toEqual([['test/core/broken.spec.ts'], ['survived']])
  }, 120_000)
})
