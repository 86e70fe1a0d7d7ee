import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { filesOf, follow, languages, recipes } from './fixtures/recipes'
import { root } from './rooms/imports'

// The end-to-end test builds a copy in which all recipes were followed. Here: they can be followed, and they are complete.

const contributing = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
/** The text of a recipe. */
const sectionOf = (name: string): string => new RegExp(`^### ${name}$([\\s\\S]*?)^##`, 'm').exec(contributing)?.[1] ?? ''

/** Whether a section names a file: by its path, or by its name after another of its folder. NAME and `*` stand for any name. */
function names(section: string, file: string): boolean {
  const places = Array.from(section.matchAll(/`([^`\s]+\.(?:ts|vue|json))`/g), ([, place]) => place!)
  return places.some((place) => {
    const pattern = place.split(/NN-name|NAME|\*/).map(part => part.replaceAll('.', '\\.')).join('[\\w*-]+')
    return new RegExp(`(?:^|/)${pattern}$`).test(file)
  })
}

let copy: string
beforeEach(() => { copy = mkdtempSync(join(tmpdir(), 'lab-recipes-')) })
afterEach(() => { rmSync(copy, { recursive: true }) })

/** Copies the files that the recipes change. */
function copyFiles(): void {
  for (const file of recipes.flatMap(filesOf).flatMap(file => file.includes('*') ? languages.map(language => file.replace('*', language)) : [file])) {
    if (!existsSync(join(root, file))) continue
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    copyFileSync(join(root, file), join(copy, file))
  }
}

test('every recipe finds its lines, one after the other', () => {
  copyFiles()
  for (const recipe of recipes) follow(recipe, copy)
  expect(readFileSync(join(copy, 'core/config.ts'), 'utf8')).toMatch(/'leakyRelu'[\s\S]*'nesterov'/)
})

test('a recipe that misses its line says so by its name', () => {
  copyFiles()
  const file = join(copy, 'renderer/course/all.ts')
  writeFileSync(file, readFileSync(file, 'utf8').replace('lesson25, lesson26,', 'lesson25,\n  lesson26,'))
  expect(() => { follow(recipes.find(({ name }) => name === 'A lesson')!, copy) }).toThrow('the recipe "A lesson" of CONTRIBUTING.md, in renderer/course/all.ts: found 0 times')
})

describe.each(recipes.map(recipe => [recipe.name, recipe] as const))('%s', (name, recipe) => {
  test.each(filesOf(recipe))('names %s in CONTRIBUTING.md', (file) => {
    expect(names(sectionOf(name), file), `"### ${name}" does not name ${file}`).toBe(true)
  })
})
