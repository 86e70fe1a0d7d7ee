import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { mustRun } from '../../scripts/lib/run.mjs'
import { copyProject } from '../e2e/project-copy'

// test/e2e/recipes.e2e.ts builds and uses such a copy, but neither checks its types nor lints it.

let project: string
beforeAll(() => {
  project = copyProject()
  // node_modules is a link: the type checker's records of this project stay as they are
  for (const file of readdirSync(project).filter(file => /^tsconfig.*\.json$/.test(file)))
    writeFileSync(join(project, file), readFileSync(join(project, file), 'utf8').replace('node_modules/.tmp/', 'out/'))
})
afterAll(() => { rmSync(project, { recursive: true, force: true }) })

const run = (name: string, script: string, args: readonly string[]) =>
  mustRun(name, process.execPath, [resolve(import.meta.dirname, '../../node_modules', script), ...args], { cwd: project })

test('a copy in which every recipe was followed passes the type check', async () => { await run('vue-tsc', 'vue-tsc/bin/vue-tsc.js', ['--build']) })

test('a copy in which every recipe was followed passes the linter', async () => { await run('eslint', 'eslint/bin/eslint.js', ['core', 'electron', 'renderer', '--max-warnings', '0']) })
