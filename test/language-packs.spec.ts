import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { locales } from '../electron/contract/locales/list'
import { builderArguments, chromiumLanguages } from '../scripts/lib/package.mjs'
import { electronExecutable } from '../scripts/lib/runtime.mjs'
import { addPseudoLanguage } from './fixtures/pseudo-language'
import { root } from './rooms/imports'

const folder = join(root, 'electron/contract/locales')
const packOf = (tag: string): string => (JSON.parse(readFileSync(join(folder, tag, 'language.json'), 'utf8')) as { chromium: string }).chromium
const copy = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'lab-locales-'))
  onTestFinished(() => { rmSync(made, { recursive: true, force: true }) })
  cpSync(folder, made, { recursive: true })
  return made
}

test('the packaged app gets the language pack of each language in the list, and no other', () => {
  const wanted = locales.map(packOf)
  expect(new Set(wanted).size).toBe(locales.length)
  const prefix = '--config.electronLanguages='
  for (const release of [true, false]) {
    const packs = builderArguments({ test: !release }).filter(argument => argument.startsWith(prefix)).map(argument => argument.slice(prefix.length))
    expect(packs).toEqual(wanted)
  }
  expect(readFileSync(join(root, 'electron-builder.yml'), 'utf8')).not.toContain('electronLanguages') // it would be added to these
})

test('a pack is one that the runtime has, and belongs to its language', () => {
  expect(locales.map(tag => new Intl.Locale(packOf(tag)).language)).toEqual(locales.map(tag => new Intl.Locale(tag).language))
  if (process.platform === 'darwin') return // there a pack is a folder of the app's resources
  for (const pack of chromiumLanguages()) expect(existsSync(join(dirname(electronExecutable()), 'locales', `${pack}.pak`)), pack).toBe(true)
})

test('a new language has its pack as soon as it is in the list, and not before', () => {
  const grown = copy()
  addPseudoLanguage(grown, 'de')
  expect(chromiumLanguages(grown)).toEqual([...locales.map(packOf), packOf('en')])
  cpSync(join(folder, 'list.ts'), join(grown, 'list.ts'))
  expect(chromiumLanguages(grown)).toEqual(locales.map(packOf))
})

test('a language without its folder is not packed silently', () => {
  const broken = copy()
  rmSync(join(broken, locales[0]), { recursive: true })
  expect(() => chromiumLanguages(broken)).toThrow('language.json')
})
