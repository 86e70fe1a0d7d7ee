import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { locales } from './electron/contract/locales/list.ts'

/** Folder that contains one folder per language. */
export const languagesFolder = resolve(import.meta.dirname, 'electron/contract/locales')

/** The language that all others are compared with. */
const original = 'en'

/** All texts of a JSON file by dotted path; list indices count as names. */
function textsIn(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]]
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, path ? `${path}.${name}` : name))
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(file => file.replaceAll('\\', '/')).filter(file => file.endsWith('.json')).sort()

const read = (folder: string, language: string, file: string): unknown => JSON.parse(readFileSync(join(folder, language, file), 'utf8'))

/** Placeholders in braces. */
const parametersOf = (text: string): string => [...new Set(text.match(/\{\w+\}|\[\[[\w.]+\]\]/g) ?? [])].sort().join(' ')

/**
 * Compares a language with English: missing texts, extra texts, different placeholders.
 * @returns sentences such as 'ko/texts.json lacks errors.config.seed'; empty when the language is complete
 */
export function gapsOf(language: string, folder = languagesFolder): string[] {
  if (!existsSync(join(folder, language))) return [`${language} has no folder`]
  const wanted = filesOf(join(folder, original))
  const found = filesOf(join(folder, language))
  const beyond = found.filter(file => !wanted.includes(file)).map(file => `${language}/${file} belongs to nothing`)
  return [...beyond, ...wanted.flatMap((file) => {
    if (!found.includes(file)) return [`${language}/${file} is missing`]
    const [english, own] = [original, language].map(name => new Map(textsIn(read(folder, name, file)).filter(([path]) => !path.startsWith('fonts.')))) as [Map<string, string>, Map<string, string>]
    const odd = file === 'texts.json' || file === 'terminal.json' ? [...own].filter(([path, text]) => english.has(path) && parametersOf(text) !== parametersOf(english.get(path)!)) : []
    return [
      ...[...english.keys()].filter(path => !own.has(path)).map(path => `${language}/${file} lacks ${path}`),
      ...[...own.keys()].filter(path => !english.has(path)).map(path => `${language}/${file} has ${path}, which English does not have`),
      ...odd.map(([path]) => `${language}/${file} fills in other parameters at ${path} than English`),
    ]
  })]
}

/** A language with a gap is not built. */
export const languages = () => ({
  name: 'languages',
  buildStart(this: { error: (message: string) => never }): void {
    const gaps = locales.flatMap(locale => gapsOf(locale))
    if (gaps.length) this.error(gaps.join('\n'))
  },
})
