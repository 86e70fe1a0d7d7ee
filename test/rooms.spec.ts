import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { circlesOf, importGraph, type Sources } from './rooms/circles'
import { importsOf, isSource, projectFiles, root } from './rooms/imports'
import { againstTheOrder, features, graphFolders, layerOf, layers } from './rooms/layers'
import { coreOrder, outOfOrder } from './rooms/order'
import { placeOf, places, rooms, violations } from './rooms/rules'

const sources = projectFiles().filter(file => file.includes('/') && isSource(file))

describe('the project\'s rooms', () => {
  const optional = ['benchmarks', 'fixtures']
  test.each(Object.keys(places).filter(name => !optional.includes(name)))('%s: at least one file is seen', (name) => {
    expect(sources.filter(file => placeOf(file) === name)).not.toEqual([])
  })

  test('every source file belongs to a room', () => {
    expect(sources.filter(file => placeOf(file) === undefined && !/^test\/[^/]+\.spec\.ts$/.test(file))).toEqual([])
  })

  test.each(Object.keys(places))('%s: only allowed imports', (name) => {
    const found = sources.filter(file => placeOf(file) === name)
    expect(found.flatMap(file => violations(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
  })

  test('components are among the checked files', () => {
    expect(sources.filter(file => file.endsWith('.vue')).length).toBeGreaterThan(0)
  })
})

describe('the window\'s layers', () => {
  const files = sources.filter(file => file.startsWith('renderer/'))

  test.each([...layers])('%s has files, and they import nothing from higher layers', (layer) => {
    const own = files.filter(file => layerOf(file) === layer)
    expect(own).not.toEqual([])
    expect(own.flatMap(file => againstTheOrder(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
  })

  test('every file belongs to a layer, or to the window itself', () => {
    expect(files.filter(file => layerOf(file) === undefined)).toEqual([])
    expect(files.filter(file => layerOf(file) === null).map(file => file.slice('renderer/'.length)).sort()).toEqual(['App.vue', 'env.d.ts', 'katex.d.ts', 'main.ts', 'opening.ts'])
  })

  test('the rules name only existing features and folders', () => {
    const there = new Set(files.map(file => file.split('/').slice(1, 3).join('/')))
    expect(graphFolders.filter(folder => !there.has(`graph/${folder}`))).toEqual([])
    expect(Object.keys(features).filter(feature => !files.some(file => file.startsWith(`renderer/${feature}/`)))).toEqual([])
  })

  test.each([
    ['renderer/lib/keys.ts', '../stores/run'],
    ['renderer/course/quiz.ts', '../components/Field.vue'],
    ['renderer/components/charts/HeatMap.vue', '../../stores/settings'],
    ['renderer/stores/course/course.ts', '../../lessons/CoursePanel.vue'],
    ['renderer/graph/workspace/GraphWorkspace.vue', '../../lessons/CourseFigure.vue'],
    ['renderer/lessons/CardFoot.vue', '../graph/panels/InputsPanel.vue'],
    ['renderer/graph/layout/layout.ts', '../canvas/view'],
    ['renderer/draw/DrawPanel.vue', '../rooms/DrawRoom.vue'],
    ['renderer/rooms/DrawRoom.vue', '../App.vue'],
    ['renderer/panels/Inspector.vue', '../lib/keys'],
    ['renderer/rooms/DrawRoom.vue', '../panels/Inspector.vue'],
  ])('%s may not import %s', (file, specifier) => {
    expect(againstTheOrder(file, file.endsWith('.vue') ? `<script setup lang="ts">\nimport type { A } from '${specifier}'\n</script>` : `import type { A } from '${specifier}'`)).toHaveLength(1)
  })

  test.each([
    ['renderer/App.vue', './rooms/DrawRoom.vue'],
    ['renderer/lessons/views/LearningView.vue', '../../train/LossChart.vue'],
    ['renderer/rooms/LearnRoom.vue', '../graph/workspace/GraphWorkspace.vue'],
    ['renderer/graph/panels/StepCard.vue', '../document/names'],
    ['renderer/stores/run.ts', '../lib/bridge'],
  ])('%s may import %s', (file, specifier) => {
    expect(againstTheOrder(file, file.endsWith('.vue') ? `<script setup lang="ts">\nimport '${specifier}'\n</script>` : `import '${specifier}'`)).toEqual([])
  })
})

describe('the check of imports', () => {
  const forms = {
    'a static import': 'import { a } from \'X\'',
    'a bare import': 'import \'X\'',
    'a type import': 'import type { a } from \'X\'',
    'a re-export': 'export { a } from \'X\'',
    'a re-export of everything': 'export * from \'X\'',
    'a dynamic import': 'const a = await import(\'X\')',
    'a dynamic import in backticks': 'const a = await import(`X`)',
    'a type in place': 'let a: import(\'X\').A',
    'typeof in place': 'let a: typeof import(\'X\')',
    'require': 'const a = require(\'X\')',
    'import equals': 'import a = require(\'X\')',
    'a mock': 'vi.mock(\'X\', () => ({}))',
    'a glob': 'const a = import.meta.glob([\'X\'])',
    'a URL': 'const a = new URL(\'X\', import.meta.url)',
    'a reference': '/// <reference path="X" />',
  }

  test.each(Object.entries(forms))('detects %s', (_, source) => {
    expect(importsOf('core/a.ts', source)).toEqual(['X'])
    expect(importsOf('renderer/A.vue', `<template><i /></template>\n<script setup lang="ts">\n${source}\n</script>`)).toEqual(['X'])
  })

  test('detects both scripts of a component, its sources and its styles', () => {
    const source = '<script lang="ts">import \'a\'</script><script setup lang="ts">import \'b\'</script><template src="./c.html"></template><style>@import \'d.css\';</style><style src="./e.css"></style>'
    expect(importsOf('renderer/A.vue', source).sort()).toEqual(['./c.html', './e.css', 'a', 'b', 'd.css'])
  })

  test('finds no import in a comment or a string', () => {
    expect(importsOf('core/a.ts', '// import \'x\'\nconst a = "import \'y\'"')).toEqual([])
  })

  const planted: readonly (readonly [file: string, specifier: string])[] = [
    ['core/tensor.ts', 'node:fs'],
    ['core/tensor.ts', 'fs'],
    ['core/tensor.ts', 'vue'],
    ['core/tensor.ts', 'electron'],
    ['core/tensor.ts', '@contract'],
    ['core/tensor.ts', '../electron/contract/run'],
    ['electron/contract/run.ts', '../../core/tensor'],
    ['electron/contract/run.ts', '@files'],
    ['electron/files/store.ts', 'electron'],
    ['electron/files/store.ts', '../main/index'],
    ['electron/worker/run.ts', '@files'],
    ['electron/main/window.ts', '@kernels'],
    ['electron/main/window.ts', 'node:https'],
    ['electron/files/read.ts', 'net'],
    ['electron/worker/run.ts', 'node:dns/promises'],
    ['electron/cli/index.ts', 'http2'],
    ['electron/worker/index.ts', 'virtual:kernels'],
    ['electron/worker/run.ts', '../contract/run'],
    ['electron/main/window.ts', '../files/atomic-write'],
    ['electron/main/window.ts', '../worker/run'],
    ['electron/main/window.ts', '../worker/run?nodeWorker'],
    ['electron/preload/index.ts', 'node:path'],
    ['electron/preload/index.ts', '@core'],
    ['electron/cli/index.ts', 'electron'],
    ['electron/cli/index.ts', '../main/settings'],
    ['renderer/stores/run.ts', '@files'],
    ['renderer/stores/run.ts', 'node:fs'],
    ['renderer/stores/run.ts', 'electron/renderer'],
    ['renderer/App.vue', '../electron/worker/index?nodeWorker'],
    ['renderer/App.vue', '../electron/contract/run'],
    ['renderer/App.vue', '@core/tensor'],
    ['renderer/App.vue', '../core/tensor.ts?raw'],
    ['renderer/App.vue', '../core/autograd'],
    ['renderer/App.vue', '/renderer/main.ts'],
    ['test/core/tensor.spec.ts', '../../electron/files/index'],
    ['test/electron/worker/run.spec.ts', '../../../electron/files/atomic-write'],
    ['test/renderer/run.spec.ts', '../core/numbers'],
    ['scripts/start.mjs', '../core/index.ts'],
    ['core/ops/backend.ts', 'virtual:kernels'],
    ['electron/main/index.ts', 'virtual:kernels'],
    ['electron/main/index.ts', '@lessons'],
    ['electron/cli/index.ts', '@lessons'],
    ['electron/main/index.ts', '@terminal'],
    ['renderer/App.vue', '@terminal'],
    ['electron/cli/terminal.ts', '../contract/terminal/texts'],
    ['renderer/course/hints.ts', '../../electron/contract/lessons/hints'],
    ['renderer/main.ts', 'virtual:kernels'],
    ['renderer/main.ts', 'virtual:channels'],
    ['core/ops/kernels/gemm.ts', 'fs'],
  ]

  test.each(planted)('refuses in %s: %s', (file, specifier) => {
    const line = `export * from '${specifier}'`
    expect(violations(file, file.endsWith('.vue') ? `<script setup lang="ts">\nimport '${specifier}'\n</script>` : line)).toHaveLength(1)
  })

  test('refuses a module name that is only known at run time', () => {
    expect(violations('electron/main/index.ts', 'await import(name)')).toHaveLength(1)
  })

  const allowed: readonly (readonly [file: string, specifier: string])[] = [
    ['core/formats/npz.ts', 'fflate'],
    ['core/layers/affine.ts', '../tensor'],
    ['electron/contract/text.ts', './locales/*/texts.json'],
    ['electron/contract/terminal/texts.ts', '../locales/*/terminal.json'],
    ['electron/cli/terminal.ts', '@terminal'],
    ['electron/contract/lessons/texts.ts', '../locales/list'],
    ['renderer/course/hints.ts', '@lessons'],
    ['electron/main/index.ts', '../worker/index?nodeWorker'],
    ['electron/main/index.ts', '../assets/sample.safetensors?asset'],
    ['electron/cli/index.ts', '../worker/index.ts?nodeWorker'],
    ['renderer/App.vue', '@core'],
    ['renderer/App.vue', '../core/autograd.ts?raw'],
    ['test/electron/worker/run.spec.ts', '../../../electron/worker/run'],
    ['test/core/data/idx.spec.ts', '../../fixtures/golden/a.json'],
    ['electron/kernels/index.ts', 'virtual:kernels'],
    ['electron/worker/index.ts', '@kernels'],
    ['electron/cli/backend.ts', '@kernels'],
    ['test/core/ops/kernels.ts', 'virtual:kernels'],
    ['core/ops/kernels/gemm.ts', './madd'],
    ['electron/preload/index.ts', 'virtual:channels'],
  ]

  test.each(allowed)('lets %s import %s', (file, specifier) => {
    expect(violations(file, file.endsWith('.vue') ? `<script setup lang="ts">\nimport '${specifier}'\n</script>` : `import '${specifier}'`)).toEqual([])
  })

  test('knows a room for every folder of electron', () => {
    const folders = new Set(sources.filter(file => file.startsWith('electron/')).map(file => file.split('/').slice(0, 2).join('/')))
    expect([...folders].filter(folder => !Object.values(rooms).some(room => room.folder === folder))).toEqual([])
  })
})

describe('imports go one way', () => {
  const circlesIn = (files: Sources): string[] => circlesOf(importGraph(files)).map(circle => circle.join(' → '))

  test('there is no circle of imports, types and components included', () => {
    const files = Object.fromEntries(projectFiles().filter(isSource).map(file => [file, readFileSync(join(root, file), 'utf8')]))
    expect(circlesIn(files)).toEqual([])
  })

  const planted: Readonly<Record<string, readonly [files: Sources, circle: string]>> = {
    'of two files': [{ 'core/a.ts': 'import \'./b\'', 'core/b.ts': 'import \'./a\'' }, 'core/a.ts → core/b.ts'],
    'of types alone': [{ 'core/a.ts': 'import type { B } from \'./b\'', 'core/b.ts': 'export type { A } from \'./a\'' }, 'core/a.ts → core/b.ts'],
    'of a type in place': [{ 'core/a.ts': 'let b: import(\'./b\').B', 'core/b.ts': 'import \'./a\'' }, 'core/a.ts → core/b.ts'],
    'of a component and a module': [{ 'renderer/A.vue': '<script setup lang="ts">\nimport { b } from \'./b\'\n</script>', 'renderer/b.ts': 'import A from \'./A.vue\'' }, 'renderer/A.vue → renderer/b.ts'],
    'through an index': [{ 'core/index.ts': 'export * from \'./graph\'', 'core/graph/index.ts': 'export * from \'./run\'', 'core/graph/run.ts': 'import { a } from \'..\'' }, 'core/graph/index.ts → core/graph/run.ts → core/index.ts'],
    'through an alias': [{ 'core/index.ts': 'import \'@contract\'', 'electron/contract/index.ts': 'import \'@core\'' }, 'core/index.ts → electron/contract/index.ts'],
    'through a glob': [{ 'renderer/lessons/index.ts': 'import.meta.glob(\'./*/lesson.ts\')', 'renderer/lessons/one/lesson.ts': 'import \'../index\'' }, 'renderer/lessons/index.ts → renderer/lessons/one/lesson.ts'],
    'with a query': [{ 'electron/main/a.ts': 'import \'../worker/index?nodeWorker\'', 'electron/worker/index.ts': 'import \'../main/a\'' }, 'electron/main/a.ts → electron/worker/index.ts'],
    'of a file with itself': [{ 'core/a.ts': 'import \'./a\'' }, 'core/a.ts'],
    'that is the shortest of several': [{ 'core/a.ts': 'import \'./b\'', 'core/b.ts': 'import \'./c\'', 'core/c.ts': 'import \'./a\'\nimport \'./b\'' }, 'core/b.ts → core/c.ts'],
  }

  test.each(Object.entries(planted))('a circle is detected: %s', (_, [files, circle]) => {
    expect(circlesIn(files)).toEqual([circle])
  })

  test('two paths to the same file are not a circle', () => {
    expect(circlesIn({ 'core/a.ts': 'import \'./b\'\nimport \'./c\'', 'core/b.ts': 'import \'./c\'', 'core/c.ts': '' })).toEqual([])
  })

  test('each separate circle is reported', () => {
    expect(circlesIn({ 'core/a.ts': 'import \'./b\'', 'core/b.ts': 'import \'./a\'', 'core/c.ts': 'import \'./d\'\nimport \'./a\'', 'core/d.ts': 'import \'./c\'' })).toEqual(['core/a.ts → core/b.ts', 'core/c.ts → core/d.ts'])
  })
})

describe('the parts of core', () => {
  const inOrder = (file: string, source: string): string[] => outOfOrder(file, source, 'core', coreOrder)

  test('import only lower parts, types included', () => {
    const files = sources.filter(file => placeOf(file) === 'core' && !file.startsWith('core/ops/kernels/')) // AssemblyScript has no others
    expect(files.flatMap(file => inOrder(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
    for (const part of coreOrder) expect(files.some(file => file === `core/${part}.ts` || file.startsWith(`core/${part}/`)), part).toBe(true)
  })

  test.each([
    ['core/ops/ops.ts', 'import type { Dataset } from \'../data/dataset\''],
    ['core/ops/shapes.ts', 'import { allFinite } from \'../train/finite\''],
    ['core/layers/affine.ts', 'export type { Model } from \'../network/model\''],
    ['core/tensor.ts', 'let ops: import(\'./ops/ops\').Ops'],
    ['core/config.ts', 'import \'./train/trainer\''],
    ['core/graph/run.ts', 'import \'..\''],
    ['core/train/trainer.ts', 'import \'../index\''],
    ['core/layers/affine.ts', 'import \'../elsewhere/a\''],
    ['core/elsewhere/a.ts', ''],
  ])('%s may not contain: %s', (file, source) => {
    expect(inOrder(file, source)).toHaveLength(1)
  })

  test.each([
    ['core/train/trainer.ts', 'import { Model } from \'../network/model\'\nimport \'./probe\'\nimport type { Ops } from \'../ops/ops\''],
    ['core/graph/code/numpy.ts', 'import \'../types\'\nimport \'../../errors\''],
    ['core/index.ts', 'export * from \'./graph/types\''],
  ])('%s may contain: %s', (file, source) => {
    expect(inOrder(file, source)).toEqual([])
  })
})
