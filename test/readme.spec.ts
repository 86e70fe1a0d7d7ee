import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { locales } from '../electron/contract/locales/list'
import { root } from './rooms/imports'

/** English is the original; a language of the app may have a translation. */
const names = ['README.md', ...locales.map(locale => `README.${locale}.md`).filter(name => existsSync(join(root, name)))]
const read = (name: string): string => readFileSync(join(root, name), 'utf8')

/** The language-independent parts: code blocks, headings and size of the tables. */
function structureOf(text: string) {
  const blocks = [...text.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, language, code]) => ({ language, code: code! }))
  return {
    headings: [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/^(#+) /gm)].map(([, level]) => level!.length),
    commands: blocks.filter(({ language }) => language === 'sh').map(({ code }) => code.split('\n').map(line => line.replace(/\s*(?:^|\s)#.*$/, '').trim()).filter(Boolean)),
    blocks: blocks.map(({ code }) => code.split('\n').length),
    rows: text.match(/^\|/gm)?.length,
    paragraphs: text.split(/\n{2,}/).length,
    inCode: [...new Set([...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!))].sort(),
  }
}

test('there is no README in a language that the app does not have', () => {
  const found = readdirSync(root).filter(name => name.startsWith('README'))
  expect(found.sort()).toEqual([...names].sort())
})

describe.each(names.slice(1))('%s', (name) => {
  test('has the commands, headings, tables and names of README.md', () => {
    const english = structureOf(read('README.md'))
    expect(english.commands.flat().length).toBeGreaterThanOrEqual(7)
    expect(structureOf(read(name))).toEqual(english)
  })
})

describe.each(names)('%s', (name) => {
  const text = read(name)

  test('links to all others in its first lines', () => {
    const links = [...text.split('\n').slice(0, 5).join('\n').matchAll(/\]\((README[\w.]*)\)/g)].map(([, link]) => link!)
    expect(links.sort()).toEqual(names.filter(other => other !== name).sort())
  })

  test('links only to existing files', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link!)
    expect(links.filter(link => !existsSync(join(root, link)))).toEqual([])
  })

  test('says before the first command where it has run, and where not yet', () => {
    const first = text.slice(0, text.indexOf('```'))
    for (const word of ['Debian 12', 'x64', 'Electron 33', 'Electron 45', 'Windows', 'macOS']) expect(first, word).toContain(word)
  })
})
