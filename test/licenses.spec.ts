import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { build } from 'vite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { carriedInside, fileName, folderOf, licenses } from '../licenses.config'

const root = resolve(import.meta.dirname, '..')
const installed = (path: string): string => join(root, 'node_modules', path)

/** A temporary folder with these files. */
function project(files: Readonly<Record<string, string | object>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'backprop-lab-licenses-'))
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }) })
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}
const manifest = (name: string, ...dependencies: string[]) =>
  ({ name, version: '1.0.0', license: 'ISC', main: 'index.js', dependencies: Object.fromEntries(dependencies.map(each => [each, '*'])) })
/** A package with a distinctive text. */
const library = (name: string, ...dependencies: string[]) => ({
  [`node_modules/${name}/package.json`]: manifest(name, ...dependencies),
  [`node_modules/${name}/index.js`]: `export const say = 'these are the words of ${name}'`,
  [`node_modules/${name}/LICENSE`]: `Copyright of ${name}`,
})
const carried = (folder: string, ...modules: string[]) => carriedInside(modules.map(path => join(folder, path))).map(({ name }) => name)

describe('a package that contains others in its files', () => {
  // Cause: @vue-flow/core depends on d3-zoom and others, and contains them in its single bundled file.
  test('is detected by dependencies that none of its files loads, including theirs in turn', () => {
    const folder = project({
      ...library('inner', '@deep/deepest'), ...library('@deep/deepest'),
      'node_modules/outer/package.json': manifest('outer', 'inner', '@types/nothing'),
      'node_modules/outer/index.js': 'export const all = 1',
    })
    expect(carried(folder, 'node_modules/outer/index.js')).toEqual(['@deep/deepest', 'inner'])
  })

  test('is not assumed when the bundled file loads its dependency, which is then a module', () => {
    const folder = project({ ...library('inner'), 'node_modules/outer/package.json': manifest('outer', 'inner') })
    for (const line of ['import "inner"', 'export * from \'inner/sub.js\'', 'const a = require(`inner`)', 'await import("inner")']) {
      writeFileSync(join(folder, 'node_modules/outer/index.js'), line)
      expect([line, carried(folder, 'node_modules/outer/index.js')]).toEqual([line, []])
    }
  })

  test('is not assumed when another of its programs needs the dependency', () => {
    const folder = project({
      ...library('inner'), 'node_modules/outer/package.json': manifest('outer', 'inner'),
      'node_modules/outer/index.js': 'export const all = 1', 'node_modules/outer/bin/cli.cjs': 'require("inner")',
    })
    expect(carried(folder, 'node_modules/outer/index.js')).toEqual([])
  })

  // Cause: @dagrejs/dagre loads its graphlib in one of its builds and contains it in the other, which is the bundled one.
  test('is detected by the dependency’s own string literals when only another build loads it', () => {
    const folder = project({
      ...library('inner'), 'node_modules/outer/package.json': manifest('outer', 'inner'),
      'node_modules/outer/index.js': 'var a="these are the words of inner";export{a}', 'node_modules/outer/index.cjs': 'require("inner")',
    })
    expect(carried(folder, 'node_modules/outer/index.js')).toEqual(['inner'])
  })

  test('ignores types and whatever is bundled as a module anyway', () => {
    const folder = project({
      ...library('inner'), 'node_modules/shapes/package.json': manifest('shapes'), 'node_modules/shapes/index.d.ts': 'export {}',
      'node_modules/outer/package.json': manifest('outer', 'inner', 'shapes'), 'node_modules/outer/index.js': 'export const all = 1',
    })
    expect(carried(folder, 'node_modules/outer/index.js', 'node_modules/inner/index.js')).toEqual([])
  })

  test('uses the nested version, not another one further up', () => {
    const folder = project({
      ...library('inner'), 'node_modules/outer/package.json': manifest('outer', 'inner'), 'node_modules/outer/index.js': 'export const all = 1',
      'node_modules/outer/node_modules/inner/package.json': { ...manifest('inner'), version: '0.9.0' }, 'node_modules/outer/node_modules/inner/index.js': '',
    })
    expect(carriedInside([join(folder, 'node_modules/outer/index.js')]).map(({ version }) => version)).toEqual(['0.9.0'])
  })

  test('whose dependency is not installed stops the build: its notice would be missing', () => {
    const folder = project({ 'node_modules/outer/package.json': manifest('outer', 'inner'), 'node_modules/outer/index.js': '' })
    expect(() => carried(folder, 'node_modules/outer/index.js')).toThrow(/outer may carry inner/)
  })
})

test('the project’s own files belong to no package, and prefixes of plugins do not hide one', () => {
  expect(folderOf(join(root, 'renderer/main.ts'))).toBeUndefined()
  expect(folderOf(installed('@vue-flow/core/dist/a.mjs'))).toBe(installed('@vue-flow/core'))
  expect(folderOf(installed('a/node_modules/b/c.js'))).toBe(installed('a/node_modules/b'))
  expect(carriedInside([`\0${installed('katex/dist/katex.mjs')}?commonjs-module`])).toEqual([])
})

test('the window’s bundle contains these in other packages', () => {
  const names = carriedInside([
    installed('@vue-flow/core/dist/vue-flow-core.mjs'), installed('@dagrejs/dagre/dist/dagre.esm.js'), installed('katex/dist/katex.mjs'),
    installed('vue/dist/vue.runtime.esm-bundler.js'), installed('chart.js/dist/chart.js'), installed('@kurkle/color/dist/color.esm.js'),
  ]).map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['@dagrejs/graphlib', '@vueuse/core', '@vueuse/shared', 'd3-color', 'd3-dispatch', 'd3-drag', 'd3-ease', 'd3-interpolate', 'd3-selection', 'd3-timer', 'd3-transition', 'd3-zoom']))
  expect(names.filter(name => /compiler|commander|postcss|babel/.test(name))).toEqual([])
})

test('a build adds their complete notices to Vite’s', async () => {
  const folder = project({
    ...library('inner'), 'entry.js': 'import { all } from "outer"\nconsole.log(all)',
    'node_modules/outer/package.json': { ...manifest('outer', 'inner'), type: 'module' }, 'node_modules/outer/index.js': 'export const all = Math.random()', 'node_modules/outer/LICENSE': 'Copyright of outer',
  })
  const made = await build({
    root: folder, configFile: false, logLevel: 'silent', plugins: [licenses()],
    build: { write: false, license: { fileName }, rolldownOptions: { input: join(folder, 'entry.js') } },
  })
  const notices = [made].flat().flatMap(each => 'output' in each ? each.output : []).find(each => each.fileName === fileName)
  expect(notices?.type === 'asset' && String(notices.source)).toMatch(/## outer - 1\.0\.0 \(ISC\)\n\nCopyright of outer\n\n## inner - 1\.0\.0 \(ISC\)\n\nCopyright of inner\n$/)
})
