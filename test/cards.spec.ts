import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isTerm } from '../renderer/course/glossary'
import { isMeasure } from '../renderer/course/measures'
import { projectFiles, root } from './rooms/imports'

test('every card that a template names exists', () => {
  const named = projectFiles().filter(file => /^renderer\/.*\.vue$/.test(file)).flatMap(file => [...readFileSync(join(root, file), 'utf8').matchAll(/\s(?:data-)?card="([^"]+)"/g)].map(([, name]) => name!).filter(name => /^\w+$/.test(name)))
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter(name => !isMeasure(name) && !isTerm(name) && name !== 'card')).toEqual([])
})
