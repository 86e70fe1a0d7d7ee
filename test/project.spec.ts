import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { locales } from '../electron/contract/locales/list'
import { isSource, projectFiles, root } from './rooms/imports'

const json = <T>(name: string): T => JSON.parse(readFileSync(join(root, name), 'utf8')) as T
const files = projectFiles()

/** The files that vitest itself finds, relative to the root, and the project of vitest that runs each. */
function listed(config: string): { readonly file: string, readonly project: string }[] {
  const out = execFileSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'list', '--filesOnly', '--json', '--config', config], { cwd: root, encoding: 'utf8' })
  const found = JSON.parse(out.slice(out.indexOf('['))) as readonly { file: string, projectName: string }[]
  return found.map(({ file, projectName }) => ({ file: relative(root, file).split(sep).join('/'), project: projectName }))
}

describe('no file is missed by the tools', () => {
  test('vitest runs every *.spec.ts exactly once', () => {
    expect(listed('vitest.config.ts').map(({ file }) => file).sort()).toEqual(files.filter(file => file.endsWith('.spec.ts')).sort())
  }, 60_000)

  test('vitest runs every *.e2e.ts exactly once, and the screens once for each language', () => {
    const found = listed('vitest.e2e.config.ts')
    const screens = 'test/e2e/screens.e2e.ts'
    expect(found.filter(({ file }) => file !== screens).map(({ file }) => file).sort()).toEqual(files.filter(file => file.endsWith('.e2e.ts') && file !== screens).sort())
    expect(found.filter(({ file }) => file === screens).map(({ project }) => project).sort()).toEqual(locales.map(locale => `screens-${locale}`).sort())
  }, 60_000)

  test('no test has another extension', () => {
    expect(files.filter(file => /[.-](?:test|spec|e2e)\.\w+$/.test(file) && !/^test\/.*\.(?:spec|e2e)\.ts$/.test(file))).toEqual([])
  })

  test('the type checker sees every source file', () => {
    const { references } = json<{ references: { path: string }[] }>('tsconfig.json')
    const seen = new Set([...references.map(({ path }) => path), assemblyScript].flatMap(filesOfProject))
    const sources = files.filter(file => isSource(file) && file !== 'eslint.config.js')
    expect(sources.filter(file => !seen.has(file))).toEqual([])
  })
})

/** The kernels are AssemblyScript: their own compiler checks their types, and this tsconfig is for editors. */
const assemblyScript = 'core/ops/kernels/tsconfig.json'

/** Files of one tsconfig, as tsc and vue-tsc resolve it. */
function filesOfProject(path: string): string[] {
  const { config } = ts.readConfigFile(join(root, path), name => ts.sys.readFile(name)) as { config: unknown }
  const vue = { extension: '.vue', isMixedContent: true, scriptKind: ts.ScriptKind.Deferred }
  const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(join(root, path)), undefined, join(root, path), undefined, [vue])
  return fileNames.map(file => relative(root, file).split(sep).join('/'))
}

describe('the packages', () => {
  interface Locked { readonly version?: string, readonly resolved?: string, readonly integrity?: string, readonly dev?: boolean }
  const manifest = json<{ dependencies?: Record<string, string>, devDependencies: Record<string, string> }>('package.json')
  const lock = json<{ packages: Record<string, Locked> }>('package-lock.json')
  const locked = Object.entries(lock.packages).filter(([name]) => name !== '')

  test('are pinned to one version each', () => {
    expect(Object.entries(manifest.devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([])
  })

  test('are all bundled or tools: the app ships no node_modules', () => {
    expect(manifest.dependencies ?? {}).toEqual({})
  })

  test('are locked at the pinned version', () => {
    expect(Object.entries(manifest.devDependencies).filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)).toEqual([])
  })

  test('come from whichever registry npm is configured for: the lockfile names none', () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([name]) => name)).toEqual([])
  })

  test('are checked by their digests', () => {
    expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([name]) => name)).toEqual([])
  })
})
