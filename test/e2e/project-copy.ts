import { cpSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { mustRun } from '../../scripts/lib/run.mjs'
import { addPseudoLanguage } from '../fixtures/pseudo-language'
import { follow, recipes } from '../fixtures/recipes'

const root = resolve(import.meta.dirname, '../..')

/** A copy of the project in which every recipe of CONTRIBUTING.md but a language's was followed. @returns its folder */
export function copyProject(): string {
  const project = mkdtempSync(join(tmpdir(), 'lab-recipes-'))
  const settings = readdirSync(root).filter(name => /^(?:.*\.config\.[jt]s|tsconfig.*\.json|package\.json)$/.test(name))
  for (const name of ['core', 'electron', 'renderer', 'scripts', ...settings]) cpSync(join(root, name), join(project, name), { recursive: true })
  for (const name of ['node_modules', '.cache', 'build']) symlinkSync(join(root, name), join(project, name))
  for (const recipe of recipes) follow(recipe, project)
  return project
}

/**
 * Builds such a copy with one more language, made from English.
 * @param tag of the language
 * @returns the copy's folder
 */
export async function buildCopy(tag: string): Promise<string> {
  const project = copyProject()
  addPseudoLanguage(join(project, 'electron/contract/locales'), tag)
  await mustRun('electron-vite', process.execPath, [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'], { cwd: project })
  return project
}

/** Runs the terminal of a built copy. @returns what it prints */
export const terminalOf = (project: string, args: readonly string[]): Promise<string> =>
  mustRun('the terminal', process.execPath, [join(project, 'out/main/cli.js'), ...args], { cwd: project })
