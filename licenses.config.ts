import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

/** File that the build writes the licence notices of the bundled packages to. */
export const fileName = 'LICENSES.md'

interface Manifest { readonly name: string, readonly version: string, readonly license?: string, readonly dependencies?: Readonly<Record<string, string>> }
interface Package extends Manifest { readonly folder: string }

/** File path of a module without the prefix and query that plugins add, with forward slashes on every system. */
const pathOf = (id: string): string => id.replace(/^\0/, '').replace(/\?.*$/, '').replaceAll('\\', '/')

/** Folder of the package that a file belongs to; undefined for the project's own files. */
export function folderOf(path: string): string | undefined {
  const inside = '/node_modules/'
  const at = path.lastIndexOf(inside)
  if (at < 0) return undefined
  const parts = path.slice(at + inside.length).split('/')
  return path.slice(0, at + inside.length) + parts.slice(0, parts[0]?.startsWith('@') ? 2 : 1).join('/')
}

const read = (folder: string): Package => ({ ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest, folder })

/** Folder where Node would find a package's dependency: next to it or further up. */
function find(name: string, from: string): Package | undefined {
  for (let folder = from; dirname(folder) !== folder; folder = dirname(folder)) {
    const place = `${folder.replace(/[\\/]$/, '')}/node_modules/${name}`
    if (existsSync(join(place, 'package.json'))) return read(place)
  }
  return undefined
}

const isCode = (name: string): boolean => /\.[cm]?js$/.test(name)

/** JavaScript files of a package, without those of packages nested in its folder. */
function* programs(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== 'node_modules') yield* programs(join(folder, entry.name))
    else if (entry.isFile() && isCode(entry.name)) yield join(folder, entry.name)
  }
}

/** String literals that are unlikely to occur in two programs by chance. They survive minification. */
function textsOf(folder: string): Set<string> {
  const code = [...programs(folder)].map(file => readFileSync(file, 'utf8')).join('\n')
  return new Set([...code.matchAll(/(["'])([\w][^"'`\\\n]* [^"'`\\\n]{8,80})\1/g)].map(([, , text]) => text!))
}

const quoted = (name: string): RegExp => new RegExp(`["'\`]${name.replaceAll(/[.+]/g, '\\$&')}(?:/[^"'\`]*)?["'\`]`)

/**
 * Whether the bundled files of a package contain the code of a dependency: either no file of the package loads the dependency, or
 * only unbundled files do and the bundled files contain most of the dependency's string literals.
 */
function holds(owner: Package, files: readonly string[], dependency: Package): boolean {
  const loads = (file: string): boolean => quoted(dependency.name).test(readFileSync(file, 'utf8'))
  if (files.some(loads)) return false
  if (![...programs(owner.folder)].some(loads)) return true
  const code = files.map(file => readFileSync(file, 'utf8')).join('\n')
  const texts = [...textsOf(dependency.folder)]
  return texts.length > 0 && texts.filter(text => code.includes(text)).length > texts.length / 2
}

/**
 * Some packages contain the code of other packages in their own files, so that the bundler never sees a module of those: `holds`
 * finds them, and their own dependencies are added as well. Type-only packages leave no code in a bundle.
 * @param modules every module of the bundle
 * @throws when a dependency is not installed: its notice would be missing
 */
export function carriedInside(modules: readonly string[]): Package[] {
  const files = new Map<string, string[]>()
  for (const path of modules.map(pathOf)) {
    const folder = folderOf(path)
    if (folder !== undefined) files.set(folder, [...files.get(folder) ?? [], path])
  }
  const found = new Map<string, Package>()
  const take = (owner: Package, isInside: (dependency: Package) => boolean): void => {
    for (const name of Object.keys(owner.dependencies ?? {})) {
      if (name.startsWith('@types/')) continue
      const dependency = find(name, owner.folder)
      if (!dependency) throw new TypeError(`${owner.name} may carry ${name}, which is not installed: its licence is not known`)
      const key = `${name}@${dependency.version}`
      if (files.has(dependency.folder) || found.has(key) || programs(dependency.folder).next().done || !isInside(dependency)) continue
      found.set(key, dependency)
      take(dependency, () => true)
    }
  }
  for (const [folder, own] of files) {
    const owner = read(folder)
    take(owner, dependency => holds(owner, own, dependency))
  }
  return [...found.values()].toSorted((a, b) => a.name < b.name ? -1 : 1)
}

function noticeOf({ name, version, license, folder }: Package): string {
  const file = readdirSync(folder).find(each => /^(?:licen[cs]e|copying)/i.test(each))
  if (!file) throw new TypeError(`${name} has no licence file`)
  return `\n## ${name} - ${version}${license ? ` (${license})` : ''}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

/** Adds the packages contained in bundled packages to Vite's list of notices. */
export function licenses(): Plugin {
  return {
    name: 'licenses-of-what-is-carried-inside',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const notices = bundle[fileName]
        if (notices?.type !== 'asset') return
        const modules = Object.values(bundle).flatMap(chunk => chunk.type === 'chunk' ? chunk.moduleIds : [])
        notices.source = `${String(notices.source)}${carriedInside(modules).map(noticeOf).join('')}`
      },
    },
  }
}
