import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { unusedExports } from './rooms/exports'
import { isSource, projectFiles, root } from './rooms/imports'

const sourcesIn = (folder: string) => Object.fromEntries(projectFiles(join(root, folder)).filter(isSource).map(file => [file, readFileSync(join(root, file), 'utf8')]))

test('the window exports no value that it does not use', () => {
  const sources = sourcesIn('renderer')
  expect(Object.keys(sources).length).toBeGreaterThan(100)
  expect(unusedExports(sources, sourcesIn('test/renderer'))).toEqual([])
})

describe('the search for unused exports', () => {
  const declared = 'export const a = 1, [b] = list\nexport function c() {}\nexport class D {}\nexport interface E {}\nexport type F = 1\nconst g = 1\nexport { g as h }'
  const all = ['a', 'b', 'c', 'D', 'h'].map(name => `renderer/lib/x.ts: ${name}`)
  const used = (source: string, file = 'renderer/a.ts') => unusedExports({ 'renderer/lib/x.ts': declared, [file]: source })

  test('finds every kind of value that no file imports', () => {
    expect(used('import { a } from "./lib/y"').sort()).toEqual([...all].sort())
  })

  test.each(['import { a, b, c, D, E as e, type F, h } from "./lib/x"', 'export { a, b, c, D, E, F, h as i } from "./lib/x"', 'import * as x from "./lib/x"', 'export * from "./lib/x"', 'await import("./lib/x")', 'import.meta.glob("./lib/*.ts")', 'let x: import("./lib/x").E'])('takes as used what is named by %s', (source) => {
    const passedOn = unusedExports({ 'renderer/lib/x.ts': declared, 'renderer/a.ts': source })
    expect(passedOn).toEqual([])
  })

  test('reads both scripts of a component', () => {
    expect(used('<script lang="ts">import { a, b, c, D } from "./lib/x"\nexport const mine = 1</script><script setup lang="ts">import { type E, F, h } from "./lib/x"</script>', 'renderer/A.vue')).toEqual(['renderer/A.vue: mine'])
  })

  test('distinguishes files of the same name', () => {
    expect(unusedExports({ 'renderer/lib/x.ts': 'export const a = 1', 'renderer/x.ts': 'export const a = 1', 'renderer/b.ts': 'import { a } from "./x"' })).toEqual(['renderer/lib/x.ts: a'])
  })

  test('lets tests look at what its own file uses, and at nothing else', () => {
    const sources = { 'renderer/x.ts': 'export const inner = 1\nexport const outer = inner\nexport const dead = 1', 'renderer/b.ts': 'import { outer } from "./x"' }
    expect(unusedExports(sources, { 'test/x.spec.ts': 'import { dead, inner } from "../renderer/x"' })).toEqual(['renderer/x.ts: dead'])
    expect(unusedExports(sources)).toEqual(['renderer/x.ts: dead', 'renderer/x.ts: inner'])
  })
})
